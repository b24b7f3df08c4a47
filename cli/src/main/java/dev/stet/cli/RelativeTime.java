package dev.stet.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Points in time as people say them: `in 3 days`, `2 h ago`.
final class RelativeTime {
    private RelativeTime() {}

    /// `never` if there is none.
    static String of(Optional<Instant> when, Instant now) {
        return when.map(moment -> of(moment, now)).orElse("never");
    }

    static String of(Instant when, Instant now) {
        Duration left = Duration.between(now, when);
        return left.isNegative() ? length(left.negated()) + " ago" : "in " + length(left);
    }

    private static String length(Duration length) {
        if (length.toDays() >= 2) {
            return length.toDays() + " days";
        }
        if (length.toHours() >= 2) {
            return length.toHours() + " h";
        }
        return length.toMinutes() >= 2 ? length.toMinutes() + " min" : length.toSeconds() + " s";
    }
}
