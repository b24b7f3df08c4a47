package dev.stet.policy;

import dev.stet.policy.yaml.Quoted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What a test expects of a verdict. What is empty is not compared.
///
/// @param kind of the verdict
/// @param aspects exactly those that are removed
/// @param among a rule that is among those behind the verdict
/// @param rules the names of exactly the rules behind the verdict
/// @param tier the process's
/// @param missingFact one of those that a rule waits for
public record Expectation(
        Kind kind,
        Optional<Set<Aspect>> aspects,
        Optional<String> among,
        Optional<Set<String>> rules,
        Optional<String> tier,
        Optional<String> missingFact) {
    public Expectation {
        aspects = aspects.map(Set::copyOf);
        rules = rules.map(Set::copyOf);
    }

    /// Of verdicts.
    public enum Kind {
        TRACE,
        EXEMPT,
        UNDECIDED;

        static Kind of(Verdict verdict) {
            return switch (verdict) {
                case Verdict.Trace _ -> TRACE;
                case Verdict.Exempt _ -> EXEMPT;
                case Verdict.Undecided _ -> UNDECIDED;
            };
        }

        /// As tests spell it: `exempt`.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// How the verdict differs, each on one line; empty if it does not.
    List<String> differences(Verdict verdict) {
        List<String> differences = new ArrayList<>();
        Kind actual = Kind.of(verdict);
        if (actual != kind) {
            differences.add(difference("verdict", kind, actual + ", " + verdict.explain()));
            return differences;
        }
        aspects.map(Expectation::texts)
                .filter(expected -> !expected.equals(removed(verdict)))
                .ifPresent(expected -> differences.add(difference("aspects", list(expected), list(removed(verdict)))));
        Set<String> by =
                verdict.decisions().stream().map(Decision::rule).collect(Collectors.toCollection(TreeSet::new));
        among.filter(rule -> !by.contains(rule))
                .ifPresent(rule -> differences.add(difference("rule", Quoted.bare(rule), list(by))));
        rules.filter(expected -> !expected.equals(by))
                .ifPresent(expected -> differences.add(difference("rules", list(new TreeSet<>(expected)), list(by))));
        String itsTier = verdict.ofTier().map(Tier::name).orElse("");
        tier.filter(name -> !name.equals(itsTier))
                .ifPresent(name ->
                        differences.add(difference("tier", Quoted.bare(name), itsTier.isEmpty() ? "none" : itsTier)));
        missingFact
                .filter(fact -> !missing(verdict).contains(fact))
                .ifPresent(fact -> differences.add(difference("missingFact", fact, list(missing(verdict)))));
        return differences;
    }

    private static String difference(String what, Object expected, String actual) {
        return what + ": expected " + expected + ", was " + actual;
    }

    private static Set<String> removed(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Exempt(var aspects, var _, var _) -> texts(aspects);
            case Verdict.Trace _, Verdict.Undecided _ -> Set.of();
        };
    }

    private static Set<String> missing(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Undecided(var _, var waiting, var _) ->
                waiting.stream()
                        .flatMap(decision -> decision.evidence().stream())
                        .map(Evidence::factName)
                        .collect(Collectors.toCollection(TreeSet::new));
            case Verdict.Trace _, Verdict.Exempt _ -> Set.of();
        };
    }

    private static Set<String> texts(Set<Aspect> aspects) {
        return aspects.stream().map(Aspect::toString).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String list(Collection<String> texts) {
        return texts.isEmpty() ? "none" : texts.stream().map(Quoted::bare).collect(Collectors.joining(", "));
    }
}
