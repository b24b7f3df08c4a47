package dev.stet.agent.guardian;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// How often and how long a program has run in one way, with probes or without, and how it ended.
///
/// @param lives processes, each with what it ran until an exec
/// @param millis for how long, all of them together
/// @param ends how often it ended in each way that is no success: `SIGSEGV`, `exit 3`
public record Exposure(long lives, long millis, SortedMap<String, Integer> ends) {
    public static final Exposure NONE = new Exposure(0, 0, new TreeMap<>());

    /// Ways to end that are told apart; more are not counted.
    private static final int MAX_ENDS = 32;
    /// So many lives, and the older half of what they taught is forgotten: a program's surroundings change.
    private static final long MAX_LIVES = 10_000;

    public Exposure {
        ends = Collections.unmodifiableSortedMap(new TreeMap<>(ends));
    }

    /// Some time more.
    Exposure plus(Duration time) {
        return new Exposure(lives, millis + Math.max(time.toMillis(), 0), ends);
    }

    /// One life more, which has ended.
    ///
    /// @param end in which way; success is not told apart
    Exposure plus(Duration time, String end) {
        SortedMap<String, Integer> more = new TreeMap<>(ends);
        if (!end.isEmpty() && (more.size() < MAX_ENDS || more.containsKey(end))) {
            more.merge(end, 1, Integer::sum);
        }
        Exposure after = new Exposure(lives + 1, millis + Math.max(time.toMillis(), 0), more);
        return after.lives < MAX_LIVES ? after : after.halved();
    }

    private Exposure halved() {
        SortedMap<String, Integer> half = new TreeMap<>();
        for (Map.Entry<String, Integer> end : ends.entrySet()) {
            if (end.getValue() > 1) {
                half.put(end.getKey(), end.getValue() / 2);
            }
        }
        return new Exposure(lives / 2, millis / 2, half);
    }

    /// How often it ended in this way.
    int ended(String end) {
        return ends.getOrDefault(end, 0);
    }

    /// How often a signal for a mistake ended it.
    int crashed() {
        return ends.entrySet().stream()
                .filter(end -> end.getKey().startsWith("SIG"))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }
}
