package dev.stet.binary.fuzz;

import static dev.stet.testkit.DwarfBuilder.DW_AT_ABSTRACT_ORIGIN;
import static dev.stet.testkit.DwarfBuilder.DW_AT_ADDR_BASE;
import static dev.stet.testkit.DwarfBuilder.DW_AT_BYTE_SIZE;
import static dev.stet.testkit.DwarfBuilder.DW_AT_CONST_VALUE;
import static dev.stet.testkit.DwarfBuilder.DW_AT_DATA_MEMBER_LOCATION;
import static dev.stet.testkit.DwarfBuilder.DW_AT_ENCODING;
import static dev.stet.testkit.DwarfBuilder.DW_AT_EXTERNAL;
import static dev.stet.testkit.DwarfBuilder.DW_AT_HIGH_PC;
import static dev.stet.testkit.DwarfBuilder.DW_AT_INLINE;
import static dev.stet.testkit.DwarfBuilder.DW_AT_LANGUAGE;
import static dev.stet.testkit.DwarfBuilder.DW_AT_LINKAGE_NAME;
import static dev.stet.testkit.DwarfBuilder.DW_AT_LOCATION;
import static dev.stet.testkit.DwarfBuilder.DW_AT_LOCLISTS_BASE;
import static dev.stet.testkit.DwarfBuilder.DW_AT_LOW_PC;
import static dev.stet.testkit.DwarfBuilder.DW_AT_NAME;
import static dev.stet.testkit.DwarfBuilder.DW_AT_PRODUCER;
import static dev.stet.testkit.DwarfBuilder.DW_AT_RANGES;
import static dev.stet.testkit.DwarfBuilder.DW_AT_RNGLISTS_BASE;
import static dev.stet.testkit.DwarfBuilder.DW_AT_SPECIFICATION;
import static dev.stet.testkit.DwarfBuilder.DW_AT_STR_OFFSETS_BASE;
import static dev.stet.testkit.DwarfBuilder.DW_AT_TYPE;
import static dev.stet.testkit.DwarfBuilder.DW_AT_UPPER_BOUND;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_ADDR;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_ADDRX;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_BLOCK1;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_DATA1;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_DATA4;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_EXPRLOC;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_FLAG;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_IMPLICIT_CONST;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_LINE_STRP;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_LOCLISTX;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_REF4;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_REF_ADDR;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_RNGLISTX;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_SDATA;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_SEC_OFFSET;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_STRING;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_STRP;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_STRX;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_UDATA;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_ARRAY_TYPE;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_BASE_TYPE;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_ENUMERATION_TYPE;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_ENUMERATOR;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_FORMAL_PARAMETER;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_INLINED_SUBROUTINE;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_MEMBER;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_POINTER_TYPE;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_STRUCTURE_TYPE;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_SUBPROGRAM;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_SUBRANGE_TYPE;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_TYPEDEF;
import static dev.stet.testkit.DwarfBuilder.LISTS_HEADER_BYTES;
import static dev.stet.testkit.DwarfBuilder.TABLE_HEADER_BYTES;

import dev.stet.testkit.Bytes;
import dev.stet.testkit.DwarfBuilder;
import dev.stet.testkit.DwarfDie;
import java.util.Map;

/// Sound DWARF of every version: a function `main` that takes a structure, an enumeration and an array, and has
/// another one inlined. Names are those that [dev.stet.binary.Everything] asks for.
final class DwarfSeeds {
    private static final int DW_LANG_C99 = 0x0c;
    private static final int DW_LANG_CXX_14 = 0x21;
    private static final int DW_LANG_GO = 0x16;
    private static final int DW_LANG_RUST = 0x1c;

    private DwarfSeeds() {}

    static void put(Map<String, byte[]> seeds) {
        seeds.put("v2-c", seed(2, DW_LANG_C99));
        seeds.put("v4-go", seed(4, DW_LANG_GO));
        seeds.put("v4-cxx", seed(4, DW_LANG_CXX_14));
        seeds.put("v5-c", seed(5, DW_LANG_C99));
        seeds.put("v5-rust", seed(5, DW_LANG_RUST));
    }

    private static byte[] seed(int version, int language) {
        Map<String, byte[]> sections = dwarf(version, language).build();
        byte[][] parts = FuzzTarget.DWARF_SECTIONS.stream()
                .map(name -> sections.getOrDefault(name, new byte[0]))
                .toArray(byte[][]::new);
        return Parts.join(parts);
    }

    static DwarfBuilder dwarf(int version, int language) {
        DwarfBuilder dwarf = new DwarfBuilder();
        boolean five = version == 5;
        int string = five ? DW_FORM_STRX : DW_FORM_STRP;
        int expression = version < 4 ? DW_FORM_BLOCK1 : DW_FORM_EXPRLOC;
        DwarfDie unit = dwarf.unit(version)
                .text(
                        DW_AT_PRODUCER,
                        DW_FORM_STRP,
                        language == DW_LANG_GO ? "Go cmd/compile go1.22.5" : "GNU C17 12.2.0")
                .number(DW_AT_LANGUAGE, DW_FORM_DATA1, language)
                .text(DW_AT_NAME, five ? DW_FORM_LINE_STRP : DW_FORM_STRING, "a.c");
        if (five) {
            unit.number(DW_AT_STR_OFFSETS_BASE, DW_FORM_SEC_OFFSET, TABLE_HEADER_BYTES)
                    .number(DW_AT_ADDR_BASE, DW_FORM_SEC_OFFSET, TABLE_HEADER_BYTES)
                    .number(DW_AT_RNGLISTS_BASE, DW_FORM_SEC_OFFSET, LISTS_HEADER_BYTES)
                    .number(DW_AT_LOCLISTS_BASE, DW_FORM_SEC_OFFSET, LISTS_HEADER_BYTES)
                    .number(DW_AT_LOW_PC, DW_FORM_ADDRX, 0)
                    .number(DW_AT_RANGES, DW_FORM_RNGLISTX, 0);
            dwarf.section(".debug_addr").u64(FuzzTarget.TEXT_AT);
            // One offset; DW_RLE_startx_length, end. The same of locations, with an expression.
            lists(dwarf.section(".debug_rnglists")).add(3, 0, 64, 0);
            lists(dwarf.section(".debug_loclists")).add(3, 0, 8, 1, 0x55, 0);
        } else {
            unit.number(DW_AT_LOW_PC, DW_FORM_ADDR, FuzzTarget.TEXT_AT)
                    .number(DW_AT_HIGH_PC, DW_FORM_ADDR, FuzzTarget.TEXT_AT + 64);
            dwarf.section(".debug_loc").u64(0).u64(8).u16(1).u8(0x55).u64(0).u64(0);
        }
        DwarfDie integer = unit.child(DW_TAG_BASE_TYPE)
                .text(DW_AT_NAME, string, "int")
                .number(DW_AT_BYTE_SIZE, DW_FORM_DATA1, 4)
                .number(DW_AT_ENCODING, DW_FORM_DATA1, 5);
        DwarfDie node = node(unit, integer, five);
        DwarfDie named = unit.child(DW_TAG_TYPEDEF)
                .text(DW_AT_NAME, DW_FORM_STRP, "handel")
                .reference(DW_AT_TYPE, DW_FORM_REF4, node);
        DwarfDie kind = unit.child(DW_TAG_ENUMERATION_TYPE)
                .text(DW_AT_NAME, DW_FORM_STRING, "kind")
                .number(DW_AT_BYTE_SIZE, DW_FORM_DATA1, 4);
        kind.child(DW_TAG_ENUMERATOR)
                .text(DW_AT_NAME, DW_FORM_STRING, "ONE")
                .number(DW_AT_CONST_VALUE, DW_FORM_SDATA, -1);
        DwarfDie inline = unit.child(DW_TAG_SUBPROGRAM)
                .text(DW_AT_NAME, DW_FORM_STRING, "main.main")
                .text(DW_AT_LINKAGE_NAME, DW_FORM_STRING, "_ZN3foo3barEv")
                .number(DW_AT_INLINE, DW_FORM_DATA1, 1)
                .reference(DW_AT_TYPE, DW_FORM_REF_ADDR, integer);
        DwarfDie declared = unit.child(DW_TAG_SUBPROGRAM)
                .text(DW_AT_NAME, DW_FORM_STRP, "main")
                .number(DW_AT_EXTERNAL, DW_FORM_FLAG, 1)
                .reference(DW_AT_TYPE, DW_FORM_REF4, integer);
        DwarfDie main = unit.child(DW_TAG_SUBPROGRAM)
                .reference(DW_AT_SPECIFICATION, DW_FORM_REF4, declared)
                .number(DW_AT_LOW_PC, five ? DW_FORM_ADDRX : DW_FORM_ADDR, five ? 0 : FuzzTarget.TEXT_AT)
                .number(
                        DW_AT_HIGH_PC,
                        version < 4 ? DW_FORM_ADDR : DW_FORM_DATA4,
                        version < 4 ? FuzzTarget.TEXT_AT + 64 : 64);
        parameter(main, "n", integer).block(DW_AT_LOCATION, expression, new Bytes().u8(0x55));
        parameter(main, "t", named)
                .block(DW_AT_LOCATION, expression, new Bytes().u8(0x91).sleb(-24));
        int list = five ? DW_FORM_LOCLISTX : version < 4 ? DW_FORM_DATA4 : DW_FORM_SEC_OFFSET;
        parameter(main, "k", kind).number(DW_AT_LOCATION, list, 0);
        main.child(DW_TAG_INLINED_SUBROUTINE)
                .reference(DW_AT_ABSTRACT_ORIGIN, DW_FORM_REF4, inline)
                .number(DW_AT_LOW_PC, DW_FORM_ADDR, FuzzTarget.TEXT_AT + 8)
                .number(
                        DW_AT_HIGH_PC,
                        version < 4 ? DW_FORM_ADDR : DW_FORM_UDATA,
                        version < 4 ? FuzzTarget.TEXT_AT + 16 : 8);
        return dwarf;
    }

    private static Bytes lists(Bytes section) {
        return section.set(8, 4, 1).u32(4);
    }

    private static DwarfDie parameter(DwarfDie of, String name, DwarfDie type) {
        return of.child(DW_TAG_FORMAL_PARAMETER)
                .text(DW_AT_NAME, DW_FORM_STRING, name)
                .reference(DW_AT_TYPE, DW_FORM_REF4, type);
    }

    /// A structure that points to itself, and has an array.
    private static DwarfDie node(DwarfDie unit, DwarfDie integer, boolean five) {
        DwarfDie node = unit.child(DW_TAG_STRUCTURE_TYPE)
                .text(DW_AT_NAME, DW_FORM_STRING, "node")
                .number(DW_AT_BYTE_SIZE, DW_FORM_DATA1, 24);
        DwarfDie pointer = unit.child(DW_TAG_POINTER_TYPE)
                .number(DW_AT_BYTE_SIZE, five ? DW_FORM_IMPLICIT_CONST : DW_FORM_DATA1, 8)
                .reference(DW_AT_TYPE, DW_FORM_REF4, node);
        DwarfDie array = unit.child(DW_TAG_ARRAY_TYPE).reference(DW_AT_TYPE, DW_FORM_REF4, integer);
        array.child(DW_TAG_SUBRANGE_TYPE).number(DW_AT_UPPER_BOUND, DW_FORM_DATA1, 3);
        node.child(DW_TAG_MEMBER)
                .text(DW_AT_NAME, DW_FORM_STRING, "next")
                .reference(DW_AT_TYPE, DW_FORM_REF4, pointer)
                .number(DW_AT_DATA_MEMBER_LOCATION, DW_FORM_DATA1, 0);
        node.child(DW_TAG_MEMBER)
                .text(DW_AT_NAME, DW_FORM_STRING, "values")
                .reference(DW_AT_TYPE, DW_FORM_REF4, array)
                .number(DW_AT_DATA_MEMBER_LOCATION, DW_FORM_UDATA, 8);
        return node;
    }
}
