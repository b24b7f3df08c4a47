package dev.stet.probe;

/// What the programs counted since the start, in calls.
///
/// @param calls that began
/// @param followed of those, the calls whose end was to be recorded
/// @param returned of those, the calls whose end was recorded
/// @param lost calls that were seen and could not be reported: the ring, or the table of calls under way,
///     was full
/// @param unmatched ends of calls that began before the probe was attached
/// @param restarted calls, counted once, that were seen to begin twice, for Go grew the stack
public record Totals(long calls, long followed, long returned, long lost, long unmatched, long restarted) {
    /// Calls whose end was to be recorded and was not seen: under way still, or ended by a panic, an
    /// exception, a longjmp, or with their thread.
    public long unfinished() {
        return Math.max(followed - returned - lost, 0);
    }
}
