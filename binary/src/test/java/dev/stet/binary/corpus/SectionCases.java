package dev.stet.binary.corpus;

import static dev.stet.binary.corpus.Case.answers;
import static dev.stet.binary.corpus.Case.refuses;
import static dev.stet.binary.corpus.Cases.MALFORMED;
import static dev.stet.binary.corpus.Cases.says;
import static dev.stet.testkit.ElfSection.SHF_ALLOC;
import static dev.stet.testkit.ElfSection.SHF_COMPRESSED;
import static dev.stet.testkit.ElfSection.SHF_EXECINSTR;
import static dev.stet.testkit.ElfSection.SHT_NOTE;
import static dev.stet.testkit.ElfSection.SHT_PROGBITS;
import static dev.stet.testkit.ElfSection.SHT_STRTAB;
import static dev.stet.testkit.ElfSection.SHT_SYMTAB;
import static dev.stet.testkit.ElfSegment.EXECUTE;
import static dev.stet.testkit.ElfSegment.READ;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.Executable;
import dev.stet.testkit.Bytes;
import dev.stet.testkit.Compressed;
import dev.stet.testkit.Content;
import dev.stet.testkit.ElfBuilder;
import dev.stet.testkit.ElfField;
import dev.stet.testkit.ElfField.Section;
import dev.stet.testkit.ElfSection;
import dev.stet.testkit.Notes;
import dev.stet.testkit.SymbolTable;
import java.io.IOException;
import java.util.List;

/// Lies in section headers, and in what sections hold: symbols, names, notes, compressed bytes.
final class SectionCases {
    private SectionCases() {}

    static List<Case> all() {
        Cases cases = new Cases();
        sectionHeaders(cases);
        symbols(cases);
        notes(cases);
        debugSections(cases);
        return cases.all();
    }

    private static Cases.Change set(String section, Section field, long value) {
        return elf -> elf.named(section).set(field, value);
    }

    /// Whoever needs no symbols is answered.
    private static Case.Outcome noFunctions(String... says) {
        return refuses(Executable::functions, MALFORMED, says, HeaderCases::hasBuildId);
    }

    private static void sectionHeaders(Cases cases) {
        cases.add("section names of 2^63 bytes (golang/go#33121)", names(Long.MIN_VALUE), noFunctions("section names"))
                .add("section names of 2^64-1 bytes (golang/go#53626)", names(-1), noFunctions("section names"))
                .add("section names of 2^37 bytes (golang/go#45599)", names(1L << 37), noFunctions("section names"))
                .add(
                        "sh_name behind the names (golang/go#52035)",
                        set(".text", Section.SH_NAME, 0xffffff),
                        answers(HeaderCases::fIsWhereItIs))
                .add("symbols of 2^64-1 bytes", set(".symtab", Section.SH_SIZE, -1), noFunctions(".symtab:"))
                .add("symbols of 2^40 bytes", set(".symtab", Section.SH_SIZE, 1L << 40), noFunctions(".symtab:"))
                .add("symbols at 2^63", set(".symtab", Section.SH_OFFSET, Long.MIN_VALUE), noFunctions(".symtab:"))
                .add(
                        "text of 2^63 bytes",
                        set(".text", Section.SH_SIZE, Long.MIN_VALUE),
                        answers(HeaderCases::fIsWhereItIs))
                .add("text of 2^64-1 bytes", set(".text", Section.SH_SIZE, -1), answers(HeaderCases::fIsWhereItIs));
    }

    private static Content names(long size) {
        byte[] file = Cases.sound().toArray();
        long headers = 0;
        for (int i = 7; i >= 0; i--) {
            headers = headers << 8 | (file[ElfField.Header.E_SHOFF.at() + i] & 0xff);
        }
        int index = file[ElfField.Header.E_SHSTRNDX.at()];
        for (int i = 0; i < 8; i++) {
            file[(int) headers + 64 * index + Section.SH_SIZE.at() + i] = (byte) (size >> (8 * i));
        }
        return Content.of(file);
    }

    private static void symbols(Cases cases) {
        cases.add("sh_entsize 0", set(".symtab", Section.SH_ENTSIZE, 0), noFunctions("sh_entsize is 0"))
                .add("sh_entsize 1", set(".symtab", Section.SH_ENTSIZE, 1), noFunctions("sh_entsize is 1"))
                .add(
                        "sh_link out of range (golang/go#10999)",
                        set(".symtab", Section.SH_LINK, 0xffff_ffffL),
                        noFunctions("sh_link"))
                .add(
                        "sh_link to itself",
                        elf -> elf.named(".symtab").link(elf.named(".symtab")),
                        noFunctions("sh_link"))
                .add(
                        "symbols that take no room in the file",
                        set(".symtab", Section.SH_TYPE, ElfSection.SHT_NOBITS),
                        answers(executable ->
                                assertThat(executable.functions().size()).isZero()))
                .add(
                        "names that take no room in the file",
                        set(".strtab", Section.SH_TYPE, ElfSection.SHT_NOBITS),
                        noFunctions("sh_link"))
                .add("names that do not end", endless(), answers(executable -> {
                    assertThat(executable.functions().named("f")).hasSize(1);
                    assertThat(executable.functions().size()).isLessThanOrEqualTo(2);
                }))
                .add(
                        "st_name behind the names (cilium/ebpf#182)",
                        withSymbol(new SymbolTable().raw(0x7fffffff, 0x12, 1, 0x401000, 1)),
                        noFunctions("st_name is behind the end of the names"))
                .add("st_size 2^40", withSymbol(of("huge", 1L << 40)), answers(executable -> {
                    assertThat(executable.functions().named("f")).hasSize(1);
                    assertThat(executable.functions().named("huge")).isEmpty();
                }))
                .add(
                        "st_size 2^64-1",
                        withSymbol(of("huge", -1)),
                        answers(executable ->
                                assertThat(executable.functions().named("huge")).isEmpty()))
                .add(
                        "an import (cilium/ebpf#292)",
                        withSymbol(new SymbolTable().imported("SSL_write")),
                        answers(executable -> {
                            assertThat(executable.functions().named("SSL_write"))
                                    .isEmpty();
                            assertThat(executable.functions().at(0)).isEmpty();
                        }))
                .add(
                        "a symbol at 0 that is defined",
                        withSymbol(new SymbolTable().add("zero", 1, 2, 1, 0, 8)),
                        answers(executable ->
                                assertThat(executable.functions().named("zero")).isEmpty()))
                .add(
                        "a symbol in no segment",
                        withSymbol(new SymbolTable().add("nowhere", 1, 2, 1, 0x7fff_0000_0000L, 8)),
                        answers(executable -> assertThat(executable.functions().named("nowhere"))
                                .isEmpty()))
                .add("a function behind 2 GiB (Pixie's `int offset`)", behind2GiB(), answers(executable -> {
                    assertThat(executable.functions().named("far")).hasSize(1);
                    assertThat(executable.functions().named("far").getFirst().fileOffset())
                            .isGreaterThan(3L << 30);
                    HeaderCases.fIsWhereItIs(executable);
                }));
    }

    private static SymbolTable of(String name, long size) {
        return new SymbolTable().add(name, SymbolTable.STB_GLOBAL, SymbolTable.STT_FUNC, 1, 0x401000 + 1184, size);
    }

    /// A second table of symbols.
    private static Cases.Change withSymbol(SymbolTable symbols) {
        return elf -> elf.symbols(".symtab", symbols);
    }

    /// The last name has no NUL.
    private static Content endless() {
        ElfBuilder elf = ElfBuilder.program();
        elf.load(READ | EXECUTE);
        ElfSection text = elf.text(0xc3, 0xc3);
        elf.noLoad().align(8);
        Bytes table = new Bytes().zeros(24);
        for (int i = 0; i < 2; i++) {
            table.u32(1 + 2 * i).u8(0x12).u8(0).u16(1).u64(text.address() + i).u64(1);
        }
        ElfSection symbols = elf.section(".symtab", SHT_SYMTAB, 0, table).set(Section.SH_ENTSIZE, 24);
        symbols.link(elf.section(
                ".strtab", SHT_STRTAB, 0, new Bytes().u8(0).text("f").chars("g")));
        return elf.build();
    }

    private static Content behind2GiB() {
        ElfBuilder elf = ElfBuilder.program();
        elf.load(READ | EXECUTE);
        ElfSection text = elf.text(0xc3);
        elf.noLoad().skip(3L << 30);
        elf.load(READ | EXECUTE);
        ElfSection far =
                elf.section(".far", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, new Bytes().add(0x55, 0x5d, 0xc3));
        elf.noLoad();
        elf.symbols(".symtab", new SymbolTable().function("f", text, 0, 1).function("far", far, 0, 3));
        return elf.build();
    }

    private static void notes(Cases cases) {
        cases.add(
                        "build ID in a section that takes no room in the file",
                        notes(new Notes().buildId(1, 2), ElfSection.SHT_NOBITS),
                        answers(executable -> assertThat(executable.buildId()).isEmpty()))
                .add(
                        "build ID of 4 GiB",
                        notes(
                                new Notes().raw(4, 0xffff_fffcL, 3, new byte[] {'G', 'N', 'U', 0}, new byte[20]),
                                SHT_NOTE),
                        noBuildId("note descriptor"))
                .add(
                        "build ID of 2^31 bytes, negative to some",
                        notes(
                                new Notes().raw(4, 0x8000_0000L, 3, new byte[] {'G', 'N', 'U', 0}, new byte[20]),
                                SHT_NOTE),
                        noBuildId("note descriptor"))
                .add(
                        "owner of 4 GiB, that rounds to 0",
                        notes(new Notes().raw(0xffff_fffdL, 4, 3, new byte[4], new byte[4]), SHT_NOTE),
                        noBuildId("note name"))
                .add(
                        "build ID of no bytes",
                        notes(new Notes().raw(4, 0, 3, new byte[] {'G', 'N', 'U', 0}, new byte[0]), SHT_NOTE),
                        noBuildId("empty build ID"))
                .add(
                        "build ID of 1 MB",
                        notes(new Notes().note("GNU", 3, new byte[1 << 20]), SHT_NOTE),
                        noBuildId("build ID", "1048576"))
                .add(
                        "half a note",
                        notes(new Notes().raw(4, 4, 3, new byte[0], new byte[0]), SHT_NOTE),
                        noBuildId("note name"))
                .add(
                        "USDT probe of no text",
                        usdt(new Notes().note("stapsdt", 3, new byte[24])),
                        refuses(
                                Executable::usdt,
                                MALFORMED,
                                says("USDT note", "without an end"),
                                HeaderCases::hasBuildId))
                .add(
                        "USDT probe at -1",
                        usdt(new Notes().usdt(-1, 0, 0, "a", "b", "")),
                        answers(executable -> assertThat(executable.usdt()).isEmpty()))
                .add(
                        "USDT probe with arguments that are none",
                        usdt(new Notes().usdt(0x401000 + 1184, 0, 0, "a", "b", "8@ @@ -99999999999@%rax \u0001")),
                        answers(SectionCases::hasBuildIdAndUsdt));
    }

    private static void hasBuildIdAndUsdt(Executable executable) throws IOException {
        HeaderCases.hasBuildId(executable);
        assertThat(executable.usdt()).hasSizeLessThanOrEqualTo(1);
    }

    private static Content notes(Notes notes, int type) {
        ElfBuilder elf = ElfBuilder.program();
        elf.load(READ | EXECUTE);
        ElfSection text = elf.text(0xc3);
        elf.noLoad().align(4);
        elf.section(".note.gnu.build-id", type, 0, new Bytes().add(notes.toArray()));
        elf.symbols(".symtab", new SymbolTable().function("f", text, 0, 1));
        return elf.build();
    }

    private static Cases.Change usdt(Notes notes) {
        return elf -> elf.align(4).section(".note.stapsdt", SHT_NOTE, 0, new Bytes().add(notes.toArray()));
    }

    private static Case.Outcome noBuildId(String... says) {
        return refuses(Executable::buildId, MALFORMED, says, HeaderCases::fIsWhereItIs);
    }

    private static void debugSections(Cases cases) {
        cases.add(
                        ".gnu_debuglink of 3 bytes",
                        section(".gnu_debuglink", 0, new Bytes().add(1, 2, 3)),
                        noDebugInfo("link to a debug file"))
                .add(
                        ".gnu_debuglink of 0 bytes",
                        section(".gnu_debuglink", 0, new Bytes()),
                        noDebugInfo("link to a debug file"))
                .add(
                        ".gnu_debuglink with no NUL",
                        section(".gnu_debuglink", 0, new Bytes().chars("abcdefgh")),
                        noDebugInfo("link to a debug file"))
                .add(
                        "compressed, of no bytes",
                        section(".debug_info", SHF_COMPRESSED, new Bytes()),
                        noDebugInfo(".debug_info"))
                .add(
                        "compressed, of an unknown kind",
                        section(".debug_info", SHF_COMPRESSED, Compressed.section(77, 10, new byte[9])),
                        noDebugInfo(".debug_info", "77"))
                .add(
                        "zlib that claims 2^40 bytes",
                        section(
                                ".debug_info",
                                SHF_COMPRESSED,
                                Compressed.section(
                                        Compressed.ELFCOMPRESS_ZLIB,
                                        1L << 40,
                                        Compressed.deflate(Content.zeros(1 << 20)))),
                        noDebugInfo(".debug_info"))
                .add(
                        "zlib that claims 2^63 bytes",
                        section(
                                ".debug_info",
                                SHF_COMPRESSED,
                                Compressed.section(
                                        Compressed.ELFCOMPRESS_ZLIB,
                                        Long.MIN_VALUE,
                                        Compressed.deflate(Content.zeros(100)))),
                        noDebugInfo(".debug_info"))
                .add(
                        "zlib that is noise",
                        section(
                                ".debug_info",
                                SHF_COMPRESSED,
                                Compressed.section(
                                        Compressed.ELFCOMPRESS_ZLIB, 100, new byte[] {0x78, (byte) 0xda, 7, 7, 7, 7})),
                        noDebugInfo("zlib", "invalid block type"))
                .add(
                        "zstd that claims 2^40 bytes",
                        section(
                                ".debug_info",
                                SHF_COMPRESSED,
                                Compressed.section(
                                        Compressed.ELFCOMPRESS_ZSTD, 1L << 40, Compressed.zstdBomb(1L << 40, 4))),
                        noDebugInfo(".debug_info"))
                .add(
                        "zstd cut in the middle",
                        section(
                                ".debug_info",
                                SHF_COMPRESSED,
                                Compressed.section(Compressed.ELFCOMPRESS_ZSTD, 100, new byte[] {
                                    0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0x20
                                })),
                        noDebugInfo("packed bytes end too early"))
                .add(
                        ".gnu_debugdata that is no xz",
                        section(".gnu_debugdata", 0, new Bytes().chars("\u00fd7zXZ then nothing")),
                        answers(HeaderCases::hasBuildId))
                .add(
                        "debug information of 1 byte",
                        section(".debug_info", 0, new Bytes().u8(7)),
                        noDebugInfo(".debug_info"))
                .add(
                        "debug information of version 99",
                        section(".debug_info", 0, new Bytes().u32(7).u16(99).zeros(10)),
                        noDebugInfo("99"));
    }

    private static Cases.Change section(String name, long flags, Bytes content) {
        return elf -> {
            elf.align(8).section(name, SHT_PROGBITS, flags, content);
            if (name.startsWith(".debug_")) {
                elf.section(".debug_abbrev", SHT_PROGBITS, 0, new Bytes().u8(0));
            }
        };
    }

    private static Case.Outcome noDebugInfo(String... says) {
        return refuses(Executable::debugInfo, MALFORMED, says, HeaderCases::fIsWhereItIs);
    }
}
