package dev.stet.policy;

import dev.stet.facts.BuildId;
import dev.stet.facts.FactKey;
import dev.stet.facts.Glob;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.PolicyLint.Code;
import dev.stet.policy.PolicyLint.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What there is to say of the match of one rule.
final class MatchLint {
    /// What a process can change in itself, or be given by whoever starts it.
    private static final Set<FactKey<?>> CHOSEN = Set.of(FactKey.COMM, FactKey.ARGS, FactKey.ENV, FactKey.SCRIPT);
    /// Where Stet's own executable is found.
    private static final List<String> STET =
            List.of("/usr/bin/stet", "/opt/stet/bin/java", "/usr/lib/jvm/java-25-openjdk-amd64/bin/java");
    /// One that no rule is about in particular.
    private static final String ANY_PROGRAM = "/q7f/x2/k9w";

    private final Exemption rule;
    private final Set<String> tiers;
    private final List<Finding> findings;

    private MatchLint(Exemption rule, Policy policy, List<Finding> findings) {
        this.rule = rule;
        tiers = policy.tiers().stream().map(Tier::name).collect(Collectors.toSet());
        this.findings = findings;
    }

    static void check(Exemption rule, Policy policy, List<Finding> findings) {
        MatchLint lint = new MatchLint(rule, policy, findings);
        if (!lint.neverMatches()) {
            lint.unselective();
            lint.until();
        }
    }

    /// The ways to match: the clauses beside `any` with each entry of it.
    private List<List<Clause>> ways() {
        Match match = rule.match();
        return match.any().isEmpty()
                ? List.of(match.all())
                : match.any().stream()
                        .map(entry -> Stream.concat(match.all().stream(), entry.clauses().stream())
                                .toList())
                        .toList();
    }

    private boolean neverMatches() {
        List<List<Clause>> ways = ways();
        List<Optional<String>> why = ways.stream().map(this::contradiction).toList();
        if (why.stream().allMatch(Optional::isPresent)) {
            findings.add(Finding.of(rule, Code.NEVER_MATCHES, why.getFirst().orElseThrow()));
            return true;
        }
        for (int entry = 0; entry < ways.size(); entry++) {
            String prefix = "any[" + entry + "]: ";
            why.get(entry).ifPresent(text -> findings.add(Finding.of(rule, Code.DEAD_ENTRY, prefix + text)));
        }
        return false;
    }

    private Optional<String> contradiction(List<Clause> way) {
        Optional<String> removed = rule.match().not().stream()
                .filter(entry -> way.containsAll(entry.clauses()))
                .map(entry -> "'not' removes all that it matches")
                .findFirst();
        return Stream.concat(
                        removed.stream(),
                        way.stream().flatMap(clause -> Contradiction.in(clause, way, tiers).stream()))
                .findFirst();
    }

    private void unselective() {
        if (matches(ANY_PROGRAM)) {
            String rest = rule.match().not().isEmpty() ? "" : ", but for those that 'not' removes";
            findings.add(Finding.of(rule, Code.MATCHES_EVERYTHING, "every program matches" + rest));
            return;
        }
        for (List<Clause> way : ways()) {
            if (CHOSEN.containsAll(facts(way))) {
                String names = facts(way).stream().map(FactKey::name).sorted().collect(Collectors.joining(" and "));
                findings.add(Finding.of(
                        rule, Code.TARGET_CHOOSES, "it turns on " + names + " alone, which any process can set for itself"));
                break;
            }
        }
        STET.stream()
                .filter(path -> namesPrograms() && matches(path))
                .findFirst()
                .ifPresent(path -> findings.add(Finding.of(
                        rule, Code.MATCHES_STET, "Stet itself may run as " + path + "; it is never probed anyhow")));
    }

    /// Does it name programs, rather than places where many are?
    private boolean namesPrograms() {
        return rule.match()
                .clauses()
                .anyMatch(clause -> clause instanceof Clause.On<?>(var key, var test)
                        && key == FactKey.EXE
                        && (test instanceof Test.Named
                                || (test instanceof Test.Like(var globs)
                                        && globs.stream().noneMatch(glob -> Glob.isPattern(glob.toString())))));
    }

    private static Set<FactKey<?>> facts(List<Clause> way) {
        Set<FactKey<?>> facts = new HashSet<>();
        for (Clause clause : way) {
            // An age is nobody's choice, and no fact of the process either.
            facts.addAll(clause instanceof Clause.Age ? Set.of(FactKey.EXE) : clause.facts());
        }
        return facts;
    }

    /// Does a process match of which nothing is known but its executable?
    private boolean matches(String exe) {
        ProcessFacts facts =
                ProcessFacts.of(new ProcessIdentity(1, 0), 0, false).with(FactKey.EXE, exe);
        Moment moment = new Moment(Instant.EPOCH, Duration.ofDays(1), Duration.ofDays(1));
        Match positive = new Match(rule.match().all(), rule.match().any(), List.of());
        return positive.test(facts, moment).answer() == Answer.YES;
    }

    /// What ends the rule is asked of the same process as the match.
    private void until() {
        if (rule.until().isEmpty() || !(rule.until().get() instanceof Clause.On<?>(var _, var test))) {
            return;
        }
        if (test instanceof Test.HasModule && ways().stream().allMatch(MatchLint::isNotGo)) {
            findings.add(Finding.of(
                    rule, Code.UNTIL_WITHOUT_EFFECT, "only programs in Go have modules, and it matches none of them"));
        }
        if (test instanceof Test.NoneOf<?>(var without)) {
            Set<BuildId> asked = new HashSet<>();
            ways().forEach(way -> asked.addAll(buildIds(way)));
            if (!asked.isEmpty() && ways().stream().noneMatch(way -> buildIds(way).isEmpty())) {
                List<BuildId> left = new ArrayList<>(asked);
                left.retainAll(without);
                if (left.isEmpty() || left.size() == asked.size()) {
                    findings.add(Finding.of(
                            rule,
                            Code.UNTIL_WITHOUT_EFFECT,
                            left.isEmpty()
                                    ? "it ends for every build that it matches"
                                    : "it matches no build for which it would end"));
                }
            }
        }
    }

    private static boolean isNotGo(List<Clause> way) {
        return way.stream()
                .anyMatch(clause -> clause instanceof Clause.On<?>(var key, Test.OneOf<?>(var values))
                        && key == FactKey.LANGUAGE
                        && !values.contains("go"));
    }

    private static Set<BuildId> buildIds(List<Clause> way) {
        Set<BuildId> ids = new HashSet<>();
        for (Clause clause : way) {
            if (clause instanceof Clause.On<?>(var key, Test.OneOf<?>(var values)) && key == FactKey.BUILD_ID) {
                values.forEach(value -> ids.add((BuildId) value));
            }
        }
        return ids;
    }
}
