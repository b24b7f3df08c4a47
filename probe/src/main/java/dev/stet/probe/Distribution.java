package dev.stet.probe;

import java.util.List;

/// Numbers counted by powers of two.
///
/// @param count how many
/// @param sum of all, modulo 2^64
/// @param max the largest; means nothing if the count is 0
/// @param buckets bucket 0 counts 0 and what is less; bucket n counts from 2^(n-1) up to, and not including,
///     2^n. At most [#MAX_BUCKETS]; those that are not there are empty
public record Distribution(long count, long sum, long max, List<Long> buckets) {
    /// One more than the bits of a positive `long`.
    public static final int MAX_BUCKETS = 64;

    public Distribution {
        buckets = List.copyOf(buckets);
        if (buckets.size() > MAX_BUCKETS) {
            throw new IllegalArgumentException(buckets.size() + " buckets");
        }
    }

    /// The least number that bucket `n` counts; of bucket 0 it is 0, though it counts negative ones as well.
    public static long from(int n) {
        return n == 0 ? 0 : 1L << (n - 1);
    }

    /// The largest number that bucket `n` counts.
    public static long upTo(int n) {
        return n == 0 ? 0 : (1L << (n - 1)) - 1 + (1L << (n - 1));
    }

    /// The mean; 0 if there are none. Wrong if the sum has overflown.
    public double mean() {
        return count == 0 ? 0 : (double) sum / count;
    }

    /// About the number that `percent` per cent of all are not above. Its bucket is the right one; within it the
    /// numbers are taken to be spread evenly. So it is less than twice, and more than half, the true one. Never
    /// above [#max].
    ///
    /// @param percent 0 to 100
    /// @return 0 if there are none
    public long percentile(double percent) {
        long counted = buckets.stream().mapToLong(Long::longValue).sum();
        double rank = Math.max(Math.ceil(counted * percent / 100), 1);
        long before = 0;
        for (int n = 0; n < buckets.size(); n++) {
            long here = buckets.get(n);
            if (here > 0 && before + here >= rank) {
                return within(n, (rank - before - 0.5) / here);
            }
            before += here;
        }
        return 0;
    }

    private long within(int n, double share) {
        long estimate = from(n) + (long) ((upTo(n) - from(n)) * share);
        // The counters are read while programs write them: the largest may be that of a moment before.
        return max < from(n) ? from(n) : Math.min(estimate, max);
    }
}
