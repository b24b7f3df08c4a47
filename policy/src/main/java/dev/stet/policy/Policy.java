package dev.stet.policy;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A set of exemptions and tiers, and the one decision function. Immutable; equal if its parts are, in whatever
/// order they came.
public final class Policy {
    /// Exempts nothing.
    public static final Policy EMPTY = of(List.of());

    private final List<Exemption> exemptions;
    private final List<Tier> tiers;
    private final Settings settings;

    private Policy(Stream<Exemption> exemptions, Stream<Tier> tiers, Settings settings) {
        this.exemptions = exemptions.distinct().sorted(Exemption.ORDER).toList();
        this.tiers = tiers.distinct().sorted(Tier.ORDER).toList();
        this.settings = settings;
    }

    /// A policy of these exemptions; their order does not matter.
    public static Policy of(List<Exemption> exemptions) {
        return of(exemptions, List.of(), Settings.DEFAULT);
    }

    /// A policy of these parts; their order does not matter.
    public static Policy of(List<Exemption> exemptions, List<Tier> tiers, Settings settings) {
        return new Policy(exemptions.stream(), tiers.stream(), settings);
    }

    /// The union with one more, such as the guardian's. A name may then be there twice, and both rules count.
    public Policy plus(Exemption exemption) {
        return new Policy(Stream.concat(exemptions.stream(), Stream.of(exemption)), tiers.stream(), settings);
    }

    /// The union.
    public Policy plus(Policy other) {
        return new Policy(
                Stream.concat(exemptions.stream(), other.exemptions.stream()),
                Stream.concat(tiers.stream(), other.tiers.stream()),
                Settings.together(List.of(settings, other.settings)));
    }

    /// By name; expired ones and lifted ones, too.
    public List<Exemption> exemptions() {
        return exemptions;
    }

    /// Those that people wrote, without what comes with Stet; by name.
    public List<Exemption> written() {
        return exemptions.stream().filter(rule -> !rule.isBuiltIn()).toList();
    }

    /// Those that count first come first.
    public List<Tier> tiers() {
        return tiers;
    }

    public Settings settings() {
        return settings;
    }

    /// Does the policy's settings keep a rule that comes with Stet from having any effect?
    public boolean isLifted(Exemption rule) {
        return rule.isBuiltIn()
                && (settings.lifted().contains(rule.name())
                        || (!settings.selfExemption() && rule.name().startsWith("stet-self-exemption")));
    }

    /// Decides about a process: the union of the rules, whose order never matters. A rule that certainly
    /// exempts all of it decides. Failing that, a rule that might, but for a fact that is not known,
    /// leaves it undecided; so does one for an aspect, if no other exempts that for certain.
    ///
    /// @param read but for the tier, which is worked out here
    public Verdict decide(ProcessFacts read, Moment moment) {
        Sorting sorting = new Sorting();
        Optional<Tier> tier = tier(read, moment, sorting);
        ProcessFacts facts = withTier(read, tier, sorting);
        for (Exemption rule : exemptions) {
            if (rule.isInForce(moment.now()) && !isLifted(rule)) {
                Match.Outcome outcome = test(rule, facts, moment);
                sorting.add(outcome.answer(), Decision.of(rule, outcome));
            }
        }
        return sorting.verdict(tier);
    }

    /// The rule's match, its `until` and what it says of facts that are not known.
    private static Match.Outcome test(Exemption rule, ProcessFacts facts, Moment moment) {
        Match.Outcome outcome = rule.test(facts, moment);
        if (outcome.answer() == Answer.UNKNOWN && rule.unknown().isOver(moment)) {
            return new Match.Outcome(Answer.of(rule.unknown().then()), outcome.evidence(), false);
        }
        return outcome;
    }

    private Optional<Tier> tier(ProcessFacts facts, Moment moment, Sorting sorting) {
        for (Tier tier : tiers) {
            Match.Outcome outcome = tier.match().test(facts, moment);
            switch (outcome.answer()) {
                case YES -> {
                    if (tier.mode() != Tier.Mode.FULL) {
                        sorting.add(Answer.YES, Decision.of(tier, outcome));
                    }
                    return Optional.of(tier);
                }
                case UNKNOWN -> {
                    sorting.waitForTier(Decision.of(tier, outcome));
                    return Optional.empty();
                }
                case NO -> {}
            }
        }
        return Optional.empty();
    }

    private static ProcessFacts withTier(ProcessFacts facts, Optional<Tier> tier, Sorting sorting) {
        Fact<String> fact = tier.map(it -> Fact.of(it.name()))
                .orElse(
                        sorting.waitsForTier()
                                ? Fact.unreadable("a fact that it turns on is not known")
                                : Fact.absent());
        return facts.with(FactKey.TIER, fact);
    }

    /// Decisions by what they mean for the verdict.
    private static final class Sorting {
        private final List<Decision> all = new ArrayList<>();
        private final List<Decision> partly = new ArrayList<>();
        private final Set<Aspect> parts = new HashSet<>();
        private final List<Decision> waitingForAll = new ArrayList<>();
        private final List<Decision> waitingForParts = new ArrayList<>();
        private boolean tierWaits;

        void add(Answer answer, Decision decision) {
            boolean forAll = decision.aspects().contains(Aspect.ALL);
            switch (answer) {
                case YES -> {
                    (forAll ? all : partly).add(decision);
                    parts.addAll(decision.aspects());
                }
                case UNKNOWN -> (forAll ? waitingForAll : waitingForParts).add(decision);
                case NO -> {}
            }
        }

        /// Of which tier it is decides how it is handled, whatever the tier removes.
        void waitForTier(Decision decision) {
            waitingForAll.add(decision);
            tierWaits = true;
        }

        boolean waitsForTier() {
            return tierWaits;
        }

        Verdict verdict(Optional<Tier> tier) {
            if (!all.isEmpty()) {
                return new Verdict.Exempt(Set.of(Aspect.ALL), concat(all, partly), tier);
            }
            waitingForParts.removeIf(decision -> parts.containsAll(decision.aspects()));
            List<Decision> waiting = concat(waitingForAll, waitingForParts);
            if (!waiting.isEmpty()) {
                return undecided(waiting);
            }
            return partly.isEmpty() ? new Verdict.Trace(tier) : new Verdict.Exempt(parts, partly, tier);
        }

        private static Verdict undecided(List<Decision> waiting) {
            Set<FactKey<?>> notRead = new LinkedHashSet<>();
            for (Decision decision : waiting) {
                decision.evidence().forEach(evidence -> notRead.addAll(evidence.notRead()));
            }
            String fact = waiting.getFirst().evidence().getFirst().factName();
            return new Verdict.Undecided(fact, waiting, notRead);
        }

        private static List<Decision> concat(List<Decision> first, List<Decision> second) {
            return Stream.concat(first.stream(), second.stream()).toList();
        }
    }

    /// What every rule says of a process, clause by clause. For a person who asks; the verdict is that of
    /// [#decide].
    public Tree.Whole explain(ProcessFacts read, Moment moment) {
        Verdict verdict = decide(read, moment);
        Optional<Tier> tier = verdict.ofTier();
        ProcessFacts facts =
                read.with(FactKey.TIER, tier.map(it -> Fact.of(it.name())).orElse(Fact.absent()));
        List<Tree.Rule> rules = exemptions.stream()
                .map(rule -> rule(rule, facts, moment))
                .sorted(Comparator.comparing(Tree.Rule::state))
                .toList();
        return new Tree.Whole(verdict, tier.map(it -> Tree.of(it.match(), Optional.empty(), facts, moment)), rules);
    }

    private Tree.Rule rule(Exemption rule, ProcessFacts facts, Moment moment) {
        Tree tree = Tree.of(rule.match(), rule.until(), facts, moment);
        Tree.State state = switch (test(rule, facts, moment).answer()) {
            case NO -> Tree.State.MISSES;
            case UNKNOWN -> Tree.State.UNKNOWN;
            case YES -> Tree.State.APPLIES;
        };
        if (state != Tree.State.MISSES) {
            state = isLifted(rule) ? Tree.State.LIFTED : rule.isInForce(moment.now()) ? state : Tree.State.EXPIRED;
        }
        return new Tree.Rule(rule, state, tree);
    }

    /// The earliest expiry after `now`: verdicts can change then. Empty if no rule in effect ever ends.
    public Optional<Instant> nextChange(Instant now) {
        return exemptions.stream()
                .filter(rule -> rule.onExpiry() == Exemption.OnExpiry.PROBE)
                .flatMap(rule -> rule.expires().stream())
                .filter(now::isBefore)
                .min(Instant::compareTo);
    }

    /// In how long the verdict about a process can change by nothing but its age: a rule asks for that, or will
    /// wait no longer for a fact. Empty if never.
    public Optional<Duration> nextChange(ProcessFacts facts, Moment moment) {
        Duration age = moment.age(facts.identity());
        Stream<Duration> ages = Stream.concat(
                        exemptions.stream().map(Exemption::match),
                        tiers.stream().map(Tier::match))
                .flatMap(Match::clauses)
                .flatMap(clause -> clause instanceof Clause.Age(var under, var atLeast)
                        ? Stream.concat(under.stream(), atLeast.stream())
                        : Stream.empty())
                .map(limit -> limit.minus(age));
        Stream<Duration> deadlines = exemptions.stream()
                .flatMap(rule -> rule.unknown().deadline().stream())
                .map(limit -> limit.minus(moment.known()));
        return Stream.concat(ages, deadlines).filter(Duration::isPositive).min(Duration::compareTo);
    }

    /// The exemptions that have no effect any more, by name: to be told about, and removed by their owners.
    public List<Exemption> expired(Instant now) {
        return exemptions.stream().filter(rule -> rule.isExpired(now)).toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Policy that
                && that.exemptions.equals(exemptions)
                && that.tiers.equals(tiers)
                && that.settings.equals(settings);
    }

    @Override
    public int hashCode() {
        return Objects.hash(exemptions, tiers, settings);
    }

    /// How much there is of it.
    @Override
    public String toString() {
        return exemptions.size() + " exemptions, " + tiers.size() + " tiers";
    }
}
