package dev.stet.probe;

/// What the programs count, each an element of the `counters` map.
enum Counter {
    /// Calls that began and whose end is followed.
    ENTERED(0),
    /// Calls whose end was recorded.
    RETURNED(1),
    /// Ended calls that the ring had no room for.
    LOST_AT_EXIT(2),
    /// Calls whose end nobody will see, because too many others are waiting for theirs.
    CALLS_FULL(3),
    /// Ends without a beginning: calls that were under way when the probe was attached.
    UNMATCHED(4),
    /// Calls that began a second time, for Go grew the stack.
    RESTARTED(5),
    /// Calls whose end is not followed.
    NOTED(6),
    /// Calls whose end is not followed and that the ring had no room for.
    LOST_AT_ENTRY(7);

    private final int index;

    Counter(int index) {
        this.index = index;
    }

    int index() {
        return index;
    }
}
