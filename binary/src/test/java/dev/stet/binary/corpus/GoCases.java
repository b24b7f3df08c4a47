package dev.stet.binary.corpus;

import static dev.stet.binary.corpus.Case.answers;
import static dev.stet.binary.corpus.Case.refused;
import static dev.stet.binary.corpus.Case.refuses;
import static dev.stet.binary.corpus.Cases.MALFORMED;
import static dev.stet.binary.corpus.Cases.UNSUPPORTED;
import static dev.stet.binary.corpus.Cases.says;
import static dev.stet.testkit.ElfSection.SHF_ALLOC;
import static dev.stet.testkit.ElfSection.SHF_WRITE;
import static dev.stet.testkit.ElfSection.SHT_PROGBITS;
import static dev.stet.testkit.ElfSegment.EXECUTE;
import static dev.stet.testkit.ElfSegment.READ;
import static dev.stet.testkit.ElfSegment.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.Executable;
import dev.stet.binary.Language;
import dev.stet.testkit.Bytes;
import dev.stet.testkit.Content;
import dev.stet.testkit.ElfBuilder;
import dev.stet.testkit.ElfField;
import dev.stet.testkit.ElfSection;
import dev.stet.testkit.GoBuildInfoBuilder;
import dev.stet.testkit.GoModuleData;
import dev.stet.testkit.PclntabBuilder;
import dev.stet.testkit.SymbolTable;
import java.io.IOException;
import java.util.List;

/// Go programs, and what pretends to be one.
final class GoCases {
    private static final long DATA_AT = 0x500000;
    private static final String MODULES = "path\tx/y\nmod\tx/y\tv1.0.0\t\n";

    private GoCases() {}

    static List<Case> all() {
        Cases cases = new Cases();
        buildInformation(cases);
        hostileBuildInformation(cases);
        functions(cases);
        pretenders(cases);
        return cases.all();
    }

    private static void buildInformation(Cases cases) {
        cases.add(
                        "32-bit Go (pixie#1111, #1300)",
                        elf -> {
                            elf.lie(ElfField.Header.EI_CLASS, 1);
                            elf.lie(ElfField.Header.E_MACHINE, 3);
                        },
                        refused(UNSUPPORTED, "32-bit"))
                .add(
                        "build information with pointers, segments not adjacent and descending (pixie#1976)",
                        farPointers(),
                        version("go1.17.3"))
                .add(
                        "Go 1.12, with no .go.buildinfo, but runtime.buildVersion",
                        buildVersionOnly(),
                        answers(executable -> {
                            assertThat(executable.functions().named("f")).hasSize(1);
                            executable
                                    .goVersion()
                                    .ifPresent(version -> assertThat(version).hasToString("go1.12"));
                        }))
                .add(
                        "Go of the future (otel-go#567)",
                        blob(GoBuildInfoBuilder.inline("go9.99.1", MODULES)),
                        version("go9.99.1"))
                .add(
                        "Go of a developer",
                        blob(GoBuildInfoBuilder.inline("devel +abcdef Mon Jan 1", "")),
                        answers(executable -> assertThat(executable.goBuild()).isPresent()))
                .add(
                        "build information at the very end of the file (Pixie reads 64 KiB)",
                        atTheEnd(GoBuildInfoBuilder.inline("go1.21.0", "")),
                        version("go1.21.0"))
                .add("two .go.buildinfo", twice(), version("go1.22.1"));
    }

    private static void hostileBuildInformation(Cases cases) {
        cases.add(
                        ".go.buildinfo without the magic, with runtime.buildVersion (aborts Pixie)",
                        blob(new Bytes().zeros(64)),
                        answers(executable -> {
                            assertThat(executable.goVersion()).isEmpty();
                            HeaderCases.fIsWhereItIs(executable);
                        }))
                .add(
                        "magic as the last bytes (aborts Pixie)",
                        blob(new Bytes().zeros(32).add(magic())),
                        noVersion())
                .add(
                        "magic and flags as the last bytes (aborts Pixie)",
                        blob(new Bytes().zeros(32).add(magic()).u8(8).u8(2)),
                        noVersion())
                .add(
                        "a version of 2^63 bytes, in a varint of 10",
                        blob(header(2)
                                .add(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1)
                                .chars("go1.22.0")),
                        refusesVersion("Go's version"))
                .add(
                        "a varint that does not end",
                        blob(header(2).add(0xff, 0xff, 0xff)),
                        refusesVersion("Go's version"))
                .add(
                        "a version with NULs",
                        blob(GoBuildInfoBuilder.inline("go1.22\0\0.5", "")),
                        refusesVersion("not text"))
                .add(
                        "a version of no bytes",
                        blob(header(2).u8(0).u8(0)),
                        answers(executable -> assertThat(executable.goVersion()).isEmpty()))
                .add(
                        "a pointer to nowhere",
                        blob(header(0).set(16, 8, 0x7fff_ffff_0000L)),
                        refusesVersion("Go's version"))
                .add("a pointer at the end of memory", blob(header(0).set(16, 8, -1)), refusesVersion("Go's version"))
                .add(
                        "a string of 2^62 bytes (pixie#1646)",
                        blob(header(0).set(16, 8, DATA_AT + 32).u64(DATA_AT).u64(1L << 62)),
                        refusesVersion("Go's version"))
                .add(
                        "a string header in the last 8 bytes",
                        blob(header(0).set(16, 8, DATA_AT + 32).u64(DATA_AT)),
                        refusesVersion("Go's version"))
                .add("big-endian pointers", blob(header(1).set(16, 8, 1)), refusesVersion("machine"));
    }

    private static void functions(Cases cases) {
        for (PclntabBuilder.Format format : PclntabBuilder.Format.values()) {
            cases.add("sound table of functions of " + format, pclntab(format, false, 0, 0), answers(GoCases::hasMain));
        }
        cases.add(
                        "Go 1.26: the table does not say where code begins (otel-go#3869)",
                        pclntab(PclntabBuilder.Format.GO_1_20, true, 0, 0),
                        answers(GoCases::hasMain))
                .add("2^60 functions", pclntab(PclntabBuilder.Format.GO_1_20, false, 0, 1L << 60), noFunctions())
                .add("-1 functions", pclntab(PclntabBuilder.Format.GO_1_20, false, 0, -1), noFunctions())
                .add("names at 2^62", pclntab(PclntabBuilder.Format.GO_1_20, false, 3, 1L << 62), noFunctions())
                .add(
                        "functions behind the end",
                        pclntab(PclntabBuilder.Format.GO_1_20, false, 7, 1L << 30),
                        noFunctions())
                .add(
                        "code that begins at -1",
                        pclntab(PclntabBuilder.Format.GO_1_20, false, 2, -1),
                        answers(GoCases::hasMain))
                .add("static-PIE: no interpreter (OBI#2104)", staticPie(), answers(GoCases::hasMain));
    }

    private static void pretenders(Cases cases) {
        cases.add(
                        "a C program with .gosyms (beyla#1472)",
                        elf -> elf.section(".gosyms", SHT_PROGBITS, 0, new Bytes().u8(7)),
                        answers(executable -> {
                            assertThat(executable.language()).isNotEqualTo(Language.GO);
                            HeaderCases.fIsWhereItIs(executable);
                        }))
                .add(
                        "a .gosymtab of 2^40 bytes (beyla#309)",
                        elf -> elf.section(".gosymtab", SHT_PROGBITS, 0, new Bytes().u8(7))
                                .set(ElfField.Section.SH_SIZE, 1L << 40),
                        answers(HeaderCases::fIsWhereItIs))
                .add(
                        "a C program with an empty .gopclntab",
                        elf -> elf.section(".gopclntab", SHT_PROGBITS, 0, new Bytes()),
                        answers(HeaderCases::fIsWhereItIs))
                .add(
                        "a C program with a .gopclntab of text",
                        elf -> elf.section(
                                ".gopclntab",
                                SHT_PROGBITS,
                                0,
                                new Bytes().chars("lorem ipsum dolor sit amet".repeat(9))),
                        answers(HeaderCases::fIsWhereItIs));
    }

    private static Case.Outcome version(String toolchain) {
        return answers(executable -> {
            assertThat(executable.goBuild().orElseThrow().toolchain()).isEqualTo(toolchain);
            assertThat(executable.goVersion().orElseThrow()).hasToString(toolchain);
        });
    }

    private static Case.Outcome noVersion() {
        return answers(executable -> {
            assertThat(executable.goVersion()).isEmpty();
            HeaderCases.fIsWhereItIs(executable);
        });
    }

    private static Case.Outcome refusesVersion(String... says) {
        return refuses(
                Executable::goVersion,
                MALFORMED,
                says,
                executable -> assertThat(executable.hasSection(".text")).isTrue());
    }

    private static Case.Outcome noFunctions() {
        return refuses(
                Executable::functions,
                MALFORMED,
                says("pclntab"),
                executable -> assertThat(executable.goVersion()).isPresent());
    }

    private static void hasMain(Executable executable) throws IOException {
        assertThat(executable.functions().named("main.main")).hasSize(1);
        long at = executable.functions().named("main.main").getFirst().virtualAddress();
        assertThat(executable.functions().named("main.(*T).Do"))
                .singleElement()
                .satisfies(other -> assertThat(other.virtualAddress()).isEqualTo(at + 16));
        assertThat(executable.functions().named("main.main").getFirst().size()).isEqualTo(16);
    }

    private static byte[] magic() {
        return GoBuildInfoBuilder.MAGIC.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private static Bytes header(int flags) {
        return GoBuildInfoBuilder.header(8, flags);
    }

    /// The sound program, with a section at DATA_AT.
    private static Content blob(Bytes blob) {
        ElfBuilder elf = Cases.sound();
        elf.load(READ | WRITE, DATA_AT);
        elf.section(".go.buildinfo", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, blob);
        return elf.build();
    }

    private static Content atTheEnd(Bytes blob) {
        ElfBuilder elf = ElfBuilder.program();
        elf.load(READ | EXECUTE);
        elf.text(0xc3);
        elf.load(READ | WRITE, DATA_AT);
        elf.section(".go.buildinfo", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, blob);
        return elf.withoutSections().build();
    }

    private static Content farPointers() {
        ElfBuilder elf = ElfBuilder.program();
        elf.load(READ | EXECUTE, 0x900000);
        elf.text(0xc3);
        elf.load(READ, 0x700000);
        Bytes strings = new Bytes().zeros(64).chars("go1.17.3");
        elf.section(".rodata", SHT_PROGBITS, SHF_ALLOC, strings);
        elf.load(READ | WRITE, DATA_AT);
        elf.section(
                ".go.buildinfo", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, header(0).set(16, 8, 0x300000));
        elf.load(READ | WRITE, 0x300000);
        elf.section(
                ".data",
                SHT_PROGBITS,
                SHF_ALLOC | SHF_WRITE,
                new Bytes().u64(0x700040).u64(8));
        return elf.reverseSegments().build();
    }

    private static Content buildVersionOnly() {
        ElfBuilder elf = ElfBuilder.program();
        elf.load(READ | EXECUTE);
        ElfSection text = elf.text(0xc3);
        elf.load(READ | WRITE, DATA_AT);
        ElfSection data = elf.section(
                ".data",
                SHT_PROGBITS,
                SHF_ALLOC | SHF_WRITE,
                new Bytes().u64(DATA_AT + 16).u64(6).chars("go1.12"));
        elf.noLoad();
        elf.symbols(
                ".symtab",
                new SymbolTable()
                        .function("f", text, 0, 1)
                        .add("runtime.buildVersion", 1, SymbolTable.STT_OBJECT, data.index(), DATA_AT, 16));
        return elf.build();
    }

    private static Content twice() {
        ElfBuilder elf = Cases.sound();
        elf.load(READ | WRITE, DATA_AT);
        for (String version : new String[] {"go1.22.1", "go1.99"}) {
            elf.align(16);
            elf.section(".go.buildinfo", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, GoBuildInfoBuilder.inline(version, ""));
        }
        return elf.build();
    }

    private static Content pclntab(PclntabBuilder.Format format, boolean zeroTextStart, int word, long lie) {
        return pclntab(ElfBuilder.program(), format, zeroTextStart, word, lie).build();
    }

    private static Content staticPie() {
        return pclntab(ElfBuilder.library(), PclntabBuilder.Format.GO_1_20, false, 0, 0)
                .build();
    }

    /// @param lie for the word of the header, if it is not 0
    private static ElfBuilder pclntab(
            ElfBuilder elf, PclntabBuilder.Format format, boolean zeroTextStart, int word, long lie) {
        elf.load(READ | EXECUTE);
        ElfSection text = elf.text(new int[64]);
        elf.load(READ);
        elf.align(32);
        PclntabBuilder table = new PclntabBuilder(format, text.address())
                .function("main.main", text.address(), text.address() + 16)
                .function("main.(*T).Do", text.address() + 16, text.address() + 64);
        if (zeroTextStart) {
            table.zeroTextStart();
        }
        if (lie != 0) {
            table.lie(word, lie);
        }
        long at = elf.address();
        elf.section(".gopclntab", SHT_PROGBITS, SHF_ALLOC, table.build());
        elf.load(READ | WRITE);
        elf.align(16);
        elf.section(
                ".go.buildinfo", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, GoBuildInfoBuilder.inline("go1.22.5", MODULES));
        elf.align(8);
        elf.section(
                ".data",
                SHT_PROGBITS,
                SHF_ALLOC | SHF_WRITE,
                new GoModuleData(at, text.address(), text.address() + 64).bytes());
        return elf;
    }
}
