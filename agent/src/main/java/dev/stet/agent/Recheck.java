package dev.stet.agent;

import java.time.Duration;

/// When to look again at a process that could not be decided about. Soon at first, for most facts arrive within a
/// moment; then ever later, and the later the more such processes there are, so that thousands cost no more than a
/// few.
final class Recheck {
    static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(5);
    /// Looks a second at all of them together, about a percent of a processor.
    private static final int PER_SECOND = 100;

    private Recheck() {}

    /// @param looks how often it was looked at in vain, 1 or more
    /// @param undecided how many such processes there are
    static Duration after(int looks, int undecided) {
        Duration grown = FIRST.multipliedBy(1L << Math.min(Math.max(looks - 1, 0), 5));
        Duration bounded = grown.compareTo(LONGEST) > 0 ? LONGEST : grown;
        Duration fair = Duration.ofMillis(undecided * 1000L / PER_SECOND);
        return looks > 2 && fair.compareTo(bounded) > 0 ? fair : bounded;
    }
}
