package dev.stet.probe.decode;

import dev.stet.probe.Value;
import java.time.DateTimeException;
import java.time.Instant;

/// Go's `time.Time` (Go: `src/time/time.go`).
final class GoTimes {
    /// Bit of the first word: it holds 33 bits of seconds since 1885 beside the nanoseconds, and the second a
    /// monotonic clock. Else the second holds seconds since the year 1.
    private static final long HAS_MONOTONIC = 1L << 63;

    private static final long NANOS = (1L << 30) - 1;
    private static final long UNIX_FROM_YEAR_1 = -62_135_596_800L;
    private static final long YEAR_1885_FROM_YEAR_1 = 59_453_308_800L;

    private GoTimes() {}

    static Value value(long wall, long extra) {
        boolean monotonic = (wall & HAS_MONOTONIC) != 0;
        try {
            long seconds = monotonic ? YEAR_1885_FROM_YEAR_1 + (wall << 1 >>> 31) : extra;
            Instant time = Instant.ofEpochSecond(Math.addExact(UNIX_FROM_YEAR_1, seconds), wall & NANOS);
            return Texts.of(time.toString());
        } catch (DateTimeException | ArithmeticException beyond) {
            return new Value.Missing("a time out of range");
        }
    }

    /// @param seconds without a sign
    static Value span(long seconds, long nanos) {
        boolean fits = seconds >= 0 && seconds < Long.MAX_VALUE / 1_000_000_000L && nanos < 1_000_000_000L;
        return fits
                ? new Value.Duration((seconds * 1_000_000_000L) + nanos)
                : new Value.Missing("a time span out of range");
    }
}
