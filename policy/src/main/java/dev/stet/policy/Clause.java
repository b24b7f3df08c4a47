package dev.stet.policy;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.policy.yaml.Quoted;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// One thing that is asked about a process. An absent fact does not match, one that is not known gives
/// [Answer#UNKNOWN].
public sealed interface Clause {
    /// A fact passes a test.
    record On<T>(FactKey<T> key, Test<T> test) implements Clause {}

    /// The process was started so long ago; one of the two is there.
    ///
    /// @param under it is younger than this
    /// @param atLeast it is at least this old
    record Age(Optional<Duration> under, Optional<Duration> atLeast) implements Clause {}

    /// An expression over all facts holds.
    record When(Condition condition) implements Clause {}

    /// The fact that is tested, as answers to "why?" spell it: `exe`.
    default String factName() {
        return switch (this) {
            case On<?>(var key, var _) -> key.name();
            case Age _ -> "age";
            case When _ -> "when";
        };
    }

    /// What is asked: `matches glob /usr/bin/amqproxy*`.
    default String text() {
        return switch (this) {
            case On<?>(var _, var test) -> test.text();
            case Age(var under, var atLeast) ->
                under.map(limit -> "is under " + shown(limit)).orElse("")
                        + (under.isPresent() && atLeast.isPresent() ? " and " : "")
                        + atLeast.map(limit -> "is at least " + shown(limit)).orElse("");
            case When(var condition) -> Quoted.bare(condition.text());
        };
    }

    static String shown(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }

    /// The facts that the answer may depend on.
    default Set<FactKey<?>> facts() {
        return switch (this) {
            case On<?>(var key, var _) -> Set.of(key);
            case Age _ -> Set.of();
            case When(var condition) -> condition.facts();
        };
    }

    /// Does the process match?
    default Answer test(ProcessFacts facts, Moment moment) {
        return switch (this) {
            case On<?> on -> testOn(on, facts);
            case Age(var under, var atLeast) -> {
                Duration age = moment.age(facts.identity());
                yield Answer.of(under.map(limit -> age.compareTo(limit) < 0).orElse(true)
                        && atLeast.map(limit -> age.compareTo(limit) >= 0).orElse(true));
            }
            case When(var condition) -> condition.test(facts, moment);
        };
    }

    /// Does the answer change as the process grows older?
    default boolean asksAge() {
        return switch (this) {
            case On<?> _ -> false;
            case Age _ -> true;
            case When(var condition) -> condition.asksAge();
        };
    }

    /// As [#test], but a clause that asks for the age is not known.
    default Answer testAtAnyAge(ProcessFacts facts, Moment moment) {
        return asksAge() ? Answer.UNKNOWN : test(facts, moment);
    }

    private static <T> Answer testOn(On<T> on, ProcessFacts facts) {
        return switch (facts.get(on.key)) {
            case Fact.Known<T>(var value) -> on.test.test(value);
            case Fact.Absent<T> _ -> Answer.NO;
            case Fact.Unreadable<T> _, Fact.NotRead<T> _ -> Answer.UNKNOWN;
        };
    }
}
