package dev.stet.service.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// How many requests each caller may make: so many at once, and then so many a second.
final class RateLimit {
    /// More callers than this are forgotten, the longest silent first.
    private static final int MAX_CALLERS = 1000;

    private final double perSecond;
    private final double burst;
    private final LongSupplier nanos;
    private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > MAX_CALLERS;
        }
    };

    private record Bucket(double left, long at) {}

    /// @param nanos a clock that goes on evenly
    RateLimit(double perSecond, double burst, LongSupplier nanos) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.nanos = nanos;
    }

    /// May this one ask something now?
    synchronized boolean take(String caller) {
        long now = nanos.getAsLong();
        Bucket before = buckets.getOrDefault(caller, new Bucket(burst, now));
        double left = Math.min(burst, before.left + (now - before.at) / 1e9 * perSecond);
        buckets.put(caller, new Bucket(left >= 1 ? left - 1 : left, now));
        return left >= 1;
    }
}
