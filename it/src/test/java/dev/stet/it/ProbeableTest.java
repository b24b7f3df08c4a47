package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.binary.ByteSource;
import dev.stet.binary.Executable;
import dev.stet.binary.code.X86Decoder;
import dev.stet.binary.code.X86Refusal;
import dev.stet.kernel.Bpf;
import dev.stet.kernel.Descriptor;
import dev.stet.kernel.SyscallException;
import dev.stet.kernel.UprobeMulti;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What we say of instructions that cannot be probed is compared with this kernel, for every opcode. It
/// decides when the probe is planted in a process that has the file mapped (hazards I4), so there is one,
/// which never runs what is probed. Takes 7 s on an idle machine.
class ProbeableTest {
    private static final int SLOT_BYTES = 16;
    private static final int LINK = 128;
    private static final byte[] RETURN_0 = HexFormat.of().parseHex("b7000000000000009500000000000000");

    /// vmovd, vmovdqa, vzeroupper, vucomiss, vcomiss, vshufps, vpaddq, vpxor, vpor, vmovhps, vpshufb, vbroadcastss,
    /// vextracti128, vpalignr, shlx, andn, kmovw, kandw; with EVEX vmovaps, vpternlogd, vmovdqa32, vpxord.
    private static final String VECTOR = "c5f96ec0 c5fd6fc1 c5f97ec0 c5fd7fc1 c5f877 c5f82ec0 c5f82fc0 c5f8c6c001"
            + " c5f9d4c0 c5fdefc0 c5fdebc0 c5f81707 c4e27900c1 c4e27d18c0 c4e37d39c001 c4e3790fc001 c4e279f7c0"
            + " c4e278f2c1 c5f890c8 c5f441c8 62f17c4828c0 62f37d4825c0ff 62f17d486fc1 62f17d48efc0";

    @TempDir
    Path directory;

    /// Of an instruction we let be probed, the kernel must think the same: one refusal fails a whole link.
    @Test
    void kernelAcceptsWhatWeAccept() throws IOException {
        Requires.uprobeMulti();
        List<byte[]> cases = cases();
        Path program = build(cases);
        long first = Executable.parse(ByteSource.of(Files.readAllBytes(program)))
                .functions()
                .named("cases")
                .getFirst()
                .fileOffset();
        List<Integer> accepted = new ArrayList<>();
        List<Integer> refused = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            X86Decoder decoder = new X86Decoder();
            byte[] code = cases.get(i);
            if (decoder.decode(code, 0, code.length)) {
                (X86Refusal.of(decoder).isEmpty() ? accepted : refused).add(i);
            }
        }
        assertThat(accepted).hasSizeGreaterThan(1500);
        try (TargetProcess process = TargetProcess.start(program);
                Descriptor nothing = Bpf.loadProgram("stet_nothing", new Bpf.ProgramKind(true, false), RETURN_0)) {
            awaitText(process, program);
            Kernel kernel = new Kernel(nothing, (int) process.pid(), program, first);
            List<String> disputed = new ArrayList<>();
            for (int from = 0; from < accepted.size(); from += LINK) {
                kernel.refused(accepted.subList(from, Math.min(from + LINK, accepted.size())))
                        .forEach(i -> disputed.add(HexFormat.of().formatHex(cases.get(i))));
            }
            assertThat(disputed).as("refused by the kernel, not by us").isEmpty();
            // Stricter than this kernel we may be, for others are; but if it took all, nothing was tested.
            List<Integer> agreed = new ArrayList<>();
            for (int i : refused) {
                agreed.addAll(kernel.refused(List.of(i)));
            }
            System.out.printf(
                    "%d instructions accepted; %d refused, %d of them by the kernel, too%n",
                    accepted.size(), refused.size(), agreed.size());
            assertThat(agreed).hasSizeGreaterThan(50);
        }
    }

    private record Kernel(Descriptor program, int pid, Path file, long first) {
        /// Which of the slots it refuses.
        List<Integer> refused(List<Integer> slots) throws SyscallException {
            long[] offsets = slots.stream()
                    .mapToLong(slot -> first + (long) slot * SLOT_BYTES)
                    .toArray();
            try {
                UprobeMulti.attach(program, pid, file.toString(), offsets, new long[offsets.length])
                        .close();
                return List.of();
            } catch (SyscallException e) {
                // 8: ENOEXEC, the kernel's decoder knows no such instruction
                if (e.errno() != SyscallException.ENOTSUPP && e.errno() != 8) {
                    throw e;
                }
            }
            if (slots.size() == 1) {
                return slots;
            }
            int half = slots.size() / 2;
            List<Integer> all = new ArrayList<>(refused(slots.subList(0, half)));
            all.addAll(refused(slots.subList(half, slots.size())));
            return all;
        }
    }

    private static List<byte[]> cases() {
        List<byte[]> cases = new ArrayList<>();
        for (int opcode = 0; opcode < 256; opcode++) {
            if (opcode == 0x62 || opcode == 0xc4 || opcode == 0xc5) {
                continue; // EVEX and VEX: see VECTOR
            }
            for (String rest : List.of("c024111213141516", "0024111213141516", "d001020304050607")) {
                String hex = "%02x".formatted(opcode);
                add(cases, hex + rest);
                add(cases, "0f" + hex + rest);
                add(cases, "66" + hex + rest);
                add(cases, "48" + hex + rest);
                add(cases, "f30f" + hex + rest);
            }
        }
        for (String prefix : "26 2e 36 3e 64 65 66 67 f0 f2 f3 40 48 4f".split(" ", -1)) {
            for (String code :
                    "90 c3 c20800 55 e901000000 eb01 7401 0f8401000000 ffe0 ff27 ff6708 8b07 0107 0f1f4000 e3ff"
                            .split(" ", -1)) {
                add(cases, prefix + code);
            }
        }
        for (String vector : VECTOR.split(" ", -1)) {
            add(cases, vector);
        }
        return cases;
    }

    private static void add(List<byte[]> cases, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        byte[] slot = new byte[SLOT_BYTES];
        IntStream.range(0, SLOT_BYTES).forEach(i -> slot[i] = i < bytes.length ? bytes[i] : (byte) 0x90);
        cases.add(slot);
    }

    private Path build(List<byte[]> cases) throws IOException {
        StringBuilder text = new StringBuilder("""
                .intel_syntax noprefix
                .text
                .globl _start
                _start: mov eax, 34
                syscall
                jmp _start
                .globl cases
                .type cases,@function
                .balign 4096
                cases:
                """);
        for (byte[] code : cases) {
            text.append(".byte 0x")
                    .append(HexFormat.ofDelimiter(",0x").formatHex(code))
                    .append('\n');
        }
        text.append(".size cases,.-cases\n");
        Path source = Files.writeString(directory.resolve("cases.s"), text);
        Path program = directory.resolve("cases");
        try {
            int exit = new ProcessBuilder(
                            Requires.tool("gcc").toString(),
                            "-nostdlib",
                            "-static",
                            "-o",
                            program.toString(),
                            source.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
            assertThat(exit).isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        return program;
    }

    private static void awaitText(TargetProcess process, Path program) throws IOException {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        Path maps = Path.of("/proc", Long.toString(process.pid()), "maps");
        while (!Files.readString(maps).contains("r-xp")
                || !Files.readString(maps).contains(program.toString())) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
