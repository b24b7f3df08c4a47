package dev.stet.binary.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.ByteSource;
import dev.stet.binary.Executable;
import dev.stet.binary.Exit;
import dev.stet.binary.Exits;
import dev.stet.binary.Hostile;
import dev.stet.binary.Tools;
import dev.stet.facts.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Strip takes the names of static functions and of cold parts away: the exits must be what they were.
class StrippedExitsTest {
    private static final String C = """
            #include <stdlib.h>
            volatile int sink;
            void outside(int);
            #define APART __attribute__((noinline, noipa))
            APART static int helper(int a) { sink = a; if (a > 9) sink++; return a * 3; }
            APART static int second(int a) { sink = a; return sink ? helper(a - 1) : 4; }
            int tail(int a) { return helper(a + 1); }
            int chain(int a) { return second(a + 1); }
            int perhaps(int a) { if (a > 5) return helper(a); sink = a; return 1; }
            int guarded(int a) { if (__builtin_expect(a < 0, 0)) abort(); sink = a; return sink + 2; }
            int cold(int a) {
                if (__builtin_expect(a == 77, 0)) { outside(a); outside(a + 1); sink = 1; }
                outside(a + 2);
                return sink;
            }
            __attribute__((cold, noinline)) static void complain(int a) { outside(a); sink = 3; outside(a); }
            int unlikely(int a) { int b = sink; if (a & 64) { complain(a); b = sink * 3; } sink = b; return b + a; }
            """;

    private static final String CXX = """
            #include <stdexcept>
            #include <string>
            volatile int sink;
            __attribute__((noinline)) static int may(int a) { if (a > 5) throw std::runtime_error("no"); return a; }
            extern "C" int tail(int a) { return may(a); }
            extern "C" int catches(int a) { try { return may(a) + 1; } catch (const std::exception &e) { sink = 2; return -1; } }
            extern "C" int cleans(int a) { std::string s(a, 'x'); sink = may(a); return s.size() + sink; }
            extern "C" int throws_(int a) { if (a < 0) throw std::out_of_range("x"); return a * 2; }
            """;

    @TempDir
    Path directory;

    private Executable build(String command, String source, String text) throws IOException {
        Files.writeString(directory.resolve(source), text);
        List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
        words.addAll(List.of("-fPIC", "-shared", "-o", "whole.so", source));
        Tools.run(directory, words.toArray(String[]::new));
        return parse("whole.so");
    }

    private Executable strip(String tool) throws IOException {
        Tools.run(directory, tool, "-o", "stripped.so", "whole.so");
        return parse("stripped.so");
    }

    private Executable parse(String file) throws IOException {
        return Executable.parse(ByteSource.of(Files.readAllBytes(directory.resolve(file))));
    }

    private static Exits.Sites sites(Executable executable, String name) throws IOException {
        List<Function> found = executable.functions().named(name);
        assertThat(found).as(name).hasSize(1);
        Exits exits = executable.exits(found.getFirst());
        assertThat(exits).as(name).isInstanceOf(Exits.Sites.class);
        return (Exits.Sites) exits;
    }

    @ParameterizedTest
    @CsvSource({
        "gcc -O1, strip",
        "gcc -O2, strip",
        "gcc -O3 -fcf-protection=full, strip",
        "gcc -Os -fno-plt, strip",
        "gcc -O2 -freorder-blocks-and-partition -fno-omit-frame-pointer, strip",
        "clang -O2, strip",
        "clang -O3, strip",
        "aarch64-linux-gnu-gcc -O2, aarch64-linux-gnu-strip",
    })
    void ofC(String command, String strip) throws IOException {
        Executable whole = build(command, "a.c", C);
        Executable stripped = strip(strip);
        for (String name : List.of("tail", "chain", "perhaps", "guarded", "cold", "unlikely")) {
            assertThat(sites(stripped, name).unseen()).as(name).isEmpty();
            assertThat(returns(sites(stripped, name))).as(name).isEqualTo(returns(sites(whole, name)));
        }
        if (!command.contains("-O1")) {
            Exit tail = sites(stripped, "tail").sites().getLast();
            assertThat(tail.kind()).isEqualTo(Exit.Kind.TAIL_JUMP);
            assertThat(tail.target()).hasValue(named(whole, "helper").virtualAddress());
            Exit chain = sites(stripped, "chain").sites().getLast();
            Function second = stripped.functionAt(chain.target().orElseThrow()).orElseThrow();
            assertThat(second.size()).isEqualTo(named(whole, "second").size());
            assertThat(second.name()).isEmpty();
            assertThat(((Exits.Sites) stripped.exits(second)).sites())
                    .isEqualTo(sites(whole, "second").sites());
        }
        jumpsAreThoseOfObjdump(stripped, command.startsWith("aarch64") ? "aarch64-linux-gnu-objdump" : "objdump");
    }

    @ParameterizedTest
    @CsvSource({"g++ -O1, strip", "g++ -O2, strip", "g++ -O3, strip", "clang++ -O2, strip"})
    void ofCxx(String command, String strip) throws IOException {
        Executable whole = build(command, "a.cc", CXX);
        Executable stripped = strip(strip);
        for (String name : List.of("tail", "catches", "cleans", "throws_")) {
            assertThat(sites(stripped, name)).as(name).isEqualTo(sites(whole, name));
        }
        jumpsAreThoseOfObjdump(stripped, "objdump");
    }

    /// A cold part that is entered with the stack of a call, and never comes back, is as good as a function.
    private static List<Long> returns(Exits.Sites sites) {
        return sites.sites().stream()
                .filter(exit -> exit.kind() == Exit.Kind.RETURN)
                .map(Exit::fileOffset)
                .toList();
    }

    private static Function named(Executable executable, String name) throws IOException {
        return executable.functions().named(name).getFirst();
    }

    /// Each tail call that we see is a jump to just there.
    private void jumpsAreThoseOfObjdump(Executable stripped, String objdump) throws IOException {
        Pattern jump = Pattern.compile("\\s*([0-9a-f]+):\\s+(?:bnd )?(?:j\\w+|b[.\\w]*)\\s+(?:\\w+, )?([0-9a-f]+) .*");
        List<String> jumps = new ArrayList<>();
        for (String line : Tools.run(directory, objdump, "-d", "-w", "--no-show-raw-insn", "stripped.so")) {
            Matcher matcher = jump.matcher(line);
            if (matcher.matches()) {
                jumps.add(matcher.group(1) + " to " + matcher.group(2));
            }
        }
        for (Function function : stripped.functions().matching(_ -> true)) {
            for (Exit exit : sites(stripped, function.name()).sites()) {
                long address = exit.fileOffset() - function.fileOffset() + function.virtualAddress();
                exit.target()
                        .ifPresent(to ->
                                assertThat(jumps).contains(Long.toHexString(address) + " to " + Long.toHexString(to)));
            }
        }
    }

    /// A table that lies is believed or not, but nothing else happens.
    @Test
    void hostileTables() throws IOException {
        var _ = build("gcc -O2 -nostdlib", "a.c", C);
        var _ = strip("strip");
        Hostile.bytes(Files.readAllBytes(directory.resolve("stripped.so")), bytes -> {
            Executable it = Executable.parse(ByteSource.of(bytes));
            for (String name : List.of("tail", "chain", "perhaps", "cold")) {
                for (Function function : it.functions().named(name)) {
                    if (it.exits(function) instanceof Exits.Sites(var sites, var _)) {
                        for (Exit exit : sites) {
                            Optional<Function> target =
                                    it.functionAt(exit.target().orElse(-1));
                            if (target.isPresent()) {
                                var _ = it.exits(target.get());
                            }
                        }
                    }
                }
            }
        });
    }
}
