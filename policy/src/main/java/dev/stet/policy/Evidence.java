package dev.stet.policy;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.policy.yaml.Quoted;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// One clause that was tried on one process, and the fact's value that answered it. The texts are made when
/// asked for.
///
/// @param fact as it was when the clause was tried
/// @param notRead the facts that the answer turns on and that nobody has looked for
public record Evidence(Clause clause, Fact<?> fact, Answer answer, Set<FactKey<?>> notRead) {
    public Evidence {
        notRead = Set.copyOf(notRead);
    }

    static Evidence of(Clause clause, ProcessFacts facts, Moment moment) {
        Fact<?> fact = switch (clause) {
            case Clause.On<?>(var key, Test.Entries(var wanted)) -> kept(facts.get(key), wanted.keySet());
            case Clause.On<?>(var key, var _) -> facts.get(key);
            case Clause.Age _ -> Fact.of(moment.age(facts.identity()));
            case Clause.When(var condition) ->
                condition
                        .failure(facts, moment)
                        .map(why -> (Fact<?>) Fact.unreadable(why))
                        .orElse(Fact.absent());
        };
        Answer answer = clause.test(facts, moment);
        Set<FactKey<?>> notRead = switch (clause) {
            case Clause.On<?>(var key, var _) -> fact instanceof Fact.NotRead ? Set.of(key) : Set.of();
            case Clause.Age _ -> Set.of();
            case Clause.When(var condition) -> answer == Answer.UNKNOWN ? condition.notRead(facts, moment) : Set.of();
        };
        return new Evidence(clause, fact, answer, notRead);
    }

    /// Verdicts are kept as long as their processes live, and environments have up to a megabyte: of one what was asked
    /// for.
    private static Fact<?> kept(Fact<?> fact, Set<String> wanted) {
        return fact instanceof Fact.Known<?>(Map<?, ?> all)
                ? Fact.of(all.entrySet().stream()
                        .filter(entry -> entry.getKey() instanceof String name && wanted.contains(name))
                        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue)))
                : fact;
    }

    /// The age is another one at every look; that alone makes no other evidence.
    @Override
    public boolean equals(Object other) {
        return other instanceof Evidence that
                && clause.equals(that.clause)
                && answer == that.answer
                && notRead.equals(that.notRead)
                && (clause instanceof Clause.Age || fact.equals(that.fact));
    }

    @Override
    public int hashCode() {
        return Objects.hash(clause, answer, notRead);
    }

    /// `exe`.
    public String factName() {
        return clause.factName();
    }

    /// The fact's value for a person, on one line: `'/usr/bin/amqproxy'`, `is absent`, or why it cannot be
    /// read.
    public String factText() {
        return switch (fact) {
            case Fact.Known<?>(String text) -> Quoted.of(text);
            case Fact.Known<?>(List<?> texts) ->
                Quoted.of(texts.stream().map(Object::toString).toList());
            case Fact.Known<?>(Map<?, ?> texts) -> wantedOf(texts);
            case Fact.Known<?>(Integer number) -> Integer.toUnsignedString(number);
            case Fact.Known<?>(var value) -> Quoted.bare(String.valueOf(value));
            case Fact.Absent<?> _ -> "(absent)";
            case Fact.NotRead<?> _ -> "(not read)";
            case Fact.Unreadable<?>(var why) -> "(cannot be read: " + Quoted.bare(why) + ")";
        };
    }

    /// An environment holds passwords: nothing of it is shown but what the rule names.
    private String wantedOf(Map<?, ?> texts) {
        if (clause instanceof Clause.On<?>(var _, Test.Entries(var wanted))) {
            List<String> shown = wanted.keySet().stream()
                    .filter(texts::containsKey)
                    .map(name -> name + "=" + texts.get(name))
                    .toList();
            return shown.isEmpty() ? "(has none of " + Quoted.of(List.copyOf(wanted.keySet())) + ")" : Quoted.of(shown);
        }
        return "(%d names)".formatted(texts.size());
    }

    /// What was asked of the fact: `matches glob /usr/bin/amqproxy*`.
    public String clauseText() {
        return clause.text();
    }

    /// `exe '/usr/bin/amqproxy' matches glob /usr/bin/amqproxy*`, or the same with `not:` before what was
    /// asked.
    @Override
    public String toString() {
        String asked = switch (answer) {
            case YES -> clauseText();
            case NO -> "not: " + clauseText();
            case UNKNOWN -> "unknown: " + clauseText();
        };
        if (clause instanceof Clause.When) {
            return fact instanceof Fact.Unreadable<?>(var why)
                    ? "when " + asked + " (fails: " + Quoted.bare(why) + ")"
                    : "when " + asked;
        }
        return factName() + " " + factText() + " " + asked;
    }
}
