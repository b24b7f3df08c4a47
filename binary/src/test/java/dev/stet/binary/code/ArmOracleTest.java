package dev.stet.binary.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.ByteSource;
import dev.stet.binary.Executable;
import dev.stet.binary.Exit;
import dev.stet.binary.Exits;
import dev.stet.binary.Tools;
import dev.stet.facts.Function;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Code of aarch64 against objdump's reading of it: what each instruction is, and where jumps go.
class ArmOracleTest {
    private static final String LIBC = "/usr/aarch64-linux-gnu/lib/libc.so.6";

    @TempDir
    Path directory;

    @Test
    void libc() throws IOException {
        compare(Tools.needFile(LIBC), 100_000);
    }

    @Test
    void goProgram() throws IOException {
        Tools.needFile("/usr/lib/go-1.22/bin/go");
        Files.writeString(directory.resolve("a.go"), """
                package main
                import "fmt"
                func main() { fmt.Println("x") }
                """);
        Tools.run(
                directory,
                "env",
                "GOARCH=arm64",
                "GOFLAGS=-mod=mod",
                "GO111MODULE=off",
                "GOCACHE=" + directory.resolve("cache"),
                "/usr/lib/go-1.22/bin/go",
                "build",
                "-o",
                "a",
                "a.go");
        compare(directory.resolve("a"), 100_000);
    }

    private static void compare(Path file, int atLeast) throws IOException {
        NavigableMap<Long, String> returns = new TreeMap<>();
        List<String> differ = new ArrayList<>();
        int seen = 0;
        for (String line : Tools.run(Path.of("/"), "aarch64-linux-gnu-objdump", "-d", "-w", file.toString())) {
            String[] fields = line.split("\t", 4);
            if (fields.length < 3 || !fields[0].endsWith(":") || fields[2].startsWith(".")) {
                continue;
            }
            long address = Long.parseLong(fields[0].strip().replace(":", ""), 16);
            int word = (int) Long.parseLong(fields[1].strip(), 16);
            seen++;
            String expected = fields[2].equals("ret") ? "return" : kindOf(fields[2]);
            String operand = fields.length > 3 ? fields[3] : "";
            if (!expected.equals(kindOf(word)) || !targetFits(word, address, operand)) {
                differ.add(line + " is a " + kindOf(word) + " for us");
            }
            if (expected.equals("return")) {
                returns.put(address, line);
            }
        }
        assertThat(differ).isEmpty();
        assertThat(seen).isGreaterThan(atLeast);
        returnsAreExits(file, returns);
    }

    private static String kindOf(String name) {
        return switch (name) {
            case "retaa", "retab" -> "checked return";
            case "b" -> "jump";
            case "bl" -> "call";
            case "br" -> "indirect jump";
            case "blr" -> "indirect call";
            case "cbz", "cbnz", "tbz", "tbnz" -> "conditional jump";
            case "udf", "brk", "hlt" -> "stop";
            default -> name.startsWith("b.") ? "conditional jump" : "other";
        };
    }

    private static String kindOf(int word) {
        return ArmCode.isReturn(word)
                ? "return"
                : ArmCode.isCheckedReturn(word)
                        ? "checked return"
                        : ArmCode.isJump(word)
                                ? "jump"
                                : ArmCode.isCall(word)
                                        ? "call"
                                        : ArmCode.isIndirectJump(word)
                                                ? "indirect jump"
                                                : ArmCode.isIndirectCall(word)
                                                        ? "indirect call"
                                                        : ArmCode.isConditionalJump(word)
                                                                ? "conditional jump"
                                                                : ArmCode.isStop(word) ? "stop" : "other";
    }

    private static boolean targetFits(int word, long address, String operands) {
        if (!ArmCode.isJump(word) && !ArmCode.isCall(word) && !ArmCode.isConditionalJump(word)) {
            return true;
        }
        String plain = operands.split("//", 2)[0]; // other names of a condition
        String last = plain.substring(plain.lastIndexOf(',') + 1).strip().split(" ", 2)[0];
        return address + ArmCode.relative(word) == Long.parseLong(last, 16);
    }

    private static void returnsAreExits(Path file, NavigableMap<Long, String> returns) throws IOException {
        Executable executable = Executable.parse(ByteSource.of(Files.readAllBytes(file)));
        List<Function> functions = executable.functions().matching(_ -> true);
        int[] counts = new int[2];
        executable.exits(functions, (function, exits) -> {
            if (exits instanceof Exits.Sites(var sites, var _)) {
                counts[0]++;
                List<Long> ours = sites.stream()
                        .filter(exit -> exit.kind() == Exit.Kind.RETURN)
                        .map(exit -> exit.fileOffset() - function.fileOffset() + function.virtualAddress())
                        .filter(at ->
                                at >= function.virtualAddress() && at < function.virtualAddress() + function.size())
                        .toList();
                assertThat(ours)
                        .as(function.name())
                        .isEqualTo(List.copyOf(
                                returns.subMap(function.virtualAddress(), function.virtualAddress() + function.size())
                                        .keySet()));
            } else {
                counts[1]++;
            }
        });
        assertThat(counts[0]).isGreaterThan(1000);
        assertThat(counts[1]).as("unknown").isLessThan(5 + counts[0] / 100);
    }

    @ParameterizedTest
    @CsvSource({
        "d65f03c0, , ret",
        "d503245f, , bti c",
        "d503233f, , paciasp",
        "d503201f, , nop",
        "a9be7bfd, , stp x29 x30 with write-back",
        "94000010, , bl",
        "90000000, , adrp",
        "d53bd041, , mrs tpidr_el0",
        "d65f0bff, authenticates, retaa",
        "d50323bf, hint, autiasp",
        "d503203f, hint, yield",
        "d4000001, system call, svc",
        "d4200000, system call, brk",
        "c85f7c01, exclusive, ldxr",
        "c8027c01, exclusive, stxr",
        "58000040, beside, ldr of a literal",
        "1c000040, beside, ldr of a literal into a vector register",
        "d53b4221, DAIF, mrs daif",
        "d51bd041, system register, msr",
        "00000000, not meant, udf",
    })
    void refusals(String hex, String why, String what) {
        var refusal = ArmCode.refusal((int) Long.parseLong(hex, 16));
        if (why == null) {
            assertThat(refusal).as(what).isEmpty();
        } else {
            assertThat(refusal).as(what).get().asString().contains(why);
        }
    }
}
