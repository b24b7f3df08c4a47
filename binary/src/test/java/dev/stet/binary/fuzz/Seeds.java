package dev.stet.binary.fuzz;

import static dev.stet.testkit.ElfSection.SHF_ALLOC;
import static dev.stet.testkit.ElfSection.SHT_PROGBITS;
import static dev.stet.testkit.ElfSegment.EXECUTE;
import static dev.stet.testkit.ElfSegment.READ;

import dev.stet.testkit.Bytes;
import dev.stet.testkit.Compressed;
import dev.stet.testkit.ElfBuilder;
import dev.stet.testkit.ElfSection;
import dev.stet.testkit.GoBuildInfoBuilder;
import dev.stet.testkit.Notes;
import dev.stet.testkit.PclntabBuilder;
import dev.stet.testkit.SymbolTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What fuzzing begins with: sound inputs of every target. `java ... Seeds DIRECTORY` writes them; they are
/// committed, with what fuzzing found beside them.
public final class Seeds {
    private Seeds() {}

    public static void main(String[] arguments) throws IOException {
        Path top = Path.of(arguments[0]);
        for (FuzzTarget target : FuzzTarget.values()) {
            Path directory = Files.createDirectories(top.resolve(target.directory()));
            for (Map.Entry<String, byte[]> seed : of(target).entrySet()) {
                Files.write(directory.resolve("seed-" + seed.getKey()), seed.getValue());
            }
        }
    }

    static Map<String, byte[]> of(FuzzTarget target) {
        Map<String, byte[]> seeds = new LinkedHashMap<>();
        switch (target) {
            case WHOLE_FILE -> wholeFiles(seeds);
            case SYMBOLS -> symbols(seeds);
            case NOTES -> notes(seeds);
            case BUILD_INFO -> buildInfo(seeds);
            case PCLNTAB -> {
                for (PclntabBuilder.Format format : PclntabBuilder.Format.values()) {
                    seeds.put(format.name(), pclntab(format).toArray());
                }
            }
            case GO_TYPES -> goTypes(seeds);
            case DWARF -> DwarfSeeds.put(seeds);
            case COMPRESSED -> compressed(seeds);
            case NAMES -> names(seeds);
            case X86 -> x86(seeds);
            case AARCH64 ->
                seeds.put(
                        "ret",
                        new Bytes()
                                .u8(2)
                                .u32(0xa9bf7bfdL)
                                .u32(0x14000001L)
                                .u32(0xd65f03c0L)
                                .toArray());
        }
        return seeds;
    }

    static Bytes pclntab() {
        return pclntab(PclntabBuilder.Format.GO_1_20);
    }

    private static Bytes pclntab(PclntabBuilder.Format format) {
        long text = FuzzTarget.TEXT_AT;
        return new PclntabBuilder(format, text)
                .function("main.main", text, text + 32)
                .function("main.(*T).Do", text + 32, text + 64)
                .build();
    }

    private static void wholeFiles(Map<String, byte[]> seeds) {
        for (FuzzTarget target : FuzzTarget.values()) {
            if (target != FuzzTarget.WHOLE_FILE) {
                of(target).entrySet().stream()
                        .findFirst()
                        .ifPresent(seed -> seeds.put(target.directory(), target.file(seed.getValue())));
            }
        }
        ElfBuilder library = ElfBuilder.library();
        library.load(READ | EXECUTE);
        ElfSection text = library.text(0xf3, 0x0f, 0x1e, 0xfa, 0xe9, 0, 0, 0, 0, 0xc3);
        library.notes(".note.gnu.build-id", new Notes().buildId(1, 2, 3, 4, 5, 6, 7, 8));
        library.section(".eh_frame", SHT_PROGBITS, SHF_ALLOC, new Bytes().u32(0));
        library.noLoad();
        library.symbols(
                ".symtab", new SymbolTable().function("_ZN1a1bEv", text, 0, 9).function("c", text, 9, 1));
        seeds.put("library", library.toArray());
    }

    private static void symbols(Map<String, byte[]> seeds) {
        Bytes table = new Bytes().zeros(SymbolTable.ENTRY_BYTES);
        Bytes names = new Bytes().u8(0);
        for (String name : List.of("main", "memcpy@@GLIBC_2.14", "_ZNSt6vectorIiE4dataEv", "swapcontext")) {
            table.u32(names.size())
                    .u8(0x12)
                    .u8(0)
                    .u16(1)
                    .u64(FuzzTarget.TEXT_AT + names.size())
                    .u64(8);
            names.text(name);
        }
        table.u32(1).u8(0x1a).u8(0).u16(1).u64(FuzzTarget.TEXT_AT).u64(0);
        seeds.put("five", Parts.join(new Bytes().zeros(12).toArray(), table.toArray(), names.toArray()));
    }

    private static void notes(Map<String, byte[]> seeds) {
        seeds.put("build-id", new Notes().buildId(1, 2, 3, 4).toArray());
        seeds.put(
                "usdt",
                new Notes()
                        .usdt(FuzzTarget.TEXT_AT, 0, 0, "app", "go", "-4@%eax 8@-8(%rbp)")
                        .toArray());
        seeds.put("comment", FuzzTarget.latin1("GCC: (Debian 12.2.0-14) 12.2.0\0rustc version 1.80.0\0"));
        seeds.put("debuglink", new Bytes().text("a.debug").u32(0x12345678).toArray());
    }

    private static void buildInfo(Map<String, byte[]> seeds) {
        String modules = """
                path\texample.com/a
                mod\texample.com\tv1\th1:x=
                dep\tb.c/d\tv2\th1:y=
                =>\te.f/g\tv3\th1:z=
                build\t-ldflags="-s -w"
                build\tCGO_ENABLED=0
                """;
        seeds.put("inline", GoBuildInfoBuilder.inline("go1.22.5", modules).toArray());
        seeds.put(
                "pointers",
                GoBuildInfoBuilder.pointers(FuzzTarget.GO_DATA, "go1.17", modules)
                        .toArray());
    }

    private static void goTypes(Map<String, byte[]> seeds) {
        seeds.put("none", Parts.join(new byte[64], new byte[64], new byte[64]));
    }

    private static void compressed(Map<String, byte[]> seeds) {
        byte[] content = FuzzTarget.latin1("some text, some text, some text");
        seeds.put("zlib", Compressed.zlib(content).toArray());
        seeds.put("zstd", Compressed.zstd(content).toArray());
    }

    private static void names(Map<String, byte[]> seeds) {
        List<String> names = List.of(
                "_ZNSt6vectorIiSaIiEE9push_backERKi",
                "_ZN3foo3barIXadL_Z3bazvEEEvT_",
                "_ZN4core3fmt5Write9write_str17h0123456789abcdefE",
                "_RNvNtCs1234_7mycrate3foo3bar",
                "_RINvNtC3std3mem8align_ofdE",
                "main.(*T[go.shape.int]).Do-fm",
                "net/http.(*conn).serve");
        for (int i = 0; i < names.size(); i++) {
            seeds.put(Integer.toString(i), FuzzTarget.latin1(names.get(i)));
        }
    }

    private static void x86(Map<String, byte[]> seeds) {
        seeds.put(
                "c",
                new Bytes()
                        .add(
                                2, 0xf3, 0x0f, 0x1e, 0xfa, 0x55, 0x48, 0x89, 0xe5, 0x74, 2, 0x5d, 0xc3, 0xe9, 1, 0, 0,
                                0, 0xc3)
                        .toArray());
        seeds.put(
                "go",
                new Bytes()
                        .add(1, 0x49, 0x3b, 0x66, 0x10, 0x76, 4, 0xc3, 0x0f, 0x1f, 0, 0xeb, 0xf4)
                        .toArray());
        seeds.put(
                "table",
                new Bytes()
                        .add(0, 0x48, 0x63, 0x04, 0x82, 0x48, 0x01, 0xd0, 0xff, 0xe0, 0xc3)
                        .toArray());
    }
}
