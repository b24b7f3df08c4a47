package dev.stet.binary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Function;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Go programs of every linkage, compared with `go tool nm` of one that kept its symbols.
class GoOracleTest {
    private static final String PROGRAM = """
            package main

            import (
                "fmt"
                "os"
            )

            //go:noinline
            func Handle(a int) string { return fmt.Sprint(a) }

            func main() { fmt.Println(Handle(len(os.Args))) }
            """;

    @TempDir
    static Path directory;

    @BeforeAll
    static void write() throws IOException {
        Tools.need("go");
        Files.writeString(directory.resolve("main.go"), PROGRAM);
        Files.writeString(directory.resolve("go.mod"), "module example.com/m\n");
    }

    private static Path build(String name, String mode, String linkFlags) {
        Tools.run(directory, "go", "build", "-buildmode=" + mode, "-ldflags=" + linkFlags, "-o", name, ".");
        return directory.resolve(name);
    }

    @ParameterizedTest
    @CsvSource({
        "plain, exe, ''",
        "stripped, exe, -s -w",
        "pie, pie, -s -w",
        "external, exe, -linkmode=external",
        "externalPie, pie, -linkmode=external -s -w",
    })
    void functionsAreThoseOfGoToolNm(String name, String mode, String linkFlags) throws IOException {
        Path path = build(name, mode, linkFlags);
        Path whole = build(name + ".whole", mode, linkFlags.replace("-s -w", ""));
        Set<String> expected = nm(whole);
        Executable executable = Tools.parse(path);
        long before = System.nanoTime();
        FunctionTable table = executable.functions();
        System.out.printf("%s: %d functions in %d us%n", name, table.size(), (System.nanoTime() - before) / 1000);
        Set<String> found = table.matching(_ -> true).stream()
                .map(f -> "%x %s".formatted(f.virtualAddress(), f.name()))
                .collect(Collectors.toSet());
        assertThat(executable.language()).isEqualTo(Language.GO);
        assertThat(executable.goVersion()).isPresent();
        assertThat(found).hasSizeGreaterThan(1000).containsAll(expected);
        assertThat(table.named("main.Handle")).hasSize(1);
        Function handle = table.named("main.Handle").getFirst();
        assertThat(executable.exits(handle))
                .isInstanceOfSatisfying(
                        Exits.Sites.class,
                        exits -> assertThat(exits.sites())
                                .singleElement()
                                .extracting(Exit::kind)
                                .isEqualTo(Exit.Kind.RETURN));
        assertThat(table.at(handle.fileOffset() + 3)).contains(handle);
    }

    /// Text symbols of Go's own packages; assembly's other names are not in the pclntab.
    private static Set<String> nm(Path path) {
        Set<String> functions = new TreeSet<>();
        for (String line : Tools.run(directory, "go", "tool", "nm", path.toString())) {
            String[] word = line.strip().split("\\s+", 3);
            if (word.length == 3
                    && (word[1].equals("T") || word[1].equals("t"))
                    && (word[2].startsWith("runtime.") || word[2].startsWith("main.") || word[2].startsWith("fmt."))
                    && !word[2].matches("runtime\\.(e?text|rt0.*)|.*\\.abi0|.*\\.\\d+$|.*\\[.*")) {
                functions.add("%x %s".formatted(Long.parseLong(word[0], 16), word[2]));
            }
        }
        return functions;
    }

    @Test
    void exitsOfMostGoFunctionsAreKnown() throws IOException {
        Executable executable = Tools.parse(build("swept", "exe", "-s -w"));
        int unknown = 0;
        for (Function function : executable.functions().matching(_ -> true)) {
            if (executable.exits(function) instanceof Exits.Unknown(var why)) {
                System.out.println("unknown: " + function.name() + ": " + why);
                unknown++;
            }
        }
        assertThat(unknown).isLessThan(10);
    }

    /// Without section headers the table and the version are found by their magic.
    @Test
    void sectionHeadersAreNotNeeded() throws IOException {
        for (String mode : new String[] {"exe", "pie"}) {
            byte[] bytes = Files.readAllBytes(build("bare-" + mode, mode, "-s -w"));
            int whole = Executable.parse(ByteSource.of(bytes)).functions().size();
            Arrays.fill(bytes, 40, 48, (byte) 0);
            Arrays.fill(bytes, 60, 64, (byte) 0);
            Executable executable = Executable.parse(ByteSource.of(bytes));
            assertThat(executable.goVersion()).as(mode).isPresent();
            assertThat(executable.functions().size()).as(mode).isEqualTo(whole);
        }
    }

    /// Since Go 1.26 the header has no start of text, and since 1.20 another magic.
    @Test
    void startOfTextIsFoundWithoutTheHeader() throws IOException {
        byte[] bytes = Files.readAllBytes(build("go126", "exe", "-s -w"));
        Executable before = Executable.parse(ByteSource.of(bytes));
        Function main = before.functions().named("main.main").getFirst();
        int at = indexOf(bytes, new byte[] {(byte) 0xf0, -1, -1, -1, 0, 0, 1, 8});
        bytes[at] = (byte) 0xf1;
        Arrays.fill(bytes, at + 24, at + 32, (byte) 0);
        Executable after = Executable.parse(ByteSource.of(bytes));
        assertThat(after.functions().named("main.main")).containsExactly(main);
    }

    /// Lies in Go's own tables give an answer or one of the two refusals, with section headers and without.
    @Test
    void hostileTables() throws IOException {
        byte[] bytes = Files.readAllBytes(build("hostile", "exe", "-s -w"));
        int table = indexOf(bytes, new byte[] {(byte) 0xf0, -1, -1, -1, 0, 0, 1, 8});
        int info = indexOf(bytes, "\u00ff Go buildinf:".getBytes(StandardCharsets.ISO_8859_1));
        for (int round = 0; round < 2; round++) {
            Hostile hostile = new Hostile(bytes);
            hostile.lies(15, table, table + 72);
            hostile.lies(5, table, table + 400_000);
            hostile.lies(10, info, info + 64);
            Arrays.fill(bytes, 40, 48, (byte) 0);
            Arrays.fill(bytes, 60, 64, (byte) 0);
        }
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int i = 0; i + wanted.length <= bytes.length; i += 16) {
            if (Arrays.mismatch(bytes, i, i + wanted.length, wanted, 0, wanted.length) < 0) {
                return i;
            }
        }
        throw new AssertionError("no pclntab");
    }
}
