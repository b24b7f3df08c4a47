package dev.stet.procfs;

import dev.stet.facts.ProcessIdentity;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// What Stet needs of `/proc/PID/stat` (proc_pid_stat(5)). The name in its parentheses may hold anything,
/// parentheses and newlines too, so fields are counted from the last `)`.
///
/// @param identity fields 1 and 22
/// @param state field 3: `R`, `S`, `Z` ...
/// @param parentPid field 4; 0 if the parent is not visible
/// @param flags field 9: `PF_…` of the kernel's include/linux/sched.h
record StatLine(ProcessIdentity identity, char state, int parentPid, long flags) {
    /// The kernel's bit for a thread of its own. It has not moved since 2.6.27.
    private static final long PF_KTHREAD = 0x0020_0000;

    private static final int STATE = 3;
    private static final int PARENT = 4;
    private static final int FLAGS = 9;
    private static final int START = 22;

    /// @param pid the directory it was read from
    /// @return empty if it is not such a line, or is cut off before the start time
    static Optional<StatLine> parse(int pid, byte[] line) {
        int close = line.length - 1;
        while (close >= 0 && line[close] != ')') {
            close--;
        }
        if (close < 0) {
            return Optional.empty();
        }
        String rest = new String(line, close + 1, line.length - close - 1, StandardCharsets.ISO_8859_1);
        String[] fields = rest.strip().split(" ", START);
        // The start time is only known to be whole if something stands behind it.
        if (fields.length <= START - STATE + 1 || fields[0].length() != 1) {
            return Optional.empty();
        }
        try {
            long start = Long.parseLong(fields[START - STATE]);
            int parent = Integer.parseInt(fields[PARENT - STATE]);
            long flags = Long.parseLong(fields[FLAGS - STATE]);
            return Optional.of(new StatLine(new ProcessIdentity(pid, start), fields[0].charAt(0), parent, flags));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /// Exited and not yet reaped (`Z`), or about to vanish (`X`): nothing of it can be probed.
    boolean isDead() {
        return state == 'Z' || state == 'X' || state == 'x';
    }

    boolean isKernelThread() {
        return (flags & PF_KTHREAD) != 0;
    }
}
