package dev.stet.binary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// One small program through every compiler and option that changes what a function looks like, compared with
/// nm and objdump. Some forty builds, half a second each with both tools.
class CompilerMatrixTest {
    /// `  401136:	f3 0f 1e fa          	endbr64`
    private static final Pattern LINE = Pattern.compile("\\s*([0-9a-f]+):\\t((?:[0-9a-f]{2} )+)\\s*(?:\\t(.*))?");

    private static final Pattern RETURN = Pattern.compile("(?:(?:repz|bnd|notrack) )*ret.*");
    private static final Set<String> OURS = Set.of("leaf", "tail", "loop", "choose", "main");

    private record Instruction(String bytes, String text) {}

    @TempDir
    static Path directory;

    @BeforeAll
    static void write() throws IOException {
        String source = """
                #include <stdio.h>
                #define KEEP __attribute__((noinline, used))
                KEEP int leaf(int a) { return a * 3 + 1; }
                KEEP int tail(int a) { return leaf(a + 1); }
                KEEP int loop(int n) { int s = 0; for (int i = 0; i < n; i++) s += leaf(i) ^ s; return s; }
                KEEP int choose(int a) {
                    switch (a) {
                        case 0: return loop(3);
                        case 1: return 7;
                        case 2: puts("two"); return tail(a);
                        case 3: return -a;
                        case 4: puts("four"); return 4;
                        default: return a > 100 ? tail(a) : loop(a);
                    }
                }
                int main(int n, char **v) { (void) v; return choose(n) + tail(n); }
                """;
        Files.writeString(directory.resolve("p.c"), source);
        Files.writeString(
                directory.resolve("p.cc"),
                "#include <string>\nextern \"C\" {\n"
                        + source.replace("puts(\"two\")", "puts(std::string(a, 'x').c_str())") + "}\n");
    }

    static Stream<String> builds() {
        List<String> all = new ArrayList<>();
        for (String compiler : List.of("gcc", "clang")) {
            for (String level : List.of("-O0", "-O2", "-O3")) {
                for (String lto : List.of("", " -flto")) {
                    for (String protection : List.of("full", "none")) {
                        all.add("%s p.c %s -fcf-protection=%s%s".formatted(compiler, level, protection, lto));
                    }
                }
            }
            all.add(compiler + " p.c -O2 -static");
            all.add(compiler + " p.c -O2 -static-pie");
            all.add(compiler + " p.c -O2 -no-pie");
            all.add(compiler.equals("gcc") ? "g++ p.cc -O0" : "clang++ p.cc -O0");
            all.add(compiler.equals("gcc") ? "g++ p.cc -O2" : "clang++ p.cc -O2");
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("builds")
    void functionsExitsAndOffsets(String build) throws IOException {
        List<String> command = new ArrayList<>(List.of(build.split(" ", -1)));
        command.addAll(List.of("-o", "p"));
        Tools.run(directory, command.toArray(String[]::new));
        Path path = directory.resolve("p");
        byte[] bytes = Files.readAllBytes(path);
        Executable executable = Executable.parse(ByteSource.of(bytes));

        Map<String, String> expected = nm(path);
        assertThat(expected.keySet()).containsAll(OURS);
        Map<String, String> found = executable.functions().matching(_ -> true).stream()
                .collect(Collectors.toMap(
                        Function::name,
                        f -> "%x %x".formatted(f.virtualAddress(), f.size()),
                        (a, _) -> a,
                        TreeMap::new));
        expected.forEach((name, place) -> assertThat(found.get(name)).as(name).isEqualTo(place));

        NavigableMap<Long, Instruction> code = disassemble(path, executable);
        for (String name : OURS) {
            check(executable, executable.functions().named(name).getFirst(), code, bytes, build);
        }
        checkTraits(build, executable);
        stripped(build, executable);
    }

    /// Sized text symbols; only names that are there once, for static glibc has many `free_mem`.
    private static Map<String, String> nm(Path path) {
        Map<String, String> places = new TreeMap<>();
        Set<String> twice = new HashSet<>();
        for (String line : Tools.run(directory, "nm", "-S", "--defined-only", path.toString())) {
            String[] word = line.split(" ", -1);
            if (word.length == 4 && "TtWw".contains(word[2])) {
                String place = "%x %x".formatted(Long.parseLong(word[0], 16), Long.parseLong(word[1], 16));
                if (places.put(word[3], place) != null) {
                    twice.add(word[3]);
                }
            }
        }
        places.keySet().removeAll(twice);
        places.keySet().removeIf(name -> name.contains("@"));
        return places;
    }

    private static void check(
            Executable executable, Function function, NavigableMap<Long, Instruction> code, byte[] bytes, String build)
            throws IOException {
        long start = function.virtualAddress();
        String first = code.get(start).bytes();
        int at = (int) function.fileOffset();
        byte[] there = Arrays.copyOfRange(bytes, at, at + first.length() / 2);
        assertThat(HexFormat.of().formatHex(there)).as(function.name()).isEqualTo(first);
        assertThat(executable.fileOffsetOf(start)).hasValue(function.fileOffset());
        assertThat(executable.entryOffset(function)).isEqualTo(function.fileOffset());
        assertThat(executable.entryRefusal(function)).isEmpty();
        if (build.contains("-fcf-protection=none")) {
            assertThat(code.get(start).text()).isNotEqualTo("endbr64");
        } else if (build.contains("-O0 -fcf-protection=full") && !build.contains("-flto")) {
            assertThat(code.get(start).text()).isEqualTo("endbr64");
        }
        assertThat(executable.exits(function)).as(function.name()).isInstanceOf(Exits.Sites.class);
        List<Exit> exits = ((Exits.Sites) executable.exits(function)).sites();
        Set<Long> returns = exits.stream()
                .filter(e -> e.kind() == Exit.Kind.RETURN)
                .map(e -> e.fileOffset() - function.fileOffset() + start)
                .collect(Collectors.toSet());
        Set<Long> expected = code.subMap(start, start + function.size()).entrySet().stream()
                .filter(e -> RETURN.matcher(e.getValue().text()).matches())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        // A part that gcc moved to `choose.cold` may return too.
        assertThat(returns).as("%s in %s", function.name(), build).containsAll(expected);
        for (Exit exit : exits) {
            long address = exit.fileOffset() - function.fileOffset() + start;
            boolean inside = address >= start && address < start + function.size();
            if (inside) {
                String text = code.get(address).text();
                boolean isReturn = RETURN.matcher(text).matches();
                assertThat(isReturn).as(text).isEqualTo(exit.kind() == Exit.Kind.RETURN);
                assertThat(isReturn || text.contains("jmp")).as(text).isTrue();
            }
        }
        assertThat(exits).as(function.name()).isNotEmpty();
    }

    private static NavigableMap<Long, Instruction> disassemble(Path path, Executable executable) throws IOException {
        long from = Long.MAX_VALUE;
        long to = 0;
        for (String name : OURS) {
            Function function = executable.functions().named(name).getFirst();
            from = Math.min(from, function.virtualAddress());
            to = Math.max(to, function.virtualAddress() + function.size());
        }
        NavigableMap<Long, Instruction> code = new TreeMap<>();
        for (String line : Tools.run(
                directory, "objdump", "-d", "-w", "--start-address=" + from, "--stop-address=" + to, path.toString())) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches() && matcher.group(3) != null) {
                String bytes = matcher.group(2).replace(" ", "");
                code.put(
                        Long.parseLong(matcher.group(1), 16),
                        new Instruction(bytes, matcher.group(3).strip()));
            }
        }
        return code;
    }

    private static void checkTraits(String build, Executable executable) throws IOException {
        boolean cxx = build.contains("p.cc");
        assertThat(executable.language()).as(build).isEqualTo(cxx ? Language.CXX : Language.C);
        Origin origin = executable.origin();
        assertThat(origin.runtimes()).as(build).contains("glibc");
        if (cxx) {
            assertThat(origin.runtimes()).contains("libstdc++");
        }
        String compiler = build.startsWith("clang") ? "clang version" : "GCC: (";
        assertThat(origin.compilers()).as(build).anyMatch(line -> line.contains(compiler));
        Set<Hazard.Kind> kinds = executable.hazards().stream().map(Hazard::kind).collect(Collectors.toSet());
        // Static glibc brings the tables for threads that are cancelled.
        assertThat(kinds)
                .as(build)
                .isEqualTo(cxx || build.contains("-static") ? Set.of(Hazard.Kind.EXCEPTION_TABLES) : Set.of());
    }

    private static void stripped(String build, Executable whole) throws IOException {
        Tools.run(directory, "strip", "-R", ".comment", "-o", "p.stripped", "p");
        Executable executable = Tools.parse(directory.resolve("p.stripped"));
        assertThat(executable.language()).as(build).isEqualTo(whole.language());
        assertThat(executable.origin().runtimes()).as(build).contains("glibc");
        assertThat(executable.hazards().stream().map(Hazard::kind))
                .as(build)
                .isEqualTo(whole.hazards().stream().map(Hazard::kind).toList());
        assertThat(executable.functions().named("choose")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"debug, ''", "release, -O", "stripped, -O -Cstrip=symbols", "aborts, -O -Cpanic=abort"})
    void rust(String name, String flags) throws IOException {
        Tools.need("rustc");
        Files.writeString(directory.resolve("r.rs"), """
                #[inline(never)]
                fn handle(n: usize) -> String { format!("{n}") }
                fn main() { println!("{}", handle(std::env::args().count())); }
                """);
        List<String> command = new ArrayList<>(List.of("rustc", "r.rs", "-o", name));
        Arrays.stream(flags.split(" ", -1)).filter(f -> !f.isEmpty()).forEach(command::add);
        Tools.run(directory, command.toArray(String[]::new));
        if (name.equals("stripped")) {
            Tools.run(directory, "objcopy", "-R", ".comment", name);
        }
        Executable executable = Tools.parse(directory.resolve(name));
        assertThat(executable.language()).isEqualTo(Language.RUST);
        assertThat(executable.origin().runtimes()).contains("Rust std", "glibc");
        assertThat(executable.hazards().stream().map(Hazard::kind))
                .containsExactly(Hazard.Kind.EXCEPTION_TABLES, Hazard.Kind.STACK_WALKER);
        List<Function> handle = executable.functions().matching(f -> f.contains("handle17h") && f.contains("1r"));
        assertThat(handle).hasSize(name.equals("stripped") ? 0 : 1);
    }

    @ParameterizedTest
    @CsvSource({"plain, -w=false", "stripped, -s -w"})
    void go(String name, String flags) throws IOException {
        Tools.need("go");
        Files.writeString(directory.resolve("main.go"), "package main\n\nfunc main() { println(1) }\n");
        Tools.run(directory, "go", "build", "-ldflags=" + flags, "-o", name, "main.go");
        Executable executable = Tools.parse(directory.resolve(name));
        String version =
                "go" + Tools.run(directory, "go", "env", "GOVERSION").getFirst().substring(2);
        assertThat(executable.language()).isEqualTo(Language.GO);
        assertThat(executable.origin().compilers()).contains(version);
        assertThat(executable.origin().runtimes()).containsExactly("Go " + version.substring(2));
        assertThat(executable.hazards())
                .singleElement()
                .extracting(Hazard::kind)
                .isEqualTo(Hazard.Kind.GO_STACKS);
    }

    /// What is packed cannot be seen, and that is said.
    @Test
    void upx() throws IOException {
        Tools.need("upx");
        Tools.run(directory, "gcc", "p.c", "-O2", "-static", "-o", "u");
        Tools.run(directory, "upx", "-q", "-1", "u");
        Executable executable = Tools.parse(directory.resolve("u"));
        assertThat(executable.hazards())
                .singleElement()
                .extracting(Hazard::kind)
                .isEqualTo(Hazard.Kind.PACKED);
        assertThat(executable.functions().size()).isZero();
    }
}
