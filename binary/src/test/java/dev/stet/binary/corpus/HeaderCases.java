package dev.stet.binary.corpus;

import static dev.stet.binary.corpus.Case.answers;
import static dev.stet.binary.corpus.Case.refused;
import static dev.stet.binary.corpus.Case.refuses;
import static dev.stet.binary.corpus.Cases.MALFORMED;
import static dev.stet.binary.corpus.Cases.UNSUPPORTED;
import static dev.stet.binary.corpus.Cases.says;
import static dev.stet.testkit.ElfSegment.EXECUTE;
import static dev.stet.testkit.ElfSegment.READ;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.Executable;
import dev.stet.facts.Function;
import dev.stet.testkit.Content;
import dev.stet.testkit.ElfBuilder;
import dev.stet.testkit.ElfField.Header;
import dev.stet.testkit.ElfField.Segment;
import dev.stet.testkit.ElfSection;
import dev.stet.testkit.SymbolTable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// Lies in the file's header and in program headers.
final class HeaderCases {
    private HeaderCases() {}

    static List<Case> all() {
        Cases cases = new Cases();
        identification(cases);
        header(cases);
        programHeaders(cases);
        sectionHeaderTable(cases);
        return cases.all();
    }

    private static Content cut(int length) {
        return Content.of(Arrays.copyOf(Cases.sound().toArray(), length));
    }

    private static void identification(Cases cases) {
        cases.add("empty file", cut(0), refused(UNSUPPORTED, "not an ELF file", "empty"))
                .add("3 bytes", cut(3), refused(UNSUPPORTED, "not an ELF file", "7f 45 4c"))
                .add("only the magic", cut(4), refused(MALFORMED, "ends in the ELF identification"))
                .add("cut in the identification", cut(15), refused(MALFORMED, "ends in the ELF identification"))
                .add("only the identification", cut(16), refused(MALFORMED, "ELF header", "16"))
                .add("cut in the header", cut(63), refused(MALFORMED, "ELF header", "63"))
                .add("only the header", cut(64), refused(MALFORMED, "program header table", "64"))
                .add("cut in the program headers", cut(64 + 57), refused(MALFORMED, "program header table"))
                .add("cut behind the program headers", cut(64 + 2 * 56), refused(MALFORMED, "PT_LOAD", "past the end"))
                .add(
                        "a script",
                        Content.of("#!/bin/sh\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                        refused(UNSUPPORTED, "not an ELF file", "23 21"))
                .add("ELFCLASS32", elf -> elf.lie(Header.EI_CLASS, 1), refused(UNSUPPORTED, "32-bit"))
                .add("class 9", elf -> elf.lie(Header.EI_CLASS, 9), refused(MALFORMED, "EI_CLASS is 9"))
                .add("big-endian", elf -> elf.lie(Header.EI_DATA, 2), refused(UNSUPPORTED, "big-endian"))
                .add("byte order 0", elf -> elf.lie(Header.EI_DATA, 0), refused(MALFORMED, "EI_DATA is 0"));
    }

    private static void header(Cases cases) {
        cases.add("ET_REL", elf -> elf.lie(Header.E_TYPE, 1), refused(UNSUPPORTED, "relocatable object"))
                .add("ET_CORE", elf -> elf.lie(Header.E_TYPE, 4), refused(UNSUPPORTED, "core dump"))
                .add("e_type 0xfeff", elf -> elf.lie(Header.E_TYPE, 0xfeff), refused(UNSUPPORTED, "type 65279"))
                .add("MIPS", elf -> elf.lie(Header.E_MACHINE, 8), refused(UNSUPPORTED, "e_machine is 8"))
                .add("i386 in 64 bits", elf -> elf.lie(Header.E_MACHINE, 3), refused(UNSUPPORTED, "e_machine is 3"))
                .add("aarch64", elf -> elf.lie(Header.E_MACHINE, 183), answers(HeaderCases::hasBuildId))
                .add("e_phnum 0", elf -> elf.lie(Header.E_PHNUM, 0), refused(MALFORMED, "no program headers"))
                .add("e_phnum PN_XNUM", elf -> elf.lie(Header.E_PHNUM, 0xffff), refused(MALFORMED, "program headers"))
                .add("e_phnum 65534", elf -> elf.lie(Header.E_PHNUM, 0xfffe), refused(MALFORMED, "program header"))
                .add("e_phentsize 0", elf -> elf.lie(Header.E_PHENTSIZE, 0), refused(MALFORMED, "e_phentsize is 0"))
                .add("e_phentsize 1", elf -> elf.lie(Header.E_PHENTSIZE, 1), refused(MALFORMED, "e_phentsize is 1"))
                .add("e_phentsize 65535", elf -> elf.lie(Header.E_PHENTSIZE, 65535), refused(MALFORMED, "65535"))
                .add(
                        "e_phoff 2^63",
                        elf -> elf.lie(Header.E_PHOFF, Long.MIN_VALUE),
                        refused(MALFORMED, "e_phoff", "9223372036854775808"))
                .add("e_phoff the last byte", lastByte(Header.E_PHOFF), refused(MALFORMED, "program header table"));
    }

    private static Content lastByte(Header field) {
        int size = Cases.sound().toArray().length;
        return Cases.sound().lie(field, size - 1).build();
    }

    private static void programHeaders(Cases cases) {
        cases.add("p_offset + p_filesz wraps", load(Segment.P_OFFSET, -4096), refused(MALFORMED, "PT_LOAD"))
                .add("p_filesz 2^62", load(Segment.P_FILESZ, 1L << 62), refused(MALFORMED, "PT_LOAD"))
                .add(
                        "p_vaddr + p_memsz wraps",
                        load(Segment.P_MEMSZ, Long.MAX_VALUE),
                        refused(MALFORMED, "PT_LOAD", "wraps"))
                .add("p_vaddr negative", load(Segment.P_VADDR, Long.MIN_VALUE), refused(MALFORMED, "PT_LOAD"))
                .add(
                        "no executable segment",
                        load(Segment.P_FLAGS, READ),
                        answers(executable ->
                                assertThat(executable.functions().size()).isZero()))
                .add("p_offset not as p_vaddr", load(Segment.P_OFFSET, 7), refused(MALFORMED, "within a page"))
                .add("no PT_LOAD", load(Segment.P_TYPE, 0x12345), refused(MALFORMED, "no PT_LOAD"))
                .add("PT_LOADs overlap", overlapping(), refused(MALFORMED, "overlap"))
                .add("PT_LOADs descend", descending(), answers(HeaderCases::fIsWhereItIs))
                .add(
                        "PT_NOTE of 2^40 bytes",
                        note(Segment.P_FILESZ, 1L << 40),
                        refuses(Executable::buildId, MALFORMED, says("PT_NOTE"), HeaderCases::fIsWhereItIs))
                .add(
                        "PT_NOTE behind the end",
                        note(Segment.P_OFFSET, 1L << 40),
                        refuses(Executable::buildId, MALFORMED, says("PT_NOTE"), HeaderCases::fIsWhereItIs))
                .add(
                        "PT_NOTE that wraps",
                        note(Segment.P_OFFSET, -8),
                        refuses(Executable::buildId, MALFORMED, says("PT_NOTE"), HeaderCases::fIsWhereItIs));
    }

    /// The sound program's first, which is its PT_LOAD, with a field changed.
    private static Content load(Segment field, long value) {
        return field(0, field, value);
    }

    private static Content note(Segment field, long value) {
        return field(1, field, value);
    }

    private static Content field(int segment, Segment field, long value) {
        byte[] file = Cases.sound().toArray();
        for (int i = 0; i < field.width(); i++) {
            file[64 + 56 * segment + field.at() + i] = (byte) (value >> (8 * i));
        }
        return Content.of(file);
    }

    private static Content overlapping() {
        ElfBuilder elf = Cases.sound();
        elf.load(READ, elf.named(".text").address());
        elf.section(".data", ElfSection.SHT_PROGBITS, ElfSection.SHF_ALLOC, Content.zeros(64));
        return elf.build();
    }

    private static Content descending() {
        ElfBuilder elf = ElfBuilder.program();
        elf.load(READ | EXECUTE, 0x900000);
        ElfSection text = elf.text(0x55, 0x5d, 0xc3);
        elf.load(READ, 0x600000);
        elf.section(".rodata", ElfSection.SHT_PROGBITS, ElfSection.SHF_ALLOC, Content.zeros(64));
        elf.noLoad();
        elf.symbols(".symtab", new SymbolTable().function("f", text, 0, 3));
        return elf.reverseSegments().build();
    }

    private static void sectionHeaderTable(Cases cases) {
        Case.Answer others = HeaderCases::hasBuildId;
        cases.add("e_shoff 0", elf -> elf.lie(Header.E_SHOFF, 0), answers(executable -> {
                    assertThat(executable.functions().size()).isZero();
                    hasBuildId(executable);
                }))
                .add(
                        "e_shoff 2^63",
                        shoff(Long.MIN_VALUE),
                        refuses(Executable::functions, MALFORMED, says("e_shoff"), others))
                .add(
                        "e_shoff the last byte",
                        lastByte(Header.E_SHOFF),
                        refuses(Executable::functions, MALFORMED, says("section header"), others))
                .add(
                        "e_shentsize 0",
                        elf -> elf.lie(Header.E_SHENTSIZE, 0),
                        refuses(Executable::functions, MALFORMED, says("e_shentsize is 0"), others))
                .add(
                        "e_shentsize 1",
                        elf -> elf.lie(Header.E_SHENTSIZE, 1),
                        refuses(Executable::functions, MALFORMED, says("e_shentsize is 1"), others))
                .add(
                        "e_shentsize 65535",
                        elf -> elf.lie(Header.E_SHENTSIZE, -1),
                        refuses(Executable::functions, MALFORMED, says("e_shentsize is 65535"), others))
                .add(
                        "e_shnum 65535",
                        elf -> elf.lie(Header.E_SHNUM, -1),
                        refuses(Executable::functions, MALFORMED, says("65535 sections"), others))
                .add(
                        "e_shnum 0, and 2^63 in the first header",
                        manySections(),
                        refuses(Executable::functions, MALFORMED, says("sections"), others))
                .add(
                        "e_shstrndx out of range",
                        elf -> elf.lie(Header.E_SHSTRNDX, 0x1234),
                        refuses(Executable::functions, MALFORMED, says("e_shstrndx 4660"), others))
                .add("e_shstrndx the text", elf -> elf.lie(Header.E_SHSTRNDX, 1), answers(HeaderCases::fIsWhereItIs));
    }

    private static Content shoff(long value) {
        return Cases.sound().lie(Header.E_SHOFF, value).build();
    }

    private static Content manySections() {
        byte[] file = Cases.sound().lie(Header.E_SHNUM, 0).toArray();
        long at = 0;
        for (int i = 7; i >= 0; i--) {
            at = at << 8 | (file[Header.E_SHOFF.at() + i] & 0xff);
        }
        file[(int) at + 32 + 7] = (byte) 0x80;
        return Content.of(file);
    }

    static void hasBuildId(Executable executable) throws IOException {
        assertThat(executable.buildId().orElseThrow()).hasToString("01020304");
    }

    static void fIsWhereItIs(Executable executable) throws IOException {
        List<Function> found = executable.functions().named("f");
        assertThat(found).hasSize(1);
        assertThat(executable.fileOffsetOf(found.getFirst().virtualAddress()))
                .hasValue(found.getFirst().fileOffset());
    }
}
