package dev.stet.facts;

/// Which process: pids are used again, so a pid alone names nobody.
///
/// @param pid the process as people know it (the kernel's tgid), in Stet's pid namespace; positive
/// @param startTicks when it started, in clock ticks since boot (proc(5), `/proc/PID/stat` field 22); exec
///     does not change it
public record ProcessIdentity(int pid, long startTicks) {
    public ProcessIdentity {
        if (pid <= 0) {
            throw new IllegalArgumentException("pid must be positive, not " + pid);
        }
    }

    @Override
    public String toString() {
        return Integer.toString(pid);
    }
}
