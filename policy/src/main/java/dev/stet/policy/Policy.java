package dev.stet.policy;

import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// A set of exemptions and tiers, and the one decision function. Immutable; equal if its parts are, in whatever
/// order they came.
public final class Policy {
    /// Exempts nothing.
    public static final Policy EMPTY = of(List.of());

    private final List<Exemption> exemptions;
    private final List<Tier> tiers;
    private final Settings settings;
    private final Engine engine;

    private Policy(Stream<Exemption> exemptions, Stream<Tier> tiers, Settings settings) {
        this.exemptions = exemptions.distinct().sorted(Exemption.ORDER).toList();
        this.tiers = tiers.distinct().sorted(Tier.ORDER).toList();
        this.settings = settings;
        this.engine = Engine.of(this);
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
        return engine.decide(read, moment);
    }

    /// What every rule says of a process, clause by clause. For a person who asks; the verdict is that of
    /// [#decide].
    public Tree.Whole explain(ProcessFacts read, Moment moment) {
        Verdict verdict = decide(read, moment);
        Optional<Tier> tier = engine.tier(read, moment);
        ProcessFacts facts = engine.withTier(read, moment);
        List<Tree.Rule> rules = exemptions.stream()
                .map(rule -> rule(rule, facts, moment))
                .sorted(Comparator.comparing(Tree.Rule::state))
                .toList();
        return new Tree.Whole(
                verdict, tier.map(it -> Tree.of(it.match(), Optional.empty(), facts, moment)), rules);
    }

    private Tree.Rule rule(Exemption rule, ProcessFacts facts, Moment moment) {
        Tree tree = Tree.of(rule.match(), rule.until(), facts, moment);
        Tree.State state =
                switch (Engine.test(rule, facts, moment).answer()) {
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
        return engine.nextChange(facts, moment);
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
