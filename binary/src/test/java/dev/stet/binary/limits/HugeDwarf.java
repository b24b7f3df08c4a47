package dev.stet.binary.limits;

import static dev.stet.testkit.DwarfBuilder.DW_AT_ABSTRACT_ORIGIN;
import static dev.stet.testkit.DwarfBuilder.DW_AT_BYTE_SIZE;
import static dev.stet.testkit.DwarfBuilder.DW_AT_HIGH_PC;
import static dev.stet.testkit.DwarfBuilder.DW_AT_LOW_PC;
import static dev.stet.testkit.DwarfBuilder.DW_AT_NAME;
import static dev.stet.testkit.DwarfBuilder.DW_AT_RANGES;
import static dev.stet.testkit.DwarfBuilder.DW_AT_SPECIFICATION;
import static dev.stet.testkit.DwarfBuilder.DW_AT_STMT_LIST;
import static dev.stet.testkit.DwarfBuilder.DW_AT_TYPE;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_ADDR;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_DATA1;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_REF4;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_SEC_OFFSET;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_STRING;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_STRP;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_COMPILE_UNIT;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_FORMAL_PARAMETER;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_INLINED_SUBROUTINE;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_MEMBER;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_NAMESPACE;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_STRUCTURE_TYPE;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_SUBPROGRAM;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_TYPEDEF;
import static dev.stet.testkit.ElfSection.SHT_PROGBITS;

import dev.stet.testkit.Bytes;
import dev.stet.testkit.Content;
import dev.stet.testkit.ElfBuilder;
import dev.stet.testkit.Pieces;

/// Debug information of sizes that no compiler writes: rows that are made when they are read.
///
/// All have these abbreviations, of which `.debug_info` is made: 1 a unit of nothing, 2 a unit with children, 3 a
/// namespace with children, 4 a function `main` of 64 bytes, 5 a type `x` of another type, 6 a structure `main` with
/// children, 7 a member, 8 an inlined call, 9 a unit with ranges, 10 a function that is another one's, 11 a parameter,
/// 12 a unit with lines, 13 a function with a name elsewhere.
final class HugeDwarf {
    private static final int UNIT_HEADER_BYTES = 11;

    private HugeDwarf() {}

    private static Bytes abbreviations() {
        Bytes table = new Bytes();
        add(table, 1, DW_TAG_COMPILE_UNIT, 0);
        add(table, 2, DW_TAG_COMPILE_UNIT, 1);
        add(table, 3, DW_TAG_NAMESPACE, 1);
        add(
                table,
                4,
                DW_TAG_SUBPROGRAM,
                0,
                DW_AT_NAME,
                DW_FORM_STRING,
                DW_AT_LOW_PC,
                DW_FORM_ADDR,
                DW_AT_HIGH_PC,
                DW_FORM_DATA1);
        add(table, 5, DW_TAG_TYPEDEF, 0, DW_AT_NAME, DW_FORM_STRING, DW_AT_TYPE, DW_FORM_REF4);
        add(table, 6, DW_TAG_STRUCTURE_TYPE, 1, DW_AT_NAME, DW_FORM_STRING, DW_AT_BYTE_SIZE, DW_FORM_DATA1);
        add(table, 7, DW_TAG_MEMBER, 0, DW_AT_NAME, DW_FORM_STRING, DW_AT_TYPE, DW_FORM_REF4);
        add(table, 8, DW_TAG_INLINED_SUBROUTINE, 0, DW_AT_ABSTRACT_ORIGIN, DW_FORM_REF4, DW_AT_LOW_PC, DW_FORM_ADDR);
        add(table, 9, DW_TAG_COMPILE_UNIT, 0, DW_AT_LOW_PC, DW_FORM_ADDR, DW_AT_RANGES, DW_FORM_SEC_OFFSET);
        add(
                table,
                10,
                DW_TAG_SUBPROGRAM,
                0,
                DW_AT_SPECIFICATION,
                DW_FORM_REF4,
                DW_AT_LOW_PC,
                DW_FORM_ADDR,
                DW_AT_HIGH_PC,
                DW_FORM_DATA1);
        add(table, 11, DW_TAG_FORMAL_PARAMETER, 0, DW_AT_NAME, DW_FORM_STRING, DW_AT_TYPE, DW_FORM_REF4);
        add(table, 12, DW_TAG_COMPILE_UNIT, 1, DW_AT_STMT_LIST, DW_FORM_SEC_OFFSET);
        add(
                table,
                13,
                DW_TAG_SUBPROGRAM,
                1,
                DW_AT_NAME,
                DW_FORM_STRP,
                DW_AT_LOW_PC,
                DW_FORM_ADDR,
                DW_AT_HIGH_PC,
                DW_FORM_DATA1);
        return table.u8(0);
    }

    private static void add(Bytes table, int code, int tag, int children, int... attributes) {
        table.uleb(code).uleb(tag).u8(children);
        for (int each : attributes) {
            table.uleb(each);
        }
        table.u16(0);
    }

    private static Bytes unitHeader(long contentBytes) {
        return new Bytes()
                .u32(UNIT_HEADER_BYTES - 4 + contentBytes)
                .u16(4)
                .u32(0)
                .u8(8);
    }

    private static Bytes main() {
        return new Bytes().u8(4).text("main").u64(HugeFile.TEXT_AT).u8(64);
    }

    private static Pieces file(Content abbreviations, Content info, Object... more) {
        ElfBuilder elf = HugeFile.withMain();
        elf.section(".debug_abbrev", SHT_PROGBITS, 0, abbreviations);
        for (int i = 0; i < more.length; i += 2) {
            elf.section((String) more[i], SHT_PROGBITS, 0, (Content) more[i + 1]);
        }
        elf.section(".debug_info", SHT_PROGBITS, 0, info);
        return elf.build();
    }

    private static Pieces file(Content info, Object... more) {
        return file(Content.of(abbreviations()), info, more);
    }

    /// One unit: what comes first, rows, what comes last.
    private static Content unit(Bytes first, Content rows, Bytes last) {
        long size = first.size() + rows.size() + last.size();
        Content head = Content.of(unitHeader(size).add(first.toArray()));
        return new Pieces().put(0, head).put(head.size(), rows).put(head.size() + rows.size(), Content.of(last));
    }

    /// Each of 12 bytes, and one with the function.
    static Pieces units(long count) {
        Content last = unit(
                new Bytes().u8(2),
                Content.zeros(0),
                new Bytes().add(main().toArray()).u8(0));
        Content all = Content.repeated(unitHeader(1).u8(1).toArray(), count);
        return file(new Pieces().put(0, all).put(all.size(), last));
    }

    /// Every unit has abbreviations that begin one later, so that no two tables are the same, and all are long.
    static Pieces unitsWithTablesOfTheirOwn(long count, long abbreviations) {
        int rowBytes = 7;
        Content table = Content.rows(abbreviations, rowBytes, (index, into, at) -> {
            long code = index + 1;
            into[at] = (byte) ((code & 0x7f) | 0x80);
            into[at + 1] = (byte) ((code >> 7 & 0x7f) | 0x80);
            into[at + 2] = (byte) (code >> 14 & 0x7f);
            into[at + 3] = DW_TAG_COMPILE_UNIT;
            into[at + 4] = 0;
            into[at + 5] = 0;
            into[at + 6] = 0;
        });
        byte[] unit = unitHeader(1).u8(1).toArray();
        Content units = Content.rows(count, unit.length, (index, into, at) -> {
            System.arraycopy(unit, 0, into, at, unit.length);
            long offset = index % abbreviations * rowBytes;
            for (int i = 0; i < 4; i++) {
                into[at + 6 + i] = (byte) (offset >> (8 * i));
            }
        });
        return file(new Pieces().put(0, table).resize(table.size() + 1), units);
    }

    static Pieces nested(long depth) {
        return file(unit(new Bytes().u8(2), Content.repeated(new byte[] {3}, depth), main()));
    }

    /// Functions, of which the last is the one that is asked for.
    static Pieces functions(long count) {
        byte[] other =
                new Bytes().u8(4).text("f").u64(HugeFile.TEXT_AT + 4096).u8(1).toArray();
        return file(unit(new Bytes().u8(2), Content.repeated(other, count), main().u8(0)));
    }

    /// Each the name of the next one; the first is called `main`.
    static Pieces typeChain(long count) {
        Bytes first = new Bytes().u8(2).u8(5).text("main");
        int start = UNIT_HEADER_BYTES + first.size() + 4;
        Content rows = Content.rows(count, 7, (index, into, at) -> {
            into[at] = 5;
            into[at + 1] = 'x';
            into[at + 2] = 0;
            long next = start + 7L * (index + 1 == count ? 0 : index + 1);
            for (int i = 0; i < 4; i++) {
                into[at + 3 + i] = (byte) (next >> (8 * i));
            }
        });
        return file(unit(first.u32(start), rows, new Bytes().u8(0)));
    }

    /// Of a structure `main`; each is of the structure's own type.
    static Pieces members(long count) {
        Bytes first = new Bytes().u8(2).u8(6).text("main").u8(8);
        byte[] member = new Bytes().u8(7).text("m").u32(UNIT_HEADER_BYTES + 1).toArray();
        return file(unit(first, Content.repeated(member, count), new Bytes().u16(0)));
    }

    /// Of `main`, into nothing.
    static Pieces inlined(long count) {
        Bytes first = new Bytes().u8(2).add(main().toArray());
        byte[] call = new Bytes()
                .u8(8)
                .u32(UNIT_HEADER_BYTES + 1)
                .u64(HugeFile.TEXT_AT + 8)
                .toArray();
        return file(unit(first, Content.repeated(call, count), new Bytes().u8(0)));
    }

    /// All have the same long list of ranges.
    static Pieces unitsWithRanges(long count, long ranges) {
        byte[] unit = unitHeader(13).u8(9).u64(0).u32(0).toArray();
        Content list = Content.rows(ranges, 16, (index, into, at) -> {
            long begin = HugeFile.TEXT_AT + 4096 + 16 * (index % 1000);
            for (int i = 0; i < 8; i++) {
                into[at + i] = (byte) (begin >> (8 * i));
                into[at + 8 + i] = (byte) ((begin + 8) >> (8 * i));
            }
        });
        return file(
                Content.repeated(unit, count),
                ".debug_ranges",
                new Pieces().put(0, list).resize(list.size() + 16));
    }

    /// Each is the next one's, up to the last, which has a name.
    static Pieces specifications(long count) {
        Bytes first = new Bytes().u8(2);
        long start = UNIT_HEADER_BYTES + 1;
        Content rows = Content.rows(count, 14, (index, into, at) -> {
            into[at] = 10;
            long next = start + 14 * (index + 1);
            for (int i = 0; i < 8; i++) {
                if (i < 4) {
                    into[at + 1 + i] = (byte) (next >> (8 * i));
                }
                into[at + 5 + i] = (byte) (HugeFile.TEXT_AT >> (8 * i));
            }
            into[at + 13] = 64;
        });
        return file(unit(first, rows, main().u8(0)));
    }

    static Pieces parameters(long count) {
        Bytes first = new Bytes().u8(2).u8(13).u32(0).u64(HugeFile.TEXT_AT).u8(64);
        byte[] parameter = new Bytes().u8(11).text("p").u32(UNIT_HEADER_BYTES).toArray();
        return file(
                unit(first, Content.repeated(parameter, count), new Bytes().u16(0)),
                ".debug_str",
                Content.of(new Bytes().text("main")));
    }

    /// Functions whose name is one text without an end.
    static Pieces endlessNames(long count) {
        byte[] function =
                new Bytes().u8(13).u32(0).u64(HugeFile.TEXT_AT).u8(64).u8(0).toArray();
        return file(
                unit(new Bytes().u8(2), Content.repeated(function, count), new Bytes().u8(0)),
                ".debug_str",
                Content.repeated(new byte[] {'m'}, 200 << 20));
    }

    /// A table of lines that has as many files.
    static Pieces files(long count) {
        Bytes header = new Bytes()
                .u16(4)
                .u32(0)
                .add(1, 1, 1, 0xfb, 14, 13)
                .add(0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1)
                .u8(0);
        byte[] file = new Bytes().text("a.c").u8(0).u8(0).u8(0).toArray();
        Bytes prefix = new Bytes().u32(header.size() + count * file.length + 1).add(header.toArray());
        prefix.set(6, 4, header.size() - 6 + count * file.length + 1);
        Content rows = Content.repeated(file, count);
        Pieces line = new Pieces().put(0, Content.of(prefix)).put(prefix.size(), rows);
        Bytes first = new Bytes().u8(12).u32(0).add(main().toArray());
        return file(
                unit(first, Content.zeros(0), new Bytes().u8(0)),
                ".debug_line",
                line.resize(prefix.size() + rows.size() + 1));
    }
}
