package dev.stet.agent.json;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Moments and durations as people read them. Both are written for every call, so the second, which the
/// JDK's formatters take a microsecond for, is formatted once a second. For one thread.
public final class Times {
    private static final long SECOND = 1_000_000_000L;

    /// Wall clock minus CLOCK_MONOTONIC, in nanoseconds, as it was when Stet started.
    private final long offset;
    private final Seconds local = new Seconds("HH:mm:ss", ZoneId.systemDefault());
    private final Seconds utc = new Seconds("yyyy-MM-dd'T'HH:mm:ss", ZoneOffset.UTC);

    public Times() {
        Instant now = Instant.now();
        offset = now.getEpochSecond() * SECOND + now.getNano() - System.nanoTime();
    }

    /// The text of the second that was asked for last.
    private static final class Seconds {
        private final DateTimeFormatter formatter;
        private long second = Long.MIN_VALUE;
        private String text = "";

        Seconds(String pattern, ZoneId zone) {
            formatter = DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(zone);
        }

        String text(long asked) {
            if (asked != second) {
                second = asked;
                text = formatter.format(Instant.ofEpochSecond(asked));
            }
            return text;
        }
    }

    /// `16:01:02.123456`, local time, of a CLOCK_MONOTONIC time.
    public void clock(StringBuilder out, long monotonicNanos) {
        long nanos = monotonicNanos + offset;
        out.append(local.text(Math.floorDiv(nanos, SECOND))).append('.');
        padded(out, Math.floorMod(nanos, SECOND) / 1000, 6);
    }

    /// `2026-11-22T16:01:02.123456789Z` of a CLOCK_MONOTONIC time.
    public String instant(long monotonicNanos) {
        long nanos = monotonicNanos + offset;
        StringBuilder out = new StringBuilder(30);
        out.append(utc.text(Math.floorDiv(nanos, SECOND))).append('.');
        padded(out, Math.floorMod(nanos, SECOND), 9);
        return out.append('Z').toString();
    }

    /// `850ns`, `12.3us`, `4.56ms`, `7.89s`: three digits.
    public static String duration(long nanos) {
        if (nanos < 1000) {
            return nanos + "ns";
        }
        if (nanos < 1_000_000) {
            return digits(nanos, 1000, "us");
        }
        if (nanos < SECOND) {
            return digits(nanos, 1_000_000, "ms");
        }
        return digits(nanos, SECOND, "s");
    }

    public static String duration(Duration duration) {
        return duration(duration.toNanos());
    }

    private static String digits(long nanos, long unit, String name) {
        int decimals = nanos < 10 * unit ? 2 : nanos < 100 * unit ? 1 : 0;
        int scale = decimals == 2 ? 100 : decimals == 1 ? 10 : 1;
        long scaled = nanos / (unit / scale);
        StringBuilder out = new StringBuilder(8).append(scaled / scale);
        if (decimals > 0) {
            padded(out.append('.'), scaled % scale, decimals);
        }
        return out.append(name).toString();
    }

    private static void padded(StringBuilder out, long number, int width) {
        long limit = 1;
        for (int i = 1; i < width; i++) {
            limit *= 10;
        }
        for (; limit > 1 && number < limit; limit /= 10) {
            out.append('0');
        }
        out.append(number);
    }
}
