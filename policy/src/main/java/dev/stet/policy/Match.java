package dev.stet.policy;

import dev.stet.facts.ProcessFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Which processes an exemption is about: those that match every clause of `all` and, if there are any, at
/// least one entry of `any`, and no entry of `not`.
///
/// @param all clauses, ANDed
/// @param any entries, ORed; empty means that `all` is enough
/// @param not entries, ORed; a process that matches one is not exempt by this rule
public record Match(List<Clause> all, List<Entry> any, List<Entry> not) {
    /// @throws IllegalArgumentException if it asks for nothing: such a rule would silently exempt every
    ///     process
    public Match {
        all = List.copyOf(all);
        any = List.copyOf(any);
        not = List.copyOf(not);
        if (all.isEmpty() && any.isEmpty()) {
            throw new IllegalArgumentException("a match needs a clause; exe: {glob: \"/**\"} is every program");
        }
    }

    /// A match of clauses that are ANDed.
    public static Match of(Clause... clauses) {
        return new Match(List.of(clauses), List.of(), List.of());
    }

    /// Clauses that are ANDed.
    ///
    /// @param clauses at least one
    public record Entry(List<Clause> clauses) {
        public Entry {
            clauses = List.copyOf(clauses);
            if (clauses.isEmpty()) {
                throw new IllegalArgumentException("an entry needs a clause");
            }
        }

        Outcome test(ProcessFacts facts, Moment moment) {
            return every(clauses, facts, moment);
        }
    }

    /// An answer with what gave it.
    ///
    /// @param evidence on yes, each clause that had to hold; else the clauses that decided
    /// @param removed the answer is no because an entry of `not` matched, which is the evidence
    record Outcome(Answer answer, List<Evidence> evidence, boolean removed) {
        Outcome {
            evidence = List.copyOf(evidence);
        }
    }

    /// Does the process match? The answer does not depend on the order of clauses or entries.
    Outcome test(ProcessFacts facts, Moment moment) {
        Outcome required = every(all, facts, moment);
        if (required.answer() == Answer.NO) {
            return required;
        }
        Outcome alternative = any.isEmpty() ? new Outcome(Answer.YES, List.of(), false) : anyOf(any, facts, moment);
        if (alternative.answer() == Answer.NO) {
            return alternative;
        }
        Outcome excluded = anyOf(not, facts, moment);
        if (excluded.answer() == Answer.YES) {
            return new Outcome(Answer.NO, excluded.evidence(), true);
        }
        List<Evidence> unknown = new ArrayList<>();
        for (Outcome part : List.of(required, alternative, excluded)) {
            if (part.answer() == Answer.UNKNOWN) {
                unknown.addAll(part.evidence());
            }
        }
        if (!unknown.isEmpty()) {
            return new Outcome(Answer.UNKNOWN, unknown, false);
        }
        List<Evidence> matched = new ArrayList<>(required.evidence());
        matched.addAll(alternative.evidence());
        return new Outcome(Answer.YES, matched, false);
    }

    /// All the clauses; no beats unknown.
    private static Outcome every(List<Clause> clauses, ProcessFacts facts, Moment moment) {
        List<Evidence> tried = new ArrayList<>(clauses.size());
        for (Clause clause : clauses) {
            Evidence evidence = Evidence.of(clause, facts, moment);
            if (evidence.answer() == Answer.NO) {
                return new Outcome(Answer.NO, List.of(evidence), false);
            }
            tried.add(evidence);
        }
        List<Evidence> unknown = tried.stream()
                .filter(evidence -> evidence.answer() == Answer.UNKNOWN)
                .toList();
        return unknown.isEmpty() ? new Outcome(Answer.YES, tried, false) : new Outcome(Answer.UNKNOWN, unknown, false);
    }

    /// One of the entries; yes beats unknown.
    private static Outcome anyOf(List<Entry> entries, ProcessFacts facts, Moment moment) {
        List<Evidence> unknown = new ArrayList<>();
        List<Evidence> missed = new ArrayList<>();
        for (Entry entry : entries) {
            Outcome outcome = entry.test(facts, moment);
            switch (outcome.answer()) {
                case YES -> {
                    return outcome;
                }
                case UNKNOWN -> unknown.addAll(outcome.evidence());
                case NO -> missed.addAll(outcome.evidence());
            }
        }
        return unknown.isEmpty() ? new Outcome(Answer.NO, missed, false) : new Outcome(Answer.UNKNOWN, unknown, false);
    }

    /// As the answer of [#test], but without what gave it: makes no objects.
    Answer answer(ProcessFacts facts, Moment moment) {
        return answer(facts, moment, false);
    }

    /// As [#answer], but of clauses that ask for the age nothing is known: no says that age changes nothing.
    Answer answerAtAnyAge(ProcessFacts facts, Moment moment) {
        return answer(facts, moment, true);
    }

    private Answer answer(ProcessFacts facts, Moment moment, boolean anyAge) {
        Answer required = every(all, facts, moment, anyAge);
        if (required == Answer.NO) {
            return Answer.NO;
        }
        Answer alternative = any.isEmpty() ? Answer.YES : anyOf(any, facts, moment, anyAge);
        if (alternative == Answer.NO) {
            return Answer.NO;
        }
        return required.and(alternative).and(anyOf(not, facts, moment, anyAge).negated());
    }

    private static Answer every(List<Clause> clauses, ProcessFacts facts, Moment moment, boolean anyAge) {
        Answer answer = Answer.YES;
        for (int i = 0; i < clauses.size() && answer != Answer.NO; i++) {
            Clause clause = clauses.get(i);
            answer = answer.and(anyAge ? clause.testAtAnyAge(facts, moment) : clause.test(facts, moment));
        }
        return answer;
    }

    private static Answer anyOf(List<Entry> entries, ProcessFacts facts, Moment moment, boolean anyAge) {
        Answer answer = Answer.NO;
        for (int i = 0; i < entries.size() && answer != Answer.YES; i++) {
            answer = answer.or(every(entries.get(i).clauses(), facts, moment, anyAge));
        }
        return answer;
    }

    boolean asksAge() {
        return clauses().anyMatch(Clause::asksAge);
    }

    /// Every clause in it.
    Stream<Clause> clauses() {
        return Stream.concat(
                all.stream(), Stream.of(any, not).flatMap(List::stream).flatMap(entry -> entry.clauses().stream()));
    }
}
