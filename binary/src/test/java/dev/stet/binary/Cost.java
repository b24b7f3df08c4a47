package dev.stet.binary;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// What this thread has used so far.
///
/// @param nanos of processor time
/// @param allocatedBytes of heap, whether in use still or not
public record Cost(long nanos, long allocatedBytes) {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    public static Cost now() {
        return new Cost(THREADS.getCurrentThreadCpuTime(), THREADS.getCurrentThreadAllocatedBytes());
    }

    public Cost minus(Cost before) {
        return new Cost(nanos - before.nanos, allocatedBytes - before.allocatedBytes);
    }
}
