package dev.stet.probe;

import java.util.List;

/// What the kernel counted of one function's calls in one process.
///
/// @param what `latency`, in nanoseconds, or the name of the capture whose values were counted
public record Histogram(AttachPoint point, Attachment attachment, String what, Distribution values) {
    /// @see Distribution
    public Histogram(
            AttachPoint point, Attachment attachment, String what, long count, long sum, long max, List<Long> buckets) {
        this(point, attachment, what, new Distribution(count, sum, max, buckets));
    }

    /// Are these nanoseconds?
    public boolean isLatency() {
        return what.equals("latency");
    }
}
