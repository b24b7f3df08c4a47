package dev.stet.service.store;

import java.util.random.RandomGenerator;

/// Which calls are kept: so many a second, spread over it by how many there were in the second before.
/// Which of them is left to chance, for calls may come in turns.
final class CallSample {
    private final int perSecond;
    private final RandomGenerator random;
    private long seen;
    private int kept;
    private int stride = 1;
    private int skip = 1;

    CallSample(int perSecond, RandomGenerator random) {
        this.perSecond = perSecond;
        this.random = random;
    }

    /// The next one was seen.
    boolean isKept() {
        seen++;
        skip--;
        if (skip > 0 || kept >= perSecond) {
            return false;
        }
        kept++;
        // stride on average
        skip = stride == 1 ? 1 : 1 + random.nextInt(2 * stride - 1);
        return true;
    }

    /// Another second begins.
    void second() {
        stride = perSecond == 0 ? 1 : Math.clamp(seen / perSecond, 1, 1 << 29);
        skip = Math.min(skip, 2 * stride);
        seen = 0;
        kept = 0;
    }
}
