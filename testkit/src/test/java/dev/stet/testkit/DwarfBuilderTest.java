package dev.stet.testkit;

import static dev.stet.testkit.DwarfBuilder.DW_AT_BYTE_SIZE;
import static dev.stet.testkit.DwarfBuilder.DW_AT_DATA_MEMBER_LOCATION;
import static dev.stet.testkit.DwarfBuilder.DW_AT_ENCODING;
import static dev.stet.testkit.DwarfBuilder.DW_AT_HIGH_PC;
import static dev.stet.testkit.DwarfBuilder.DW_AT_LANGUAGE;
import static dev.stet.testkit.DwarfBuilder.DW_AT_LOCATION;
import static dev.stet.testkit.DwarfBuilder.DW_AT_LOW_PC;
import static dev.stet.testkit.DwarfBuilder.DW_AT_NAME;
import static dev.stet.testkit.DwarfBuilder.DW_AT_PRODUCER;
import static dev.stet.testkit.DwarfBuilder.DW_AT_STR_OFFSETS_BASE;
import static dev.stet.testkit.DwarfBuilder.DW_AT_TYPE;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_ADDR;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_BLOCK1;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_DATA1;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_EXPRLOC;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_LINE_STRP;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_REF4;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_REF_ADDR;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_SEC_OFFSET;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_STRING;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_STRP;
import static dev.stet.testkit.DwarfBuilder.DW_FORM_STRX;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_BASE_TYPE;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_FORMAL_PARAMETER;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_MEMBER;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_POINTER_TYPE;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_STRUCTURE_TYPE;
import static dev.stet.testkit.DwarfBuilder.DW_TAG_SUBPROGRAM;
import static dev.stet.testkit.DwarfBuilder.TABLE_HEADER_BYTES;
import static dev.stet.testkit.ElfSegment.EXECUTE;
import static dev.stet.testkit.ElfSegment.READ;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// readelf reads what the builder makes, without a warning.
class DwarfBuilderTest {
    @TempDir
    Path directory;

    /// `int twice(int a)` in a register, with a structure that points to itself.
    private static DwarfBuilder honest(int version, ElfSection text) {
        DwarfBuilder dwarf = new DwarfBuilder();
        DwarfDie unit = dwarf.unit(version)
                .text(DW_AT_PRODUCER, DW_FORM_STRP, "testkit")
                .text(DW_AT_NAME, version == 5 ? DW_FORM_LINE_STRP : DW_FORM_STRING, "a.c")
                .number(DW_AT_LANGUAGE, DW_FORM_DATA1, 0x0c)
                .number(DW_AT_LOW_PC, DW_FORM_ADDR, text.address())
                .number(DW_AT_HIGH_PC, DW_FORM_ADDR, text.address() + text.size());
        if (version == 5) {
            unit.number(DW_AT_STR_OFFSETS_BASE, DW_FORM_SEC_OFFSET, TABLE_HEADER_BYTES);
        }
        DwarfDie integer = unit.child(DW_TAG_BASE_TYPE)
                .text(DW_AT_NAME, version == 5 ? DW_FORM_STRX : DW_FORM_STRING, "int")
                .number(DW_AT_BYTE_SIZE, DW_FORM_DATA1, 4)
                .number(DW_AT_ENCODING, DW_FORM_DATA1, 5);
        DwarfDie node = unit.child(DW_TAG_STRUCTURE_TYPE)
                .text(DW_AT_NAME, DW_FORM_STRING, "node")
                .number(DW_AT_BYTE_SIZE, DW_FORM_DATA1, 8);
        DwarfDie pointer = unit.child(DW_TAG_POINTER_TYPE)
                .number(DW_AT_BYTE_SIZE, DW_FORM_DATA1, 8)
                .reference(DW_AT_TYPE, DW_FORM_REF4, node);
        node.child(DW_TAG_MEMBER)
                .text(DW_AT_NAME, DW_FORM_STRING, "next")
                .reference(DW_AT_TYPE, DW_FORM_REF4, pointer)
                .number(DW_AT_DATA_MEMBER_LOCATION, DW_FORM_DATA1, 0);
        DwarfDie function = unit.child(DW_TAG_SUBPROGRAM)
                .text(DW_AT_NAME, DW_FORM_STRP, "twice")
                .reference(DW_AT_TYPE, DW_FORM_REF_ADDR, integer)
                .number(DW_AT_LOW_PC, DW_FORM_ADDR, text.address())
                .number(DW_AT_HIGH_PC, DW_FORM_ADDR, text.address() + 1);
        function.child(DW_TAG_FORMAL_PARAMETER)
                .text(DW_AT_NAME, DW_FORM_STRING, "a")
                .reference(DW_AT_TYPE, DW_FORM_REF4, integer)
                .block(DW_AT_LOCATION, version < 4 ? DW_FORM_BLOCK1 : DW_FORM_EXPRLOC, new Bytes().u8(0x55));
        return dwarf;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5})
    void readelfReadsIt(int version) throws IOException {
        ElfBuilder elf = ElfBuilder.library();
        elf.load(READ | EXECUTE);
        ElfSection text = elf.text(0xc3, 0xc3);
        honest(version, text).addTo(elf);
        elf.build().write(directory.resolve("dwarf"));
        String info =
                String.join("\n", Oracle.run(directory, "readelf", "--debug-dump=info,abbrev,str-offsets", "dwarf"));
        assertThat(info)
                .doesNotContainIgnoringCase("warning")
                .containsPattern("Version: +" + version)
                .containsPattern("DW_AT_name .*: (\\(.*\\): )?int")
                .containsPattern("DW_AT_name .*twice")
                .containsPattern("DW_AT_location .*DW_OP_reg5")
                .containsPattern("<2><[0-9a-f]+>: Abbrev Number: \\d+ \\(DW_TAG_member\\)");
    }
}
