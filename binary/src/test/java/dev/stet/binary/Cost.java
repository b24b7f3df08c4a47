package dev.stet.binary;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// What this thread has used so far.
///
/// @param nanos of processor time
/// @param allocatedBytes of heap, whether in use still or not
public record Cost(long nanos, long allocatedBytes) {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// What making bytes has cost, which is no work of the analysis.
    private static long excluded;

    public static Cost now() {
        return new Cost(THREADS.getCurrentThreadCpuTime() - excluded, THREADS.getCurrentThreadAllocatedBytes());
    }

    /// Takes out of account what this thread did since then. For one thread only.
    public static void exclude(Cost since) {
        excluded += now().minus(since).nanos();
    }

    public Cost minus(Cost before) {
        return new Cost(nanos - before.nanos, allocatedBytes - before.allocatedBytes);
    }
}
