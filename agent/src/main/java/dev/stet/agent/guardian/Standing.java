package dev.stet.agent.guardian;

import java.time.Duration;

/// How a program ends in one way with probes and without: any signal for a mistake is one way, each exit status
/// another.
///
/// @param with how often with probes
/// @param probed for how long it ran with them
/// @param chance how likely so many with them are, were probes harmless: then each would be as likely in every hour
/// with
///     them as in every hour without, and the number of those with probes would have the binomial distribution
public record Standing(int without, Duration unprobed, int with, Duration probed, double chance) {
    /// @param end as [Ending#end]; every signal counts as any other
    public static Standing of(Case known, String end) {
        boolean crash = end.isEmpty() || end.startsWith("SIG");
        int without = crash ? known.unprobed().crashed() : known.unprobed().ended(end);
        int with = crash ? known.probed().crashed() : known.probed().ended(end);
        long probed = known.probed().millis();
        double share = (double) probed / Math.max(probed + known.unprobed().millis(), 1);
        return new Standing(
                without,
                Duration.ofMillis(known.unprobed().millis()),
                with,
                Duration.ofMillis(probed),
                Guardian.atLeast(with, with + without, share));
    }

    /// Is what was seen too unlikely for probes to be harmless?
    public boolean isTelling() {
        return with > 0 && chance < Guardian.UNLIKELY;
    }

    /// For a person: `3 times in 2 h without probes, and once in 20 s with them`.
    @Override
    public String toString() {
        return "%s in %s without probes, and %s in %s with them"
                .formatted(times(without), Guardian.time(unprobed), times(with), Guardian.time(probed));
    }

    private static String times(int count) {
        return switch (count) {
            case 0 -> "never";
            case 1 -> "once";
            default -> count + " times";
        };
    }
}
