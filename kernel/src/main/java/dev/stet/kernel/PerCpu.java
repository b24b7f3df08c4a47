package dev.stet.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How the values of a map that has one for each CPU lie side by side (kernel `kernel/bpf/arraymap.c:
/// bpf_percpu_array_copy`). There is one for each CPU that the machine may ever have, now there or not.
public final class PerCpu {
    private static final Path POSSIBLE = Path.of("/sys/devices/system/cpu/possible");
    /// The kernel's own bound, NR_CPUS, is 8192 at most.
    private static final int MAX_CPUS = 1 << 16;

    /// 0: not asked yet. It does not change while the machine is up.
    private static volatile int possible;

    private PerCpu() {}

    /// From one CPU's value to the next one's, in bytes.
    public static int stride(int valueBytes) {
        return (valueBytes + 7) / 8 * 8;
    }

    /// Room that the values of one element take, in bytes.
    ///
    /// @throws IOException if the kernel does not say how many CPUs there may be
    public static long bytes(int valueBytes) throws IOException {
        return (long) stride(valueBytes) * possible();
    }

    /// How many CPUs the machine may ever have.
    ///
    /// @throws IOException if the kernel does not say
    public static int possible() throws IOException {
        int known = possible;
        if (known == 0) {
            known = count(Files.readString(POSSIBLE));
            possible = known;
        }
        return known;
    }

    /// How many numbers are in a list such as `0-3,8-11,16`.
    ///
    /// @throws IOException if it is no such list, or none is in it
    static int count(String list) throws IOException {
        int count = 0;
        try {
            for (String range : list.strip().split(",", -1)) {
                int dash = range.indexOf('-');
                int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
                int last = Integer.parseInt(range.substring(dash + 1));
                if (first < 0 || last < first || last >= MAX_CPUS) {
                    throw new NumberFormatException();
                }
                count += last - first + 1;
            }
        } catch (NumberFormatException e) {
            throw new IOException(POSSIBLE + " is no list of CPUs: " + list.strip(), e);
        }
        return count;
    }
}
