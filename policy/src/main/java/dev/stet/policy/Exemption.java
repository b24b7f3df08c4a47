package dev.stet.policy;

import dev.stet.facts.ProcessFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A rule that lets processes stand.
///
/// @param name unique within the files of a policy
/// @param file where it was written, or what made it: `policy.d/fibers.yaml`, `built-in`, `guardian`
/// @param line of its name, 1-based; 0 if no file has it
/// @param reason why, for whoever finds it in a year
/// @param owner who answers for it
/// @param ticket where it is discussed
/// @param expires the first moment at which it has no effect; empty if it never ends
/// @param onExpiry what then comes
/// @param until ends it for a process of which this holds: the fix is in; empty if nothing does
/// @param unknown what becomes of a process while it is not known whether the rule matches
/// @param exempt what it removes; never empty
/// @param match which processes
public record Exemption(
        String name,
        String file,
        int line,
        String reason,
        String owner,
        Optional<String> ticket,
        Optional<Instant> expires,
        OnExpiry onExpiry,
        Optional<Clause> until,
        Unknown unknown,
        Set<Aspect> exempt,
        Match match) {
    /// Of exemptions that come with Stet: what stands in place of a file's name.
    public static final String BUILT_IN = "built-in";

    /// By name, then by place: any total order will do, so that verdicts do not depend on the order of files.
    static final Comparator<Exemption> ORDER = Comparator.comparing(Exemption::name)
            .thenComparing(Exemption::file)
            .thenComparingInt(Exemption::line)
            .thenComparing(Exemption::toString);

    /// What comes when an exemption expires.
    public enum OnExpiry {
        /// The processes are probed again.
        PROBE,
        /// It stays in force, and is warned of until somebody ends it.
        KEEP
    }

    /// What becomes of a process as long as a fact that the rule needs is not known.
    ///
    /// @param deadline after so long it is decided without; empty: never
    /// @param then what is decided then: does the rule count as one that matches?
    public record Unknown(Optional<Duration> deadline, boolean then) {
        /// It is left alone until the fact is known.
        public static final Unknown WAIT = new Unknown(Optional.empty(), true);

        /// Is the time over?
        boolean isOver(Moment moment) {
            return deadline.isPresent() && moment.known().compareTo(deadline.get()) >= 0;
        }
    }

    /// @throws IllegalArgumentException if it exempts nothing
    public Exemption {
        if (exempt.isEmpty()) {
            throw new IllegalArgumentException("an exemption exempts something");
        }
        exempt = exempt.contains(Aspect.ALL) ? Set.of(Aspect.ALL) : Set.copyOf(exempt);
    }

    /// Is its time over? From the very moment of `expires` on.
    public boolean isExpired(Instant now) {
        return expires.isPresent() && !now.isBefore(expires.get());
    }

    /// Has it an effect?
    public boolean isInForce(Instant now) {
        return onExpiry == OnExpiry.KEEP || !isExpired(now);
    }

    public boolean isBuiltIn() {
        return file.equals(BUILT_IN);
    }

    /// Could it match this process, at this moment or ever? Makes no objects.
    Answer answerAtAnyAge(ProcessFacts facts, Moment moment) {
        Answer answer = match.answerAtAnyAge(facts, moment);
        return answer == Answer.NO || until.isEmpty()
                ? answer
                : answer.and(until.get().testAtAnyAge(facts, moment).negated());
    }

    /// Does anything but facts change what it says of a process: its age, or how long a fact has been waited for?
    boolean changesByItself() {
        return unknown.deadline().isPresent()
                || match.asksAge()
                || until.map(Clause::asksAge).orElse(false);
    }

    /// Is the process one of those? Not if what ends the rule holds for it.
    Match.Outcome test(ProcessFacts facts, Moment moment) {
        Match.Outcome outcome = match.test(facts, moment);
        if (until.isEmpty() || outcome.answer() == Answer.NO) {
            return outcome;
        }
        Evidence over = Evidence.of(until.get(), facts, moment);
        return switch (over.answer()) {
            case YES -> new Match.Outcome(Answer.NO, List.of(over), true);
            case UNKNOWN -> new Match.Outcome(Answer.UNKNOWN, unknown(outcome, over), false);
            case NO -> outcome;
        };
    }

    /// What ends the rule is asked for, and whatever else is missing: it may be that the rule misses in any case.
    private static List<Evidence> unknown(Match.Outcome outcome, Evidence over) {
        return outcome.answer() == Answer.UNKNOWN
                ? Stream.concat(outcome.evidence().stream(), Stream.of(over)).toList()
                : List.of(over);
    }
}
