package dev.stet.policy;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A policy made ready to decide fast. Rules that could match are found by an index; of one that misses after all
/// nothing is kept.
final class Engine {
    private static final Verdict.Trace TRACE = new Verdict.Trace(Optional.empty());
    private static final Fact<String> UNKNOWN_TIER = Fact.unreadable("a fact that it turns on is not known");

    private final List<Exemption> rules;
    private final List<Tier> tiers;
    private final List<Verdict.Trace> traces;
    private final List<Fact<String>> tierNames;
    private final RuleIndex ruleIndex;
    private final RuleIndex tierIndex;
    private final boolean asksTier;
    private final List<Exemption> changing;
    private final boolean tierChanges;

    private Engine(Policy policy, RuleIndex ruleIndex, RuleIndex tierIndex) {
        this.rules = policy.exemptions();
        this.tiers = policy.tiers();
        this.traces = tiers.stream()
                .map(tier -> new Verdict.Trace(Optional.of(tier)))
                .toList();
        this.tierNames = tiers.stream().map(tier -> Fact.of(tier.name())).toList();
        this.ruleIndex = ruleIndex;
        this.tierIndex = tierIndex;
        this.asksTier = rules.stream().anyMatch(Engine::asksTier);
        this.changing = rules.stream()
                .filter(rule -> rule.changesByItself() && !policy.isLifted(rule))
                .toList();
        this.tierChanges = tiers.stream().anyMatch(tier -> tier.match().asksAge());
    }

    static Engine of(Policy policy) {
        List<Exemption> rules = policy.exemptions();
        RuleIndex ofRules = RuleIndex.of(
                rules.stream().map(Exemption::match).toList(), number -> !policy.isLifted(rules.get(number)));
        RuleIndex ofTiers =
                RuleIndex.of(policy.tiers().stream().map(Tier::match).toList(), _ -> true);
        return new Engine(policy, ofRules, ofTiers);
    }

    /// One that tries every rule on every process: to compare with.
    static Engine withoutIndex(Policy policy) {
        List<Exemption> rules = policy.exemptions();
        RuleIndex ofRules = RuleIndex.ofAll(IntStream.range(0, rules.size())
                .filter(number -> !policy.isLifted(rules.get(number)))
                .toArray());
        int[] everyTier = IntStream.range(0, policy.tiers().size()).toArray();
        return new Engine(policy, ofRules, RuleIndex.ofAll(everyTier));
    }

    private static boolean asksTier(Exemption rule) {
        return Stream.concat(rule.match().clauses(), rule.until().stream())
                .anyMatch(clause -> clause.facts().contains(FactKey.TIER));
    }

    Verdict decide(ProcessFacts read, Moment moment) {
        int tier = tierNumber(read, moment);
        Sorting sorting = null;
        if (tier >= 0 && (!isSettled(tier, read, moment) || tiers.get(tier).mode() != Tier.Mode.FULL)) {
            sorting = new Sorting();
            sortTier(tier, read, moment, sorting);
        }
        boolean settled = tier < 0 || isSettled(tier, read, moment);
        ProcessFacts facts = asksTier ? read.with(FactKey.TIER, tierFact(tier, settled)) : read;
        Candidates candidates = ruleIndex.candidates(facts);
        for (int number = candidates.next(); number >= 0; number = candidates.next()) {
            Exemption rule = rules.get(number);
            if (rule.match().answer(facts, moment) != Answer.NO && rule.isInForce(moment.now())) {
                sorting = sorting == null ? new Sorting() : sorting;
                Match.Outcome outcome = test(rule, facts, moment);
                sorting.add(outcome.answer(), Decision.of(rule, outcome));
            }
        }
        Verdict.Trace trace = tier >= 0 && settled ? traces.get(tier) : TRACE;
        return sorting == null ? trace : sorting.verdict(trace);
    }

    /// Of the first tier that matches or might; -1 if none does.
    private int tierNumber(ProcessFacts facts, Moment moment) {
        if (tiers.isEmpty()) {
            return -1;
        }
        Candidates candidates = tierIndex.candidates(facts);
        for (int number = candidates.next(); number >= 0; number = candidates.next()) {
            if (tiers.get(number).match().answer(facts, moment) != Answer.NO) {
                return number;
            }
        }
        return -1;
    }

    private boolean isSettled(int tier, ProcessFacts facts, Moment moment) {
        return tiers.get(tier).match().answer(facts, moment) == Answer.YES;
    }

    private void sortTier(int number, ProcessFacts facts, Moment moment, Sorting sorting) {
        Tier tier = tiers.get(number);
        Match.Outcome outcome = tier.match().test(facts, moment);
        switch (outcome.answer()) {
            case YES -> sorting.add(Answer.YES, Decision.of(tier, outcome));
            case UNKNOWN -> sorting.waitForTier(Decision.of(tier, outcome));
            case NO -> {}
        }
    }

    private Fact<String> tierFact(int tier, boolean settled) {
        return tier < 0 ? Fact.absent() : settled ? tierNames.get(tier) : UNKNOWN_TIER;
    }

    /// Its tier; empty if it has none or that is not known.
    Optional<Tier> tier(ProcessFacts facts, Moment moment) {
        int tier = tierNumber(facts, moment);
        return tier >= 0 && isSettled(tier, facts, moment) ? Optional.of(tiers.get(tier)) : Optional.empty();
    }

    ProcessFacts withTier(ProcessFacts facts, Moment moment) {
        int tier = tierNumber(facts, moment);
        return facts.with(FactKey.TIER, tierFact(tier, tier >= 0 && isSettled(tier, facts, moment)));
    }

    /// The rule's match, its `until` and what it says of facts that are not known.
    static Match.Outcome test(Exemption rule, ProcessFacts facts, Moment moment) {
        Match.Outcome outcome = rule.test(facts, moment);
        if (outcome.answer() == Answer.UNKNOWN && rule.unknown().isOver(moment)) {
            return new Match.Outcome(Answer.of(rule.unknown().then()), outcome.evidence(), false);
        }
        return outcome;
    }

    Optional<Duration> nextChange(ProcessFacts read, Moment moment) {
        if (changing.isEmpty() && !tierChanges) {
            return Optional.empty();
        }
        Duration age = moment.age(read.identity());
        List<Duration> limits = new ArrayList<>();
        if (tierChanges) {
            tiers.forEach(tier -> ages(tier.match().clauses(), age, limits));
        }
        ProcessFacts facts = tierChanges ? read.with(FactKey.TIER, UNKNOWN_TIER) : withTier(read, moment);
        for (Exemption rule : changing) {
            Answer answer = rule.answerAtAnyAge(facts, moment);
            if (answer != Answer.NO) {
                ages(Stream.concat(rule.match().clauses(), rule.until().stream()), age, limits);
            }
            if (answer == Answer.UNKNOWN) {
                rule.unknown().deadline().ifPresent(limit -> limits.add(limit.minus(moment.known())));
            }
        }
        return limits.stream().filter(Duration::isPositive).min(Duration::compareTo);
    }

    /// In how long clauses may answer differently because the process is older then.
    private static void ages(Stream<Clause> clauses, Duration age, List<Duration> limits) {
        clauses.filter(Clause::asksAge).forEach(clause -> {
            switch (clause) {
                case Clause.On<?> _ -> {}
                case Clause.Age(var under, var atLeast) -> {
                    under.ifPresent(limit -> limits.add(limit.minus(age)));
                    atLeast.ifPresent(limit -> limits.add(limit.minus(age)));
                }
                case Clause.When _ -> limits.add(Duration.ofSeconds(age.toSeconds() + 1).minus(age));
            }
        });
    }
}
