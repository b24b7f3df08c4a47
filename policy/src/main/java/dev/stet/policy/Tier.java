package dev.stet.policy;

import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/// A class of importance, and the care that its processes are handled with. A process is of the matching tier of
/// the highest rank, or of none.
///
/// @param name unique within the tiers of a policy
/// @param file where it was written
/// @param line of its name, 1-based
/// @param reason why it is there; may be empty
/// @param rank the higher counts
/// @param match which processes; does not ask for the tier itself
/// @param mode what kinds of probes are allowed
/// @param rollout how new probes come to it
/// @param budget how much probes may cost a process of it
/// @param sensitivity of the guardian
public record Tier(
        String name,
        String file,
        int line,
        String reason,
        int rank,
        Match match,
        Mode mode,
        Rollout rollout,
        Budget budget,
        Sensitivity sensitivity) {
    /// The one that counts first, then by name: any total order will do.
    static final Comparator<Tier> ORDER = Comparator.comparingInt(Tier::rank)
            .reversed()
            .thenComparing(Tier::name)
            .thenComparing(Tier::toString);

    /// Kinds of probes, each of which allows less than the one before.
    public enum Mode {
        /// All of them.
        FULL,
        /// None at function exits.
        NO_RETURNS,
        /// Function entries alone: no exits, no static probes, and of arguments no more than numbers.
        ENTRY_ONLY,
        /// None.
        NONE;

        /// What it takes away.
        Set<Aspect> removes() {
            return switch (this) {
                case FULL -> Set.of();
                case NO_RETURNS -> Set.of(Aspect.RETURNS);
                case ENTRY_ONLY -> Set.of(Aspect.RETURNS, Aspect.PAYLOAD, Aspect.USDT);
                case NONE -> Set.of(Aspect.ALL);
            };
        }

        /// As documents spell it: `no-returns`.
        @Override
        public String toString() {
            return spelt(this);
        }
    }

    /// How much it takes until the guardian steps in.
    public enum Sensitivity {
        LOW,
        NORMAL,
        HIGH;

        @Override
        public String toString() {
            return spelt(this);
        }
    }

    /// New probes come to some processes first; if they live on for a while the others have them, too.
    ///
    /// @param first how many processes of one executable at first; 0: all at once
    /// @param watch how long the first are watched
    public record Rollout(int first, Duration watch) {
        /// Everywhere at once.
        public static final Rollout AT_ONCE = new Rollout(0, Duration.ZERO);
    }

    /// The most that probes may cost one process.
    ///
    /// @param cpuPercent of one CPU's time; empty: whatever else is the rule
    /// @param hits of breakpoints in a second; empty: any number
    public record Budget(OptionalDouble cpuPercent, OptionalLong hits) {
        /// As of a process that is of no tier.
        public static final Budget NONE = new Budget(OptionalDouble.empty(), OptionalLong.empty());
    }

    private static String spelt(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
