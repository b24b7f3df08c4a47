package dev.stet.probe;

/// What the programs counted since the start, in calls. Every call that began was reported, is under way, or
/// is in just one of the others.
///
/// @param calls that began
/// @param followed of those, the calls whose end was to be recorded
/// @param returned of those, the calls whose end was recorded
/// @param filtered left out by a `where`
/// @param unknown of the filtered ones, those of which what the filter looks at could not be read
/// @param sampledOut left out by sampling
/// @param rateLimited left out by a rate limit
/// @param lost seen and could not be reported: the ring, or the table of calls under way, was full, or thousands of
///     attachments were closed before the record was read
/// @param abandoned left without a return: an exception, a panic, a longjmp
/// @param unmatched ends of calls that began before the probe was attached
/// @param restarted calls, counted once, that were seen to begin twice, for Go grew the stack
/// @param counted into histograms
/// @param uncounted values that a histogram had no room for, or that could not be read, or that were counted into one
///     that is kept no more
/// @param unfinished followed calls whose end was not seen: under way still, or left by a jump that no probe is on
public record Totals(
        long calls,
        long followed,
        long returned,
        long filtered,
        long unknown,
        long sampledOut,
        long rateLimited,
        long lost,
        long abandoned,
        long unmatched,
        long restarted,
        long counted,
        long uncounted,
        long unfinished) {
    /// Less calls that were counted twice.
    ///
    /// @param twice how many of the calls
    /// @param twiceFollowed how many of those were followed to their end
    public Totals less(long twice, long twiceFollowed) {
        return new Totals(
                calls - twice,
                followed - twiceFollowed,
                returned - twiceFollowed,
                filtered,
                unknown,
                sampledOut,
                rateLimited,
                lost,
                abandoned,
                unmatched,
                restarted,
                counted,
                uncounted,
                unfinished);
    }
}
