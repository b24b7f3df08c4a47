package dev.stet.binary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every version of Go, linked in every way, compared with Go's own tools.
class GoMatrixTest {
    private static final String STRIP = "-ldflags=-s -w";
    private static final Path DIRECTORY = Path.of("/tmp");

    /// Stripped and whole, which have the same code.
    private record Pair(Path stripped, Path whole) {}

    static Stream<Arguments> pairs() {
        List<Arguments> all = new ArrayList<>();
        for (String version : GoPrograms.VERSIONS) {
            all.add(Arguments.of(version, "exe"));
            all.add(Arguments.of(version, "pie"));
        }
        for (String version : List.of("1.15", "1.19", "1.26")) {
            all.add(Arguments.of(version, "static-pie"));
            all.add(Arguments.of(version, "external"));
        }
        all.add(Arguments.of("1.15", "exe"));
        all.add(Arguments.of("1.15", "pie"));
        all.add(Arguments.of("1.24", "trimpath"));
        all.add(Arguments.of("1.19", "arm64"));
        all.add(Arguments.of("1.26", "arm64"));
        return all.stream();
    }

    private static Pair pair(String version, String way) {
        return switch (way) {
            case "exe" -> new Pair(GoPrograms.small(version, STRIP), GoPrograms.small(version));
            case "pie" ->
                new Pair(
                        GoPrograms.small(version, "-buildmode=pie", STRIP),
                        GoPrograms.small(version, "-buildmode=pie"));
            case "trimpath" ->
                new Pair(GoPrograms.small(version, "-trimpath", STRIP), GoPrograms.small(version, "-trimpath"));
            case "arm64" -> {
                Map<String, String> arm = Map.of("GOARCH", "arm64", "CGO_ENABLED", "0");
                yield new Pair(GoPrograms.small(version, arm, STRIP), GoPrograms.small(version, arm));
            }
            case "external" -> {
                Map<String, String> cgo = Map.of("CGO_ENABLED", "1");
                String external = "-ldflags=-linkmode=external";
                yield new Pair(
                        GoPrograms.small(version, cgo, external + " -s -w"), GoPrograms.small(version, cgo, external));
            }
            case "static-pie" -> {
                Map<String, String> cgo = Map.of("CGO_ENABLED", "1");
                String external = "-ldflags=-linkmode=external -extldflags=-static-pie";
                yield new Pair(
                        GoPrograms.small(version, cgo, "-buildmode=pie", external + " -s -w"),
                        GoPrograms.small(version, cgo, "-buildmode=pie", external));
            }
            default -> throw new AssertionError(way);
        };
    }

    /// Name, address and size: Go's linker gives symbols the size of the code, the table that of the code and its
    /// padding up to the next function.
    @ParameterizedTest
    @MethodSource("pairs")
    void functionsAreThoseOfGoToolNm(String version, String way) throws IOException {
        Pair pair = pair(version, way);
        FunctionTable table = Tools.parse(pair.stripped).functions();
        Map<Long, Set<String>> named = new HashMap<>();
        Map<Long, Function> found = new HashMap<>();
        for (Function function : table.matching(_ -> true)) {
            named.computeIfAbsent(function.virtualAddress(), _ -> new TreeSet<>())
                    .add(function.name());
            found.put(function.virtualAddress(), function);
        }
        int compared = 0;
        for (Symbol symbol : nm(pair.whole)) {
            String what = "%s %s %s".formatted(version, way, symbol);
            assertThat(named.getOrDefault(symbol.address, Set.of())).as(what).contains(symbol.name);
            long padding = found.get(symbol.address).size() - symbol.size;
            assertThat(padding).as(what).isBetween(0L, way.equals("arm64") ? 64L : 31L);
            compared++;
        }
        assertThat(compared).isGreaterThan(900);
        assertThat(table.named("main.main")).hasSize(1);
    }

    /// What the newest Go prints.
    private static List<String> goTool(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("env", GoPrograms.go("1.26").toString()));
        command.addAll(List.of(arguments));
        return Tools.run(DIRECTORY, command.toArray(String[]::new));
    }

    private record Symbol(String name, long address, long size) {}

    /// Text symbols of Go's own; assembly's other names are not in the table, and type arguments are left out
    /// there.
    private static List<Symbol> nm(Path path) {
        List<Symbol> symbols = new ArrayList<>();
        for (String line : goTool("tool", "nm", "-size", "-sort", "address", path.toString())) {
            String[] word = line.strip().split("\\s+", 4);
            if (word.length == 4
                    && word[2].matches("[Tt]")
                    && word[3].matches("(runtime|main|fmt|sync|reflect|os|strconv|syscall)\\..*")
                    && !word[3].matches("runtime\\.(e?text|rt0.*|islibrary.*)|.*\\.abi0|.*\\.\\d+$|.*\\[.*")) {
                symbols.add(new Symbol(word[3], Long.parseLong(word[0], 16), Long.parseLong(word[1])));
            }
        }
        return symbols;
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void buildIsWhatGoVersionSays(String version, String way) throws IOException {
        Path path = pair(version, way).stripped;
        assertThat(shown(Tools.parse(path).goBuild().orElseThrow())).isEqualTo(goVersion(path));
        Executable bare = Executable.parse(ByteSource.of(withoutSections(path)));
        assertThat(shown(bare.goBuild().orElseThrow())).isEqualTo(goVersion(path));
    }

    static List<String> goVersion(Path path) {
        List<String> lines = new ArrayList<>(goTool("version", "-m", path.toString()));
        lines.set(0, lines.getFirst().substring(path.toString().length() + 2));
        return lines.stream().map(String::strip).toList();
    }

    static List<String> shown(GoBuild build) {
        List<String> lines = new ArrayList<>(List.of(build.toolchain()));
        if (!build.path().isEmpty()) {
            lines.add("path\t" + build.path());
        }
        build.main().ifPresent(main -> module("mod", main, lines));
        build.dependencies().forEach(module -> module("dep", module, lines));
        for (GoBuild.Setting setting : build.settings()) {
            lines.add("build\t" + setting.key() + "=" + quoted(setting.value()));
        }
        return lines.stream().map(String::strip).toList();
    }

    private static String quoted(String value) {
        if (!value.matches("(?s).*[ \t\r\n\"`].*")) {
            return value;
        }
        return '"'
                + value.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\t", "\\t")
                        .replace("\n", "\\n")
                + '"';
    }

    private static void module(String word, GoBuild.Module module, List<String> lines) {
        lines.add("%s\t%s\t%s\t%s".formatted(word, module.path(), module.version(), module.sum()));
        module.replacement().ifPresent(by -> module("=>", by, lines));
    }

    static byte[] withoutSections(Path path) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        Arrays.fill(bytes, 40, 48, (byte) 0);
        Arrays.fill(bytes, 60, 64, (byte) 0);
        return bytes;
    }

    /// Without section headers everything is found by its looks.
    @ParameterizedTest
    @MethodSource("pairs")
    void sectionHeadersAreNotNeeded(String version, String way) throws IOException {
        Path path = pair(version, way).stripped;
        Executable whole = Tools.parse(path);
        Executable bare = Executable.parse(ByteSource.of(withoutSections(path)));
        List<Function> expected = whole.functions().matching(name -> !name.startsWith("_"));
        assertThat(bare.functions().matching(name -> !name.startsWith("_")))
                .containsAll(expected.stream()
                        .filter(f -> f.name().matches("(runtime|main|fmt)\\..*"))
                        .toList());
        assertThat(bare.inlined("main.tiny")).isEqualTo(whole.inlined("main.tiny"));
        assertThat(bare.goType("main.Square")).isPresent();
    }

    /// The first instruction of an inlined call is of a line of the callee.
    @ParameterizedTest
    @MethodSource("pairs")
    void inlinedCallsAreOfLinesOfTheCallee(String version, String way) throws IOException {
        Pair pair = pair(version, way);
        Executable executable = Tools.parse(pair.stripped);
        List<Inlined> tiny = executable.inlined("main.tiny");
        List<Inlined> outer = executable.inlined("main.outer");
        assertThat(tiny).isNotEmpty().allMatch(inlined -> inlined.into().name().equals("main.Handle"));
        assertThat(outer).hasSize(1).allMatch(inlined -> inlined.into().name().equals("main.Handle"));
        assertThat(executable.inlined("main.Handle")).isEmpty();
        assertThat(executable.inlinedAway())
                .contains("main.tiny", "main.outer")
                .doesNotContain("main.Handle", "main.main");
        for (Inlined inlined : tiny) {
            assertThat(line(pair.whole, inlined)).endsWith("main.go:" + GoPrograms.lineOf("func tiny"));
        }
        assertThat(line(pair.whole, outer.getFirst()))
                .matches(
                        ".*main.go:(%d|%d)".formatted(GoPrograms.lineOf("func tiny"), GoPrograms.lineOf("func outer")));
        for (Inlined unlock : executable.inlined("sync.(*Mutex).Unlock")) {
            assertThat(line(pair.whole, unlock)).matches("(.*/)?(internal/)?sync/(atomic/)?[a-z]+.go:\\d+");
        }
    }

    private static String line(Path whole, Inlined inlined) {
        String command =
                "echo 0x%x | %s tool addr2line %s".formatted(inlined.virtualAddress(), GoPrograms.go("1.26"), whole);
        return Tools.run(DIRECTORY, "sh", "-c", command).getLast();
    }

    /// What the compiler says that it inlines into code of the main package.
    @ParameterizedTest
    @ValueSource(strings = {"1.19", "1.22", "1.26"})
    void inlinedCallsAreThoseOfTheCompiler(String version) throws IOException {
        Executable executable = Tools.parse(GoPrograms.small(version, STRIP));
        Set<String> callees = new TreeSet<>();
        for (String line : GoPrograms.inlining(version)) {
            String[] parts = line.split(": inlining call to ", -1);
            if (parts.length == 2) {
                callees.add(parts[1].matches("[a-z].*\\..*") ? parts[1] : "main." + parts[1]);
            }
        }
        assertThat(callees).contains("main.tiny", "main.outer", "fmt.Println");
        for (String callee : callees) {
            assertThat(executable.inlined(callee))
                    .as(callee)
                    .anyMatch(inlined -> inlined.into().name().startsWith("main."));
        }
    }

    static Stream<Arguments> webs() {
        // A PIE of net/http takes half a minute to build: three versions of the six tell enough of relocations.
        Stream<Arguments> plain = GoPrograms.VERSIONS.stream().map(version -> Arguments.of(version, "exe"));
        return Stream.concat(plain, Stream.of("1.19", "1.22", "1.26").map(version -> Arguments.of(version, "pie")));
    }

    /// The program, stripped as it is, prints what reflection says of the same types.
    @ParameterizedTest
    @MethodSource("webs")
    void typesAreThoseOfReflection(String version, String mode) throws IOException {
        Path path = GoPrograms.web(version, "-buildmode=" + mode, STRIP);
        Executable executable = Tools.parse(path);
        List<String> expected = Tools.run(DIRECTORY, "env", path.toString(), "show");
        List<String> found = new ArrayList<>();
        for (String line : expected) {
            if (line.startsWith("type ")) {
                String name = line.split(" ", -1)[1];
                Type.Composite type = composite(executable, name);
                found.add("type %s %d".formatted(type.name(), type.size()));
                for (Type.Field field : type.fields()) {
                    found.add("%s %d %d %b"
                            .formatted(
                                    field.name(),
                                    field.offset(),
                                    field.type().type().size(),
                                    field.inherited()));
                }
            }
        }
        assertThat(found).hasSizeGreaterThan(60).isEqualTo(expected);
        Type.Composite request = composite(executable, "net/http.Request");
        Type.Pointer url = (Type.Pointer) field(request, "URL");
        assertThat(url.target().type()).isEqualTo(composite(executable, "net/url.URL"));
        assertThat(field(request, "Header")).isInstanceOfSatisfying(Type.Pointer.class, header -> {
            assertThat(header.name()).isEqualTo("net/http.Header");
            assertThat(header.kind()).isEqualTo(Type.Pointer.Kind.MAP);
        });
        assertThat(field(request, "Body"))
                .isInstanceOfSatisfying(
                        Type.Composite.class, body -> assertThat(body.kind()).isEqualTo(Type.Composite.Kind.INTERFACE));
    }

    private static Type.Composite composite(Executable executable, String name) throws IOException {
        return (Type.Composite) executable.goType(name).orElseThrow().type();
    }

    private static Type field(Type.Composite type, String name) throws IOException {
        return type.fields().stream()
                .filter(f -> f.name().equals(name))
                .findFirst()
                .orElseThrow()
                .type()
                .type();
    }

    /// Interface tables have symbols in the program that was not stripped.
    @ParameterizedTest
    @ValueSource(strings = {"1.19", "1.22", "1.26"})
    void interfaceTablesAreThoseOfTheSymbols(String version) throws IOException {
        Executable executable = Tools.parse(GoPrograms.small(version));
        Set<String> found = executable.goItabs().stream()
                .map(itab -> "%x go:itab.%s,%s".formatted(itab.virtualAddress(), itab.typeName(), itab.interfaceName()))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> expected = new TreeSet<>();
        for (String line : goTool("tool", "nm", GoPrograms.small(version).toString())) {
            String[] word = line.strip().split("\\s+", 3);
            if (word.length == 3 && word[2].matches("go[.:]itab\\..*,.*")) {
                expected.add(word[0] + " " + word[2].replace("go.itab", "go:itab"));
            }
        }
        assertThat(found).hasSizeGreaterThan(5).containsAll(expected);
        assertThat(executable.goMethods("io.Writer")).extracting(GoMethod::name).containsExactly("Write");
        GoMethod write = executable.goMethods("*os.File").stream()
                .filter(method -> method.name().equals("Write"))
                .findFirst()
                .orElseThrow();
        assertThat(write.virtualAddress())
                .hasValue(executable
                        .functions()
                        .named("os.(*File).Write")
                        .getFirst()
                        .virtualAddress());
        Type.Pointer type = (Type.Pointer) write.type().orElseThrow().type();
        Type.Callable callable = (Type.Callable) type.target().type();
        assertThat(type.name()).isEqualTo("func([]uint8) (int, error)");
        assertThat(callable.parameters().getFirst().type().name()).isEqualTo("[]uint8");
        assertThat(callable.results().getLast().type().name()).isEqualTo("error");
    }

    @Test
    void conventionIsKnownForEachFunction() throws IOException {
        assertThat(convention(GoPrograms.small("1.15"), "main.Handle")).isEqualTo(CallingConvention.GO_STACK);
        Path cgo = pair("1.26", "external").whole;
        assertThat(convention(cgo, "main.Handle")).isEqualTo(CallingConvention.GO_REGISTERS);
        assertThat(convention(cgo, "runtime.rt0_go")).isEqualTo(CallingConvention.GO_STACK);
        assertThat(convention(cgo, "_start")).isEqualTo(CallingConvention.C);
        assertThat(convention(pair("1.26", "exe").stripped, "runtime.rt0_go")).isEqualTo(CallingConvention.GO_UNKNOWN);
    }

    private static CallingConvention convention(Path path, String name) throws IOException {
        Executable executable = Tools.parse(path);
        return executable.convention(executable.functions().named(name).getFirst());
    }

    @Test
    void exitsOfMostFunctionsAreKnown() throws IOException {
        Executable executable = Tools.parse(GoPrograms.small("1.19", STRIP));
        int unknown = 0;
        for (Function function : executable.functions().matching(_ -> true)) {
            if (executable.exits(function) instanceof Exits.Unknown(var why)) {
                System.out.println("unknown: " + function.name() + ": " + why);
                unknown++;
            }
        }
        assertThat(unknown).isLessThan(10);
        Function handle = executable.functions().named("main.Handle").getFirst();
        assertThat(executable.exits(handle))
                .isInstanceOfSatisfying(
                        Exits.Sites.class,
                        exits -> assertThat(exits.sites())
                                .singleElement()
                                .extracting(Exit::kind)
                                .isEqualTo(Exit.Kind.RETURN));
        assertThat(executable.functions().at(handle.fileOffset() + 3)).contains(handle);
    }

    /// Debian's programs are stripped. Not installed everywhere.
    @ParameterizedTest
    @ValueSource(strings = {"/usr/bin/prometheus", "/usr/bin/caddy", "/usr/bin/hugo", "/usr/sbin/dockerd"})
    void realPrograms(String name) throws IOException {
        Assumptions.assumeTrue(Files.exists(Path.of(name)), name);
        Executable executable = Tools.parse(Path.of(name));
        assertThat(shown(executable.goBuild().orElseThrow())).isEqualTo(goVersion(Path.of(name)));
        FunctionTable functions = executable.functions();
        assertThat(functions.size()).isGreaterThan(40_000);
        assertThat(functions.named("runtime.main")).hasSize(1);
        assertThat(executable.inlined("sync.(*Mutex).Unlock")).hasSizeGreaterThan(100);
        assertThat(composite(executable, "net/http.Request").fields().getFirst().name())
                .isEqualTo("Method");
        for (GoItab itab : executable.goItabs()) {
            assertThat(itab.typeName()).isNotEmpty();
        }
    }

    /// Of a packed program nothing of Go can be seen, and that is no error.
    @Test
    void packedProgramsHaveNothing() throws IOException {
        Tools.need("upx");
        Path packed = Files.createTempDirectory("upx").resolve("packed");
        Tools.run(
                DIRECTORY,
                "upx",
                "-1",
                "-q",
                "-o",
                packed.toString(),
                GoPrograms.small("1.22", STRIP).toString());
        Executable executable = Tools.parse(packed);
        assertThat(executable.goBuild()).isEmpty();
        assertThat(executable.functions().size()).isZero();
        assertThat(executable.inlinedAway()).isEmpty();
        assertThat(executable.goType("main.Square")).isEmpty();
        Files.delete(packed);
        Files.delete(packed.getParent());
    }
}
