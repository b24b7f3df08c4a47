package dev.stet.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Moments and durations as people read them.
final class Times {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS", Locale.ROOT).withZone(ZoneId.systemDefault());

    /// Wall clock minus CLOCK_MONOTONIC, in nanoseconds, as it was when Stet started.
    private final long offset;

    Times() {
        Instant now = Instant.now();
        offset = now.getEpochSecond() * 1_000_000_000L + now.getNano() - System.nanoTime();
    }

    /// The moment of a CLOCK_MONOTONIC time.
    Instant instant(long monotonicNanos) {
        long nanos = monotonicNanos + offset;
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
    }

    /// `16:01:02.123456`, local time.
    String clock(long monotonicNanos) {
        return CLOCK.format(instant(monotonicNanos));
    }

    /// `850ns`, `12.3us`, `4.56ms`, `7.89s`: three digits.
    static String duration(long nanos) {
        if (nanos < 1000) {
            return nanos + "ns";
        }
        if (nanos < 1_000_000) {
            return digits(nanos / 1e3) + "us";
        }
        if (nanos < 1_000_000_000) {
            return digits(nanos / 1e6) + "ms";
        }
        return digits(nanos / 1e9) + "s";
    }

    static String duration(Duration duration) {
        return duration(duration.toNanos());
    }

    private static String digits(double value) {
        int decimals = value < 10 ? 2 : value < 100 ? 1 : 0;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
