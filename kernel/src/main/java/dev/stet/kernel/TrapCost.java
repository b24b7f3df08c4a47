package dev.stet.kernel;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// What a breakpoint that does nothing costs whoever hits it, on this machine: measured in this very process, at a
/// function of libc that nobody calls.
public final class TrapCost {
    /// Is the C library's, does nothing that matters, and has an instruction that the kernel must step over.
    private static final String FUNCTION = "labs";

    private static final int CALLS = 100;
    /// The best of so many short rounds: others take the processor away in between.
    private static final int ROUNDS = 50;

    private static final byte[] NOTHING = {(byte) 0xb7, 0, 0, 0, 0, 0, 0, 0, (byte) 0x95, 0, 0, 0, 0, 0, 0, 0};

    private TrapCost() {}

    /// Takes some 50 ms.
    ///
    /// @throws IOException if this process cannot be probed
    public static Duration measure() throws IOException {
        Syscall.Function function = Syscall.function(FUNCTION);
        MethodHandle call = function.call();
        Place place = place(function.address());
        long without = best(call);
        int pid = (int) ProcessHandle.current().pid();
        try (Descriptor program = Bpf.loadProgram("stet_cost", new Bpf.ProgramKind(true, false), NOTHING);
                Descriptor _ =
                        UprobeMulti.attach(program, pid, place.file, new long[] {place.offset}, new long[] {0})) {
            return Duration.ofNanos(Math.max((best(call) - without) / CALLS, 1));
        }
    }

    /// @param offset in the file
    private record Place(String file, long offset) {}

    private static Place place(long address) throws IOException {
        List<String> maps = Files.readAllLines(Path.of("/proc/self/maps"));
        for (String line : maps) {
            String[] fields = line.split(" +", 6);
            int dash = fields[0].indexOf('-');
            long start = Long.parseUnsignedLong(fields[0].substring(0, dash), 16);
            long end = Long.parseUnsignedLong(fields[0].substring(dash + 1), 16);
            if (start <= address && address < end) {
                return new Place(
                        "/proc/self/map_files/" + fields[0], address - start + Long.parseUnsignedLong(fields[2], 16));
            }
        }
        throw new IOException("no file is mapped at " + FUNCTION);
    }

    private static long best(MethodHandle call) throws IOException {
        long best = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            best = Math.min(best, round(call));
        }
        return best;
    }

    private static long round(MethodHandle call) throws IOException {
        long begun = System.nanoTime();
        try {
            for (int i = 0; i < CALLS; i++) {
                var ignored = (long) call.invokeExact((long) -i);
            }
        } catch (Throwable e) {
            throw new IOException("calling " + FUNCTION, e);
        }
        return System.nanoTime() - begun;
    }
}
