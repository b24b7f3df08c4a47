package dev.stet.binary.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.Tools;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each instruction of objdump's must be as long for us, or undecoded. By default a seeded sample of each
/// file is taken, some seconds in all; `-Dstet.oracle=all` takes whole files, and large ones too.
class BoundariesOracleTest {
    private static final boolean ALL = "all".equals(System.getProperty("stet.oracle"));

    /// Of `.text`, where only a sample is taken.
    private static final int SAMPLE_BYTES = 128 << 10;

    static Stream<String> files() {
        Stream<String> large = Stream.of(
                "/usr/lib/x86_64-linux-gnu/libLLVM-14.so.1",
                System.getProperty("java.home") + "/lib/server/libjvm.so",
                "/usr/bin/node",
                "/usr/bin/hugo",
                "/usr/sbin/dockerd");
        Stream<String> small = Stream.of(
                "/usr/lib/x86_64-linux-gnu/libc.so.6",
                "/usr/lib/x86_64-linux-gnu/libcrypto.so.3",
                "/usr/lib/x86_64-linux-gnu/libstdc++.so.6",
                "/usr/lib/x86_64-linux-gnu/libm.so.6");
        return Stream.concat(small, large.filter(file -> Files.exists(Path.of(file))));
    }

    @ParameterizedTest
    @MethodSource("files")
    void lengthsAreThoseOfObjdump(String file) throws IOException {
        Comparison comparison = new Comparison();
        compare(Tools.needFile(file), comparison);
        System.out.printf(
                "%s: %d instructions, %d undecoded, %d differ%n",
                file, comparison.instructions, comparison.undecoded, comparison.differ.size());
        comparison.undecodedAs.forEach((what, count) -> System.out.println("  undecoded " + count + " " + what));
        assertThat(comparison.differ).isEmpty();
        assertThat(comparison.instructions).isGreaterThan(10_000);
        // Data among the code is what objdump decodes and we do not.
        assertThat(comparison.undecoded).isLessThan(10 + comparison.instructions / 200);
    }

    private static final class Comparison {
        private long instructions;
        private long undecoded;
        private final Map<String, String> differ = new TreeMap<>();
        private final Map<String, Integer> undecodedAs = new TreeMap<>();
        private final X86Decoder decoder = new X86Decoder();

        void line(String line) {
            // `  26380:\t48 83 ec 08          \tsub    $0x8,%rsp`
            String[] fields = line.split("\t", 3);
            if (fields.length < 3 || !fields[0].endsWith(":") || isNoInstruction(fields[2])) {
                return;
            }
            byte[] code = HexFormat.of().parseHex(fields[1].replace(" ", ""));
            // What follows must not matter: no byte behind may be needed.
            instructions++;
            if (!decoder.decode(code, 0, code.length)) {
                undecoded++;
                undecodedAs.merge(fields[2].split(" ", 2)[0], 1, Integer::sum);
            } else if (decoder.length() != code.length && !isWait(code)) {
                differ.put(fields[1], fields[2] + " is " + decoder.length() + " bytes for us");
            } else {
                check(fields[1], fields[2]);
            }
        }

        private void check(String hex, String text) {
            String plain =
                    text.replaceFirst("^((bnd|notrack|rep|repz|repnz|data16|addr32|lock|[cdefgs]s|rex\\S*) )*", "");
            X86Decoder.Kind expected = plain.matches("ret[qw]?( .*)?")
                    ? X86Decoder.Kind.RETURN
                    : plain.matches("jmp[qw]? +\\*.*")
                            ? X86Decoder.Kind.INDIRECT_JUMP
                            : plain.matches("jmp[qw]? .*")
                                    ? X86Decoder.Kind.JUMP
                                    : plain.matches("call[qw]? +\\*.*")
                                            ? X86Decoder.Kind.INDIRECT_CALL
                                            : plain.matches("call[qw]? .*") ? X86Decoder.Kind.CALL : null;
            boolean sameKind = expected == null
                    ? !List.of(X86Decoder.Kind.RETURN, X86Decoder.Kind.JUMP, X86Decoder.Kind.INDIRECT_JUMP)
                            .contains(decoder.kind())
                    : decoder.kind() == expected;
            if (!sameKind) {
                differ.put(hex, text + " is a " + decoder.kind() + " for us");
            }
        }
    }

    /// A prefix that objdump could not place, or bytes that are none.
    private static boolean isNoInstruction(String text) {
        return text.contains("(bad)")
                || text.startsWith(".byte")
                || text.strip()
                        .matches(
                                "(data16|addr32|rex(\\.\\w+)?|lock|repz?|repnz|[cdefgs]s|bnd|fwait|notrack|xacquire|xrelease|\\s)+");
    }

    /// objdump makes one of FWAIT and what follows.
    private static boolean isWait(byte[] code) {
        return (code[0] & 0xff) == 0x9b;
    }

    private static void compare(Path file, Comparison comparison) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("objdump", "-d", "-w", "-z", "-j", ".text", file.toString());
        if (!ALL) {
            long[] text = text(file);
            if (text[1] > 2 * SAMPLE_BYTES) {
                long seed = Long.getLong("stet.seed", 20261122L);
                long start = text[0] + (new Random(seed).nextLong(text[1] - SAMPLE_BYTES) & ~15);
                builder.command().add("--start-address=0x" + Long.toHexString(start));
                builder.command().add("--stop-address=0x" + Long.toHexString(start + SAMPLE_BYTES));
            }
        }
        builder.environment().put("LC_ALL", "C");
        Process objdump = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader lines = objdump.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                comparison.line(line);
            }
        }
    }

    /// Address and size of `.text`, by readelf.
    private static long[] text(Path file) {
        return Tools.run(Path.of("/"), "readelf", "-SW", file.toString()).stream()
                .map(line -> line.replaceFirst("^\\s*\\[ *\\d+\\] ", "").split(" +", -1))
                .filter(fields -> fields[0].equals(".text"))
                .map(fields -> new long[] {Long.parseLong(fields[2], 16), Long.parseLong(fields[4], 16)})
                .findFirst()
                .orElseThrow();
    }

    /// Any bytes at all: an instruction of 1 to 15 bytes within what was given, or none; and what is decoded
    /// does not change if the bytes behind do.
    @Test
    void anyBytes() {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        X86Decoder decoder = new X86Decoder();
        X86Decoder again = new X86Decoder();
        byte[] code = new byte[64];
        for (int round = 0; round < 400_000; round++) {
            random.nextBytes(code);
            int from = random.nextInt(code.length);
            int end = from + random.nextInt(code.length - from + 1);
            String replay = "replay: -Dstet.seed=" + seed + ", round " + round;
            if (!decoder.decode(code, from, end)) {
                continue;
            }
            int length = decoder.length();
            assertThat(length).as(replay).isBetween(1, Math.min(X86Decoder.MAX_INSTRUCTION_BYTES, end - from));
            var _ = X86Refusal.of(decoder);
            if (round % 16 == 0) {
                byte[] cut = Arrays.copyOfRange(code, from, from + length);
                assertThat(again.decode(cut, 0, length)).as(replay).isTrue();
                assertThat(again.length()).as(replay).isEqualTo(length);
                assertThat(again.decode(cut, 0, length - 1)).as(replay).isFalse();
            }
        }
    }
}
