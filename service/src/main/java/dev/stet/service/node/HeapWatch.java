package dev.stet.service.node;

/// Gives back memory that objects took for a while. The serial collector lets its old generation grow to
/// the limit before it looks for garbage there, and what it has grown by stays resident: after a start
/// three times what is in use.
public final class HeapWatch {
    private static final long NANOS_BETWEEN = 1_000_000_000L;
    private static final long AT_LEAST = 6 << 20;

    private long after = AT_LEAST;
    private long lookedAt;

    /// To be called twice a second. A collection takes some 30 ms; there is one in three seconds at
    /// most, and none unless the heap has grown by half since the one before.
    ///
    /// @param now by [System#nanoTime]
    public void look(long now) {
        long heap = Runtime.getRuntime().totalMemory();
        if (heap - after > Math.max(AT_LEAST, after / 2) && (lookedAt == 0 || now - lookedAt > NANOS_BETWEEN)) {
            System.gc();
            after = Runtime.getRuntime().totalMemory();
            lookedAt = now;
        }
    }
}
