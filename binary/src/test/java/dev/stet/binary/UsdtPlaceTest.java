package dev.stet.binary;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Notes that place a probe where no instruction begins.
class UsdtPlaceTest {
    /// A NOP, as `sys/sdt.h` leaves it, and one that is four bytes of a number.
    private static final String SOURCE = """
            #define PROBE(name, code, clobbers...) __asm__ volatile (code "\\n" \\
                ".pushsection .note.stapsdt,\\"\\",\\"note\\"\\n.balign 4\\n" \\
                ".4byte 992f-991f, 994f-993f, 3\\n991: .asciz \\"stapsdt\\"\\n992: .balign 4\\n" \\
                "993: .8byte 990b\\n.8byte 0\\n.8byte 0\\n" \\
                ".asciz \\"mine\\"\\n.asciz \\"" name "\\"\\n.byte 0\\n994: .balign 4\\n.popsection" \\
                ::: clobbers)
            int main() {
                PROBE("good", "990: nop", "memory");
                PROBE("bad", ".byte 0xb8\\n990: .byte 0x90, 0x90, 0x90, 0x90", "eax");
                PROBE("last", ".byte 0xb8, 0x90, 0x90, 0x90\\n990: .byte 0x90", "eax");
                PROBE("locked", "990: .byte 0xf0, 0x83, 0x0c, 0x24, 0x00", "memory");
                return 0;
            }
            """;

    @TempDir
    Path directory;

    private Map<String, Optional<String>> refusals(String source, String... options) throws IOException {
        Files.writeString(directory.resolve("a.c"), source);
        List<String> command = new ArrayList<>(List.of("gcc", "-O1", "-o", "a", "a.c"));
        command.addAll(List.of(options));
        var ignored = Tools.run(directory, command.toArray(String[]::new));
        return refusals(directory.resolve("a"));
    }

    private static Map<String, Optional<String>> refusals(Path file) throws IOException {
        Executable executable = Tools.parse(file);
        Map<String, Optional<String>> refusals = new LinkedHashMap<>();
        for (UsdtProbe probe : executable.usdt()) {
            refusals.put(probe.name(), executable.placeRefusal(probe));
        }
        return refusals;
    }

    @ParameterizedTest
    @ValueSource(strings = {"-g0", "-s", "-static", "-no-pie", "-no-pie -s"})
    void anInstructionMustBeginThere(String how) throws IOException {
        Map<String, Optional<String>> refusals = refusals(SOURCE, how.split(" ", -1));
        String function = how.endsWith("-s") ? "a function without a name" : "main";
        assertThat(refusals.get("good")).isEmpty();
        assertThat(refusals.get("bad")).contains("is in the middle of an instruction of " + function);
        assertThat(refusals.get("last")).contains("is in the middle of an instruction of " + function);
        assertThat(refusals.get("locked").orElseThrow()).contains("LOCK");
    }

    @Test
    void whereNobodyKnowsOfInstructionsThereIsNoProbe() throws IOException {
        Map<String, Optional<String>> refusals = refusals(SOURCE, "-s", "-fno-asynchronous-unwind-tables");
        assertThat(refusals.get("good").orElseThrow()).startsWith("is in no function that the tables");
        assertThat(refusals.get("bad").orElseThrow()).startsWith("is in no function that the tables");
    }

    /// A symbol that begins in the middle of an instruction says that one begins there; the unwinder knows better.
    @ParameterizedTest
    @ValueSource(strings = {".size inner, 1", ".size inner, 0"})
    void aSymbolThatLiesIsNotEnough(String size) throws IOException {
        String lying = SOURCE.replace(
                "\"990: nop\"",
                "\".byte 0xb8\\n.type inner, @function\\ninner: 990: .byte 0x90\\n" + size
                        + "\\n.byte 0x90, 0x90, 0x90\"");
        Map<String, Optional<String>> refusals = refusals(lying);
        assertThat(refusals.get("good")).contains("is in the middle of an instruction of a function without a name");
    }

    /// Notes by the thousand in functions of megabytes cost no more than what a bound lets through.
    @Test
    void manyPlacesInHugeFunctionsEndSoon() throws IOException {
        String many = """
                .globl main
                .type main, @function
                main: ret
                .size main, 1
                .rept 1000000
                nop
                .endr
                .macro liar
                .type f\\@, @function
                f\\@: 990: nop
                .size f\\@, 1000000
                .pushsection .note.stapsdt,"","note"
                .balign 4
                .4byte 992f-991f, 994f-993f, 3
                991: .asciz "stapsdt"
                992: .balign 4
                993: .8byte 990b, 0, 0
                .asciz "mine"
                .asciz "many"
                .byte 0
                994: .balign 4
                .popsection
                .endm
                .rept 4000
                liar
                .endr
                .rept 1000000
                nop
                .endr
                """;
        Files.writeString(directory.resolve("a.s"), many);
        var ignored = Tools.run(directory, "gcc", "-o", "a", "a.s");
        Executable executable = Tools.parse(directory.resolve("a"));
        assertThat(executable.usdt()).hasSize(4000);
        long begun = System.nanoTime();
        int refused = 0;
        for (UsdtProbe probe : executable.usdt()) {
            refused += executable.placeRefusal(probe).isPresent() ? 1 : 0;
        }
        assertThat(System.nanoTime() - begun).isLessThan(60_000_000_000L);
        assertThat(refused).isGreaterThan(3900);
        assertThat(executable.placeRefusal(executable.usdt().getLast()).orElseThrow())
                .contains("would have to be decoded");
    }

    /// Debian's own programs have theirs at instructions, with symbols or without.
    @ParameterizedTest
    @ValueSource(strings = {"/usr/bin/python3", "/usr/lib/x86_64-linux-gnu/libstdc++.so.6"})
    void realProbesAreAllowed(String path) throws IOException {
        Map<String, Optional<String>> refusals = refusals(Tools.needFile(path));
        assertThat(refusals).isNotEmpty();
        assertThat(refusals.values()).containsOnly(Optional.empty());
    }
}
