package dev.stet.probe;

import dev.stet.probe.compile.Counter;
import java.util.Map;

/// Makes [Totals] of what the programs counted.
final class Tally {
    private Tally() {}

    /// What only this process knows of.
    ///
    /// @param swept calls that were found to be left, beside those that the programs found
    /// @param late calls whose record came when nobody knew any more what it was of
    /// @param forgotten values of histograms that are kept no more
    record Here(long swept, long late, long forgotten) {}

    static Totals of(Map<Counter, Long> counts, Here here) {
        long swept = here.swept;
        long full = counts.get(Counter.CALLS_FULL);
        long followed = counts.get(Counter.ENTERED) + full;
        long filteredEarly = counts.get(Counter.FILTERED_AT_ENTRY);
        long sampledOut = counts.get(Counter.SAMPLED_OUT);
        long rateLimited = counts.get(Counter.RATE_LIMITED);
        long leftOut = filteredEarly + sampledOut + rateLimited;
        return new Totals(
                followed + counts.get(Counter.NOTED) + leftOut,
                followed,
                counts.get(Counter.RETURNED),
                filteredEarly + counts.get(Counter.FILTERED_AT_EXIT),
                counts.get(Counter.FILTER_FAILED),
                sampledOut,
                rateLimited,
                counts.get(Counter.LOST_AT_EXIT) + counts.get(Counter.LOST_AT_ENTRY) + full + here.late,
                counts.get(Counter.ABANDONED) + swept,
                // A call that was left out at its entry has an end all the same, if ends are looked at.
                followed == 0 ? 0 : Math.max(counts.get(Counter.UNMATCHED) - leftOut, 0),
                counts.get(Counter.RESTARTED),
                counts.get(Counter.COUNTED) + counts.get(Counter.COUNTED_AT_ENTRY),
                counts.get(Counter.UNCOUNTED) + here.forgotten,
                Math.max(
                        counts.get(Counter.ENTERED)
                                - counts.get(Counter.RETURNED)
                                - counts.get(Counter.FILTERED_AT_EXIT)
                                - counts.get(Counter.LOST_AT_EXIT)
                                - counts.get(Counter.ABANDONED)
                                - swept
                                - counts.get(Counter.COUNTED)
                                - counts.get(Counter.UNCOUNTED),
                        0));
    }
}
