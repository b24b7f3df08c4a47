package dev.stet.binary.limits;

import static dev.stet.testkit.ElfSection.SHF_ALLOC;
import static dev.stet.testkit.ElfSection.SHF_COMPRESSED;
import static dev.stet.testkit.ElfSection.SHF_WRITE;
import static dev.stet.testkit.ElfSection.SHT_NOTE;
import static dev.stet.testkit.ElfSection.SHT_PROGBITS;
import static dev.stet.testkit.ElfSection.SHT_STRTAB;
import static dev.stet.testkit.ElfSection.SHT_SYMTAB;
import static dev.stet.testkit.ElfSegment.EXECUTE;
import static dev.stet.testkit.ElfSegment.READ;
import static dev.stet.testkit.ElfSegment.WRITE;

import dev.stet.testkit.Bytes;
import dev.stet.testkit.Compressed;
import dev.stet.testkit.Content;
import dev.stet.testkit.ElfBuilder;
import dev.stet.testkit.ElfField;
import dev.stet.testkit.ElfSection;
import dev.stet.testkit.ElfSegment;
import dev.stet.testkit.GoBuildInfoBuilder;
import dev.stet.testkit.Notes;
import dev.stet.testkit.Pieces;
import dev.stet.testkit.SymbolTable;
import java.nio.charset.StandardCharsets;

/// Files that are too large for a heap of 64 MB, sound or not. None of them is ever in memory or on disk: bytes are
/// made when they are read.
public enum HugeFile {
    /// A function each; the names are made of their number, and take 110 MB.
    TEN_MILLION_SYMBOLS {
        @Override
        Pieces build() {
            return symbols(10_000_000, 11, index -> 1 + 11 * index, index -> index);
        }
    },
    /// All have one of a few names, at places that are in no order.
    TEN_MILLION_SYMBOLS_IN_DISORDER {
        @Override
        Pieces build() {
            return symbols(
                    10_000_000, 11, index -> 1 + 11 * (index % 7), index -> index * 7_919 % 10_000_019 % TEXT_BYTES);
        }
    },
    /// All at one place.
    FOUR_MILLION_NAMES_OF_ONE_PLACE {
        @Override
        Pieces build() {
            return symbols(4_000_000, 11, index -> 1 + 11 * index, _ -> 64);
        }
    },
    /// Each name is the end of the one before: as long as the limit allows, in a table that is small.
    MILLION_LONG_NAMES {
        @Override
        Pieces build() {
            return symbols(1_000_000, 16_000, index -> 1 + index % 8_000, index -> index);
        }
    },
    /// Names of 250 bytes, a million of them.
    NAMES_OF_250_MEGABYTES {
        @Override
        Pieces build() {
            return symbols(1_000_000, 250, index -> 1 + 250 * index, index -> 16 * index % TEXT_BYTES);
        }
    },
    /// A Go program of 120 MB of table.
    FOUR_MILLION_GO_FUNCTIONS {
        @Override
        Pieces build() {
            return goFunctions(4_000_000);
        }
    },
    SECTION_NAMES_OF_A_GIGABYTE {
        @Override
        Pieces build() {
            ElfBuilder elf = withCode();
            elf.noLoad();
            return elf.sectionNames(
                            Content.repeated("0123456789abcde".getBytes(StandardCharsets.US_ASCII), (1L << 30) / 15))
                    .build();
        }
    },
    /// As many as fit into e_shnum, each with the longest name.
    MANY_SECTIONS {
        @Override
        Pieces build() {
            ElfBuilder elf = withCode();
            elf.noLoad();
            for (int i = 0; i < 0xfe00; i++) {
                elf.section("", SHT_PROGBITS, 0, new Bytes()).set(ElfField.Section.SH_NAME, 1 + i % 60_000);
            }
            return elf.sectionNames(Content.repeated(new byte[] {'n'}, 61_000)).build();
        }
    },
    /// As many symbol tables as sections are allowed, each of the same 8 MB.
    MANY_SYMBOL_TABLES {
        @Override
        Pieces build() {
            ElfBuilder elf = withCode();
            elf.noLoad();
            ElfSection names = elf.section(".strtab", SHT_STRTAB, 0, names(1000, 11));
            long count = 350_000;
            ElfSection first = elf.section(
                    ".symtab", SHT_SYMTAB, 0, table(elf, count, index -> 1 + 11 * (index % 1000), index -> index));
            for (int i = 0; i < 16_000; i++) {
                elf.section(".symtab", SHT_SYMTAB, 0, new Bytes())
                        .set(ElfField.Section.SH_OFFSET, first.offset())
                        .set(ElfField.Section.SH_SIZE, first.size())
                        .set(ElfField.Section.SH_ENTSIZE, SymbolTable.ENTRY_BYTES)
                        .link(names);
            }
            first.set(ElfField.Section.SH_ENTSIZE, SymbolTable.ENTRY_BYTES).link(names);
            return elf.build();
        }
    },
    MILLION_NOTES {
        @Override
        Pieces build() {
            return notes(Content.repeated(note(new Notes().note("stet", 77, new byte[4])), 1_000_000));
        }
    },
    MILLION_USDT_NOTES {
        @Override
        Pieces build() {
            return notes(Content.repeated(
                    note(new Notes().usdt(TEXT_AT, 0, 0, "app", "probe", "-4@%eax 8@%rdi")), 1_000_000));
        }
    },
    /// 8 GiB of nothing, in a PT_NOTE and a PT_LOAD, with sound headers.
    SPARSE_8_GIB {
        @Override
        Pieces build() {
            ElfBuilder elf = withCode();
            elf.load(READ | WRITE);
            elf.section(".go.buildinfo.not", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, Content.zeros(8L << 30));
            elf.segment(ElfSegment.PT_NOTE, elf.named(".go.buildinfo.not"));
            return elf.build();
        }
    },
    /// The same without section headers, so that Go's data is searched for.
    SPARSE_8_GIB_STRIPPED {
        @Override
        Pieces build() {
            ElfBuilder elf = withCode();
            elf.load(READ | WRITE);
            elf.section(
                    ".go.buildinfo",
                    SHT_PROGBITS,
                    SHF_ALLOC | SHF_WRITE,
                    GoBuildInfoBuilder.inline("go1.22.5", "path\tx\n"));
            elf.section(".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, Content.zeros(8L << 30));
            return elf.withoutSections().build();
        }
    },
    /// A gigabyte of what looks like the beginning of Go's table of functions, again and again.
    FALSE_GO_TABLES {
        @Override
        Pieces build() {
            return searched(
                    new Bytes()
                            .u32(0xfffffff1L)
                            .u16(0)
                            .u8(1)
                            .u8(8)
                            .u64(1000)
                            .zeros(16)
                            .toArray(),
                    1L << 30);
        }
    },
    /// 512 MB of pointers to the table, as at the beginning of Go's module data.
    FALSE_MODULE_DATA {
        @Override
        Pieces build() {
            return searched(new Bytes().u64(0x500000).toArray(), 512L << 20);
        }
    },
    ZLIB_BOMB {
        @Override
        Pieces build() {
            return bomb(Compressed.section(
                    Compressed.ELFCOMPRESS_ZLIB, 4L << 30, Compressed.deflate(Content.zeros(256 << 20))));
        }
    },
    ZLIB_LIE {
        @Override
        Pieces build() {
            return bomb(
                    Compressed.section(Compressed.ELFCOMPRESS_ZLIB, 1L << 40, Compressed.deflate(Content.zeros(100))));
        }
    },
    ZSTD_BOMB {
        @Override
        Pieces build() {
            return bomb(Compressed.section(
                    Compressed.ELFCOMPRESS_ZSTD, 32L << 30, Compressed.zstdBomb(32L << 30, 1 << 18)));
        }
    },
    /// Of debug information, of nothing; the one behind them has a function.
    MILLION_UNITS {
        @Override
        Pieces build() {
            return HugeDwarf.units(1_000_000);
        }
    },
    /// 100,000 units, each with a table of abbreviations of its own, of up to a million.
    MANY_ABBREVIATIONS {
        @Override
        Pieces build() {
            return HugeDwarf.unitsWithTablesOfTheirOwn(100_000, 1_000_000);
        }
    },
    /// 20 million namespaces in each other.
    DEEP_DIES {
        @Override
        Pieces build() {
            return HugeDwarf.nested(20_000_000);
        }
    },
    /// 32 MB of functions; the last one is asked for.
    MILLION_DEBUG_FUNCTIONS {
        @Override
        Pieces build() {
            return HugeDwarf.functions(2_000_000);
        }
    },
    /// Types that are names of each other, in a circle of three million.
    LONG_TYPE_CHAIN {
        @Override
        Pieces build() {
            return HugeDwarf.typeChain(3_000_000);
        }
    },
    /// A structure of them, each of which is such a structure.
    MILLION_MEMBERS {
        @Override
        Pieces build() {
            return HugeDwarf.members(3_000_000);
        }
    },
    /// Of one function.
    MILLION_INLINED_CALLS {
        @Override
        Pieces build() {
            return HugeDwarf.inlined(3_000_000);
        }
    },
    /// 100,000 units with the same 100,000 ranges.
    UNITS_WITH_LONG_RANGES {
        @Override
        Pieces build() {
            return HugeDwarf.unitsWithRanges(100_000, 100_000);
        }
    },
    /// Functions that are each the next one's.
    LONG_SPECIFICATION_CHAIN {
        @Override
        Pieces build() {
            return HugeDwarf.specifications(2_000_000);
        }
    },
    /// Of one function.
    MILLION_PARAMETERS {
        @Override
        Pieces build() {
            return HugeDwarf.parameters(3_000_000);
        }
    },
    /// A million functions with a name of 200 MB, that does not end.
    ENDLESS_DEBUG_NAMES {
        @Override
        Pieces build() {
            return HugeDwarf.endlessNames(1_000_000);
        }
    },
    /// In a table of lines.
    MILLION_SOURCE_FILES {
        @Override
        Pieces build() {
            return HugeDwarf.files(3_000_000);
        }
    },
    /// A function of 4 MiB that is nothing but jumps to itself.
    LONG_FUNCTION {
        @Override
        Pieces build() {
            ElfBuilder elf = ElfBuilder.program();
            elf.load(READ | EXECUTE, TEXT_AT);
            ElfSection text = elf.section(
                    ".text",
                    SHT_PROGBITS,
                    SHF_ALLOC | ElfSection.SHF_EXECINSTR,
                    Content.repeated(new byte[] {0x0f, (byte) 0x84, 0, 1, 0, 0}, (4 << 20) / 6));
            elf.noLoad();
            elf.symbols(".symtab", new SymbolTable().function("f", text, 0, text.size()));
            return elf.build();
        }
    },
    /// 4000 PT_NOTEs, that all are the same 4 MB.
    MANY_SEGMENTS {
        @Override
        Pieces build() {
            ElfBuilder elf = withCode();
            elf.noLoad().align(4);
            Content notes = Content.repeated(note(new Notes().note("stet", 77, new byte[2000])), 2000);
            ElfSection section = elf.section(".note", SHT_PROGBITS, 0, notes);
            for (int i = 0; i < 4000; i++) {
                elf.segment(ElfSegment.PT_NOTE, section);
            }
            return elf.build();
        }
    };

    static final long TEXT_AT = 0x401000;
    static final int TEXT_BYTES = 16 << 20;

    /// Makes the file, in no time.
    abstract Pieces build();

    private interface At {
        long of(long index);
    }

    /// A program with 16 MB of code that does nothing.
    private static ElfBuilder withCode() {
        ElfBuilder elf = ElfBuilder.program();
        elf.load(READ | EXECUTE, TEXT_AT);
        elf.section(
                ".text",
                SHT_PROGBITS,
                SHF_ALLOC | ElfSection.SHF_EXECINSTR,
                Content.repeated(new byte[] {(byte) 0xc3}, TEXT_BYTES));
        return elf;
    }

    /// The same, with a function `main` of 64 bytes.
    static ElfBuilder withMain() {
        ElfBuilder elf = withCode();
        elf.noLoad();
        elf.symbols(".symtab", new SymbolTable().function("main", elf.named(".text"), 0, 64));
        return elf;
    }

    private static Pieces symbols(long count, int nameBytes, At nameAt, At place) {
        ElfBuilder elf = withCode();
        elf.noLoad();
        ElfSection table = elf.section(".symtab", SHT_SYMTAB, 0, table(elf, count, nameAt, place))
                .set(ElfField.Section.SH_ENTSIZE, SymbolTable.ENTRY_BYTES);
        long last = 0;
        for (long index = Math.max(0, count - 10_000); index < count; index++) {
            last = Math.max(last, nameAt.of(index));
        }
        table.link(elf.section(".strtab", SHT_STRTAB, 0, names(last / nameBytes + 1, nameBytes)));
        return elf.build();
    }

    private static Content table(ElfBuilder elf, long count, At nameAt, At place) {
        long text = elf.named(".text").address();
        return Content.rows(count, SymbolTable.ENTRY_BYTES, (index, into, at) -> {
            put(into, at, 4, nameAt.of(index));
            into[at + 4] = 0x12;
            into[at + 5] = 0;
            put(into, at + 6, 2, 1);
            put(into, at + 8, 8, text + place.of(index));
            put(into, at + 16, 8, 1);
        });
    }

    /// A NUL, then names of one length, that begin with their number.
    private static Content names(long count, int nameBytes) {
        Content rows = Content.rows(count, nameBytes, (index, into, at) -> {
            java.util.Arrays.fill(into, at, at + nameBytes - 1, (byte) 'x');
            into[at + nameBytes - 1] = 0;
            long left = index;
            for (int i = 0; i < 9 && i < nameBytes - 1; i++, left /= 10) {
                into[at + i] = (byte) ('0' + left % 10);
            }
        });
        return new Pieces().put(0, Content.zeros(1)).put(1, rows);
    }

    private static void put(byte[] into, int at, int width, long value) {
        for (int i = 0; i < width; i++) {
            into[at + i] = (byte) (value >> (8 * i));
        }
    }

    private static Pieces goFunctions(long count) {
        ElfBuilder elf = withCode();
        long text = TEXT_AT;
        elf.load(READ | WRITE);
        elf.section(
                ".go.buildinfo",
                SHT_PROGBITS,
                SHF_ALLOC | SHF_WRITE,
                GoBuildInfoBuilder.inline("go1.22.5", "path\tx\n"));
        elf.load(READ);
        elf.align(32);
        int nameBytes = 10;
        int recordBytes = 12;
        long namesAt = 72;
        long tableAt = (namesAt + count * nameBytes + 7) / 8 * 8;
        long recordsAt = (2 * count + 1) * 4;
        Bytes header = new Bytes()
                .u32(0xfffffff1L)
                .u16(0)
                .u8(1)
                .u8(8)
                .u64(count)
                .u64(0)
                .u64(text);
        header.u64(namesAt).u64(tableAt).u64(tableAt).u64(tableAt).u64(tableAt);
        Pieces pclntab = new Pieces()
                .put(0, Content.of(header))
                .put(namesAt, Content.rows(count, nameBytes, (index, into, at) -> {
                    long left = index;
                    for (int i = 0; i < nameBytes - 1; i++, left /= 10) {
                        into[at + i] = (byte) ('0' + left % 10);
                    }
                    into[at + nameBytes - 1] = 0;
                }))
                .put(tableAt, Content.rows(count, 8, (index, into, at) -> {
                    put(into, at, 4, 4 * index);
                    put(into, at + 4, 4, recordsAt + recordBytes * index);
                }))
                .put(tableAt + 8 * count, Content.of(new Bytes().u32(4 * count)))
                .put(tableAt + recordsAt, Content.rows(count, recordBytes, (index, into, at) -> {
                    put(into, at, 4, 4 * index);
                    put(into, at + 4, 4, nameBytes * index);
                    put(into, at + 8, 4, 0);
                }));
        elf.section(".gopclntab", SHT_PROGBITS, SHF_ALLOC, pclntab);
        return elf.build();
    }

    private static Pieces notes(Content notes) {
        ElfBuilder elf = withCode();
        elf.load(READ);
        ElfSection section = elf.section(".note.stapsdt", SHT_NOTE, SHF_ALLOC, notes);
        elf.segment(ElfSegment.PT_NOTE, section);
        return elf.build();
    }

    private static byte[] note(Notes notes) {
        return notes.toArray();
    }

    /// A Go program without section headers whose data is one thing again and again.
    private static Pieces searched(byte[] unit, long bytes) {
        ElfBuilder elf = withCode();
        elf.load(READ | WRITE);
        elf.section(
                ".go.buildinfo",
                SHT_PROGBITS,
                SHF_ALLOC | SHF_WRITE,
                GoBuildInfoBuilder.inline("go1.22.5", "path\tx\n"));
        elf.align(32);
        elf.section(".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, Content.repeated(unit, bytes / unit.length));
        return elf.withoutSections().build();
    }

    private static Pieces bomb(Bytes section) {
        ElfBuilder elf = withCode();
        elf.noLoad();
        for (String name : new String[] {".debug_info", ".debug_abbrev", ".debug_str", ".debug_line", ".symtab"}) {
            elf.align(8);
            elf.section(name, SHT_PROGBITS, SHF_COMPRESSED, section);
        }
        return elf.build();
    }
}
