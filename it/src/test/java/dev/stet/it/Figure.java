package dev.stet.it;

import java.time.Duration;
import java.util.List;

/// Prints what a test has measured, as lines that a person or a script finds in its output: `FIGURE: ...`.
final class Figure {
    private Figure() {}

    static void print(String text) {
        System.out.println("FIGURE: " + text);
    }

    /// In milliseconds.
    static double millis(long nanos) {
        return nanos / 1e6;
    }

    /// In milliseconds.
    static double millis(Duration duration) {
        return millis(duration.toNanos());
    }

    /// The middle one; the upper of two.
    static <T extends Comparable<T>> T median(List<T> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
