package dev.stet.binary.dwarf;

import dev.stet.binary.ByteSource;
import dev.stet.binary.Executable;
import dev.stet.binary.Location;
import dev.stet.binary.Signature;
import dev.stet.binary.Tools;
import dev.stet.facts.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;

/// Programs to read debug information of.
final class Fixtures {
    /// The kinds of types that C has.
    static final String C = """
            #include <stddef.h>
            #include <stdio.h>
            #include <string.h>
            enum mode { OFF, ON = 5, NEG = -7 };
            union value { int i; double d; };
            struct inner { short x, y; };
            typedef struct conn {
                struct conn *next;
                int (*handler)(int, const char *);
                unsigned a : 3, b : 7;
                int c : 20;
                long wide : 40;
                char name[12];
                int grid[3][4];
                enum mode mode;
                union value value;
                struct { int unnamed_a, unnamed_b; };
                struct inner inner;
                const volatile char *text;
                unsigned char last : 2, lastest : 6;
                long tail[];
            } conn_t;
            int counter;
            static inline __attribute__((always_inline)) int square(int x) { return x * x + counter; }
            __attribute__((noinline)) int serve(conn_t *c, const char *s, double w, struct inner by_value) {
                c->mode = ON; return c->a + s[0] + w + by_value.y + square(c->grid[1][2]);
            }
            __attribute__((noinline)) static int cloned(int a, int constant, const int *p) {
                counter++; for (int i = 0; i < a; i++) counter += constant ^ *p; return a + constant; }
            __attribute__((noinline)) int print(const char *format, ...) { counter++; return format[0]; }
            #define PLACE(f) printf(#f " %zu 0 0\\n", offsetof(conn_t, f))
            #define BITS(f) { conn_t c; memset(&c, 0, sizeof c); c.f = -1; unsigned char *p = (void *) &c; \\
                int first = -1, n = 0; for (int i = 0; i < 8 * (int) sizeof c; i++) if (p[i / 8] >> i % 8 & 1) { \\
                if (first < 0) first = i; n++; } printf(#f " %d %d %d\\n", first / 8, first % 8, n); }
            int main(int n, char **v) {
                conn_t c; memset(&c, 0, sizeof c); struct inner in = {n, n};
                if (n > 5) return serve(&c, *v, n, in) + cloned(n, 7, &n) + cloned(n + 1, 7, &n) + print("%d", n);
                PLACE(next); PLACE(handler); PLACE(name); PLACE(grid); PLACE(mode); PLACE(value); PLACE(inner);
                PLACE(text); PLACE(tail); BITS(a); BITS(b); BITS(c); BITS(wide); BITS(last); BITS(lastest);
                printf("sizeof %zu 0 0\\n", sizeof c);
                return 0;
            }
            """;

    private Fixtures() {}

    /// @param compiler with its options
    static Path compile(Path directory, String compiler, String source) throws IOException {
        boolean cxx = compiler.contains("++");
        Path file = directory.resolve(cxx ? "a.cc" : "a.c");
        Files.writeString(file, source);
        List<String> command = new ArrayList<>(Arrays.asList(compiler.split(" ", -1)));
        command.addAll(
                List.of("-w", "-no-pie", "-o", "a.out", file.getFileName().toString()));
        Tools.run(directory, command.toArray(String[]::new));
        return directory.resolve("a.out");
    }

    static Executable parse(Path file) throws IOException {
        return Executable.parse(ByteSource.of(Files.readAllBytes(file)));
    }

    /// The signature of the only function with this name.
    static Signature signature(Executable executable, String name) throws IOException {
        List<Function> functions = executable.functions().named(name);
        if (functions.size() != 1) {
            throw new AssertionError(functions.size() + " functions " + name);
        }
        return executable.signature(functions.getFirst()).orElseThrow(() -> new AssertionError("nothing on " + name));
    }

    /// All of it in a line: `a rdi, s {rsi rdx} -> rax`.
    static String text(Signature signature) {
        StringJoiner in = new StringJoiner(", ");
        for (Signature.Parameter each : signature.parameters()) {
            in.add((each.name() + " " + text(each.location())).strip());
        }
        StringJoiner out = new StringJoiner(", ", " -> ", "").setEmptyValue("");
        for (Signature.Parameter each : signature.results()) {
            out.add((each.name() + " " + text(each.location())).strip());
        }
        return in + (signature.variadic() ? " ..." : "") + out;
    }

    static String text(Location location) {
        return switch (location) {
            case Location.Register it -> it.name();
            case Location.Memory it -> "[" + it.base().name() + "+" + it.offset() + "]";
            case Location.Indirect it -> "*" + text(it.pointer());
            case Location.Constant it -> "=" + it.value();
            case Location.Absent _ -> "absent";
            case Location.Unknown _ -> "unknown";
            case Location.Pieces it -> {
                StringJoiner pieces = new StringJoiner(" ", "{", "}");
                it.pieces().forEach(piece -> pieces.add(text(piece.location())));
                yield pieces.toString();
            }
        };
    }
}
