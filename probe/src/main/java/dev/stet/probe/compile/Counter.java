package dev.stet.probe.compile;

/// What the programs count, each an element of the `counters` map. Of the calls that began, every one is
/// in just one of the first six.
public enum Counter {
    /// Calls that began and whose end is followed.
    ENTERED(0),
    /// Calls whose end is not followed.
    NOTED(1),
    /// Calls that a filter on arguments left out.
    FILTERED_AT_ENTRY(2),
    /// Calls that sampling left out.
    SAMPLED_OUT(3),
    /// Calls that a rate limit left out.
    RATE_LIMITED(4),
    /// Calls whose end nobody will see, because too many others are waiting for theirs.
    CALLS_FULL(5),
    /// Calls whose end was recorded.
    RETURNED(6),
    /// Ended calls that a filter on results or latency left out.
    FILTERED_AT_EXIT(7),
    /// Ended calls that the ring had no room for.
    LOST_AT_EXIT(8),
    /// Calls whose end is not followed and that the ring had no room for.
    LOST_AT_ENTRY(9),
    /// Ends without a beginning: calls that were under way when the probe was attached, or left out at theirs.
    UNMATCHED(10),
    /// Calls that began a second time, for Go grew the stack.
    RESTARTED(11),
    /// Calls that were left without a return: another began in their frame.
    ABANDONED(12),
    /// Calls that were left out because what a filter looks at could not be read; counted as filtered, too.
    FILTER_FAILED(13),
    /// Calls whose latency or result was counted into a histogram.
    COUNTED(14),
    /// Values that a histogram had no room or no value for.
    UNCOUNTED(15),
    /// Calls that were noted and an argument of which was counted into a histogram.
    COUNTED_AT_ENTRY(16),
    /// Hits of markers, which are nobody's calls.
    MARKED(17),
    /// Hits of markers that the ring had no room for.
    MARKED_LOST(18);

    private final int index;

    Counter(int index) {
        this.index = index;
    }

    /// Its element in the map.
    public int index() {
        return index;
    }
}
