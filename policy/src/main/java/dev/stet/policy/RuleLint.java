package dev.stet.policy;

import dev.stet.policy.PolicyLint.Code;
import dev.stet.policy.PolicyLint.Finding;
import dev.stet.policy.yaml.Quoted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What there is to say of one rule because of another.
final class RuleLint {
    /// Of more rules with the same clause each is compared with so many: a person wrote no more of them.
    private static final int MAX_COMPARED = 200;

    /// What makes two rules the same.
    private record Meaning(Set<Clause> all, Set<Set<Clause>> any, Set<Set<Clause>> not, Set<Aspect> exempt) {
        static Meaning of(Exemption rule) {
            return new Meaning(
                    new HashSet<>(rule.match().all()),
                    sets(rule.match().any()),
                    sets(rule.match().not()),
                    rule.exempt());
        }

        private static Set<Set<Clause>> sets(List<Match.Entry> entries) {
            return entries.stream().map(entry -> (Set<Clause>) new HashSet<>(entry.clauses())).collect(Collectors.toSet());
        }
    }

    private RuleLint() {}

    /// @param rules by name
    static void check(List<Exemption> rules, List<Finding> findings) {
        Map<Meaning, Exemption> first = new HashMap<>();
        Set<Exemption> duplicates = new HashSet<>();
        for (Exemption rule : rules) {
            Exemption same = first.putIfAbsent(Meaning.of(rule), rule);
            if (same != null) {
                duplicates.add(rule);
                findings.add(Finding.of(
                        rule, Code.DUPLICATE, "it exempts the same of the same processes as " + place(same)));
            }
        }
        rules.stream().collect(Collectors.groupingBy(Exemption::file)).values().forEach(ofFile -> {
            Map<Clause, List<Exemption>> wide = byRarestClause(ofFile);
            ofFile.stream()
                    .filter(rule -> !duplicates.contains(rule))
                    .forEach(rule -> subsumed(rule, wide, findings));
        });
    }

    /// A rule can cover those only that have all its clauses, the one that few have among them.
    private static Map<Clause, List<Exemption>> byRarestClause(List<Exemption> rules) {
        Map<Clause, Integer> count = new HashMap<>();
        rules.forEach(rule -> rule.match().all().forEach(clause -> count.merge(clause, 1, Integer::sum)));
        Map<Clause, List<Exemption>> wide = new HashMap<>();
        for (Exemption rule : rules) {
            rule.match().all().stream()
                    .min(Comparator.comparing(count::get))
                    .ifPresent(clause -> wide.computeIfAbsent(clause, _ -> new ArrayList<>()).add(rule));
        }
        return wide;
    }

    private static void subsumed(Exemption rule, Map<Clause, List<Exemption>> wide, List<Finding> findings) {
        rule.match().all().stream()
                .flatMap(clause -> wide.getOrDefault(clause, List.of()).stream().limit(MAX_COMPARED))
                .filter(other -> !other.equals(rule) && covers(other, rule))
                .findFirst()
                .ifPresent(other -> findings.add(Finding.of(
                        rule, Code.SUBSUMED, "all that it exempts is exempt by " + place(other) + " as well")));
    }

    private static boolean covers(Exemption wide, Exemption narrow) {
        boolean aspects = wide.exempt().contains(Aspect.ALL) || wide.exempt().containsAll(narrow.exempt());
        boolean lasts = wide.until().isEmpty() && !end(wide).isBefore(end(narrow));
        return aspects
                && lasts
                && wide.match().any().isEmpty()
                && wide.match().not().isEmpty()
                && narrow.match().all().containsAll(wide.match().all())
                && !Meaning.of(wide).equals(Meaning.of(narrow));
    }

    private static Instant end(Exemption rule) {
        return rule.onExpiry() == Exemption.OnExpiry.KEEP ? Instant.MAX : rule.expires().orElse(Instant.MAX);
    }

    private static String place(Exemption rule) {
        return rule.name() + " (" + Quoted.bare(rule.file()) + ":" + rule.line() + ")";
    }
}
