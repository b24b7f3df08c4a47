package dev.stet.binary.dwarf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.Executable;
import dev.stet.binary.Exit;
import dev.stet.binary.Exits;
import dev.stet.binary.Location;
import dev.stet.binary.Signature;
import dev.stet.binary.Tools;
import dev.stet.facts.Function;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Programs that are really run. Each argument is filled with bytes of its own, a debugger stops at the first
/// instruction and at the return, and the bytes must be where the signature says.
///
/// The programs are compiled without optimisation, so nothing but the types tells where arguments are.
class CallingConventionTest {
    /// Types of C, as of a typedef: `T` is replaced by the name.
    private static final List<String> TYPES = List.of(
            "int T",
            "char T",
            "long T",
            "void *T",
            "float T",
            "double T",
            "long double T",
            "__int128 T",
            "_Complex float T",
            "_Complex double T",
            "struct { float x, y; } T",
            "struct { float x, y, z; } T",
            "struct { float x; int i; } T",
            "struct { double d; long l; } T",
            "struct { long l; double d; } T",
            "struct { double a, b; } T",
            "struct { double a, b, c; } T",
            "struct { int a[4]; } T",
            "struct { float a[4]; } T",
            "struct { char c[3]; } T",
            "struct { char c[16]; } T",
            "struct { char c[17]; } T",
            "struct { long double l; } T",
            "struct { __int128 i; } T",
            "struct { struct { int i; float f; } a; double b; } T",
            "struct { long a[5]; } T",
            "union { int i; double d; } T",
            "union { long l[2]; float f; } T",
            "struct { unsigned a : 3, b : 29; float f; double d; } T",
            "struct __attribute__((packed)) { char c; double d; } T",
            "struct { struct {} e; long l; } T",
            "float T __attribute__((vector_size(16)))",
            "struct { float v __attribute__((vector_size(16))); } T",
            "_Float128 T",
            "struct __attribute__((aligned(32))) { long a[4]; } T",
            "enum { A, B } T");

    @TempDir
    Path directory;

    /// Starts a debugger once; two seconds each.
    @ParameterizedTest
    @ValueSource(strings = {"gcc -g -O0", "gcc -gdwarf-2 -gstrict-dwarf -O0", "clang -g -O0", "g++ -g -O0"})
    void argumentsAreWhereTheyAreSaidToBe(String compiler) throws IOException {
        List<String> types = types(compiler);
        Executable executable = Fixtures.parse(Fixtures.compile(directory, compiler, source(types)));
        List<String> commands = new ArrayList<>(List.of("set confirm off", "set pagination off"));
        List<Expected> expected = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            int type = i;
            Function taker = executable.functions().named("take" + i).getFirst();
            commands.add("tbreak *0x%x".formatted(taker.virtualAddress()));
            Function giver = executable.functions().named("give" + i).getFirst();
            commands.add("tbreak *0x%x".formatted(returnOf(executable, giver)));
            Signature signature = executable.signature(taker).orElseThrow();
            assertThat(signature.parameters()).as(types.get(i)).hasSize(9);
            for (int n = 0; n < 9; n++) {
                Signature.Parameter each = signature.parameters().get(n);
                expected.add(new Expected(
                        types.get(type) + " " + each.name(), "take" + i, each.location(), bytes(each), 0x11 + n));
            }
            Signature.Parameter result =
                    executable.signature(giver).orElseThrow().results().getFirst();
            expected.add(new Expected(types.get(type) + " result", "give" + i, result.location(), bytes(result), 0x77));
        }
        commands.add("run");
        String last = "";
        int number = 0;
        for (Expected each : expected) {
            if (!last.isEmpty() && !last.equals(each.function())) {
                commands.add("continue");
            }
            last = each.function();
            for (Part part : parts(each.location(), each.bytes())) {
                commands.add("printf \"@%d \"".formatted(number));
                commands.add(part.command());
            }
            number++;
        }
        compare(expected, gdb(commands));
    }

    /// @param bytes of the value
    /// @param fill each of them
    private record Expected(String what, String function, Location location, long bytes, int fill) {}

    /// @param command that prints it, in hexadecimal
    private record Part(String command, long bytes) {}

    private static List<String> types(String compiler) {
        return TYPES.stream()
                .filter(it ->
                        !(compiler.startsWith("clang") || compiler.startsWith("g++")) || !it.contains("_Float128"))
                // Here the two compilers differ: in C++ the struct has a byte.
                .filter(it -> !compiler.startsWith("g++") || !it.contains("struct {} e"))
                .toList();
    }

    private static String source(List<String> types) {
        StringBuilder text = new StringBuilder("#include <string.h>\n#define FILL(v, k) memset(&v, k, sizeof v)\n");
        text.append("#ifdef __cplusplus\nextern \"C\" {\n#endif\n");
        StringBuilder calls = new StringBuilder();
        for (int i = 0; i < types.size(); i++) {
            text.append("typedef ").append(types.get(i).replace("T", "T" + i)).append(";\n");
            text.append("""
                    void take%1$d(int x, T%1$d a, double y, T%1$d b, long z, T%1$d c, T%1$d d, float w, T%1$d e) {}
                    T%1$d give%1$d(int x, void *p) { T%1$d r; FILL(r, 0x77); return r; }
                    void call%1$d(void) { int x; T%1$d a, b, c, d, e; double y; long z; float w;
                      FILL(x, 0x11); FILL(a, 0x12); FILL(y, 0x13); FILL(b, 0x14); FILL(z, 0x15); FILL(c, 0x16);
                      FILL(d, 0x17); FILL(w, 0x18); FILL(e, 0x19);
                      take%1$d(x, a, y, b, z, c, d, w, e); give%1$d(1, &x); }
                    """.formatted(i));
            calls.append("call").append(i).append("(); ");
        }
        text.append("#ifdef __cplusplus\n}\n#endif\n");
        return text.append("int main(void) { ")
                .append(calls)
                .append("return 0; }\n")
                .toString();
    }

    private static long bytes(Signature.Parameter parameter) throws IOException {
        long size = parameter.type().type().size();
        // Of x87's numbers, ten bytes are numbers.
        String name = parameter.type().type() instanceof dev.stet.binary.Type.Alias it
                ? it.target().type().name()
                : "";
        return name.equals("long double") ? 10 : size;
    }

    private static long returnOf(Executable executable, Function function) throws IOException {
        Exits.Sites sites = (Exits.Sites) executable.exits(function);
        Exit exit = sites.sites().getLast();
        return exit.fileOffset() - function.fileOffset() + function.virtualAddress();
    }

    private static List<Part> parts(Location location, long bytes) {
        return switch (location) {
            case Location.Register it
            when it.name().startsWith("xmm") ->
                List.of(new Part("p/x $%s.uint128".formatted(it.name()), Math.min(bytes, 16)));
            case Location.Register it when it.name().startsWith("st") -> List.of(new Part("info registers st0", 10));
            case Location.Register it -> List.of(new Part("p/x $" + it.name(), Math.min(bytes, 8)));
            case Location.Memory it ->
                List.of(new Part("x/%dxb $%s+%d".formatted(bytes, it.base().name(), it.offset()), bytes));
            case Location.Indirect it
            when it.pointer() instanceof Location.Register pointer ->
                List.of(new Part("x/%dxb $%s".formatted(bytes, pointer.name()), bytes));
            case Location.Pieces it ->
                it.pieces().stream()
                        .flatMap(piece -> parts(piece.location(), piece.size()).stream())
                        .toList();
            default -> throw new AssertionError(location);
        };
    }

    private List<String> gdb(List<String> commands) {
        Path script = directory.resolve("commands");
        try {
            java.nio.file.Files.write(script, commands);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return Tools.run(directory, "gdb", "-nx", "-batch", "-x", "commands", "a.out");
    }

    private static void compare(List<Expected> expected, List<String> lines) {
        String all = String.join("\n", lines).replaceAll("\\n(?=0x[0-9a-f]+(?: <[^>]*>)?:)", " ");
        List<String> printed =
                all.lines().filter(it -> it.startsWith("@")).collect(Collectors.toCollection(ArrayList::new));
        int at = 0;
        for (int i = 0; i < expected.size(); i++) {
            Expected each = expected.get(i);
            for (Part part : parts(each.location(), each.bytes())) {
                assertThat(at).as(each + " of " + lines).isLessThan(printed.size());
                String line = printed.get(at++);
                assertThat(line).startsWith("@" + i + " ");
                byte[] wanted = new byte[(int) part.bytes()];
                Arrays.fill(wanted, (byte) each.fill());
                assertThat(HexFormat.of().formatHex(bytes(line, part.bytes())))
                        .as("%s at %s: %s", each.what(), Fixtures.text(each.location()), line)
                        .isEqualTo(HexFormat.of().formatHex(wanted));
            }
        }
        assertThat(at).isEqualTo(printed.size());
    }

    /// The low bytes of what gdb prints: `@1 $1 = 0x11`, `@1 0x7ff: 0x11 0x11`, `@1 st0 1.0 (raw 0x3fff)`.
    private static byte[] bytes(String line, long count) {
        if (line.contains(":")) {
            byte[] bytes = new byte[(int) count];
            int i = 0;
            for (String word : line.replaceAll("0x[0-9a-f]+(?: <[^>]*>)?:", "").split("\\s+", -1)) {
                if (word.startsWith("0x")) {
                    bytes[i++] = (byte) Integer.parseInt(word.substring(2), 16);
                }
            }
            return bytes;
        }
        String number = line.replaceAll(".*0x", "").replaceAll("[^0-9a-f].*", "");
        byte[] big = new BigInteger(number, 16).toByteArray();
        byte[] bytes = new byte[(int) count];
        for (int i = 0; i < Math.min(count, big.length); i++) {
            bytes[i] = big[big.length - 1 - i];
        }
        return bytes;
    }
}
