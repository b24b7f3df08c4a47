package dev.stet.probe;

import java.util.List;

/// Values that the kernel counted by powers of two, of one function in one process.
///
/// @param what `latency`, in nanoseconds, or the name of the capture
/// @param count how many
/// @param sum of them; negative ones count as 0
/// @param max the greatest
/// @param buckets how many in each: bucket 0 has 0 and what is negative, bucket n from 2^(n-1) to below 2^n
public record Histogram(
        AttachPoint point, Attachment attachment, String what, long count, long sum, long max, List<Long> buckets) {
    public Histogram {
        buckets = List.copyOf(buckets);
    }
}
