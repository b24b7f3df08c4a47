package dev.stet.service.node;

/// Gives back memory that objects took for a while. The serial collector lets its old generation grow to
/// the limit before it looks for garbage there, and what it has grown by stays resident: after a start
/// three times what is in use.
public final class HeapWatch {
    private static final long AT_LEAST = 6 << 20;
    private static final long SHORTEST_PAUSE_NANOS = 1_000_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 30_000_000_000L;

    private long after = AT_LEAST;
    private long lookedAt;
    private long pauseNanos;

    /// To be called twice a second. A collection takes some 30 ms; there is none unless the heap has grown
    /// by half since the one before. The pause between two is a second after the start, and twice as long
    /// each time, up to half a minute.
    ///
    /// @param now by [System#nanoTime]
    public void look(long now) {
        long heap = Runtime.getRuntime().totalMemory();
        if (heap - after > Math.max(AT_LEAST, after / 2) && (pauseNanos == 0 || now - lookedAt > pauseNanos)) {
            System.gc();
            after = Runtime.getRuntime().totalMemory();
            lookedAt = now;
            pauseNanos = Math.clamp(2 * pauseNanos, SHORTEST_PAUSE_NANOS, LONGEST_PAUSE_NANOS);
        }
    }
}
