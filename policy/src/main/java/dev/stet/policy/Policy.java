package dev.stet.policy;

import dev.stet.facts.ProcessFacts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A set of exemptions, and the one decision function. Immutable; equal if the exemptions are, in whatever
/// order they came.
public final class Policy {
    /// Exempts nothing.
    public static final Policy EMPTY = new Policy(Stream.empty());

    private final List<Exemption> exemptions;
    private final boolean usesBuildId;

    private Policy(Stream<Exemption> exemptions) {
        this.exemptions = exemptions.distinct().sorted(Exemption.ORDER).toList();
        this.usesBuildId =
                this.exemptions.stream().anyMatch(rule -> rule.match().usesBuildId());
    }

    /// A policy of these exemptions; their order does not matter.
    public static Policy of(List<Exemption> exemptions) {
        return new Policy(exemptions.stream());
    }

    /// The union with one more, such as the guardian's. A name may then be there twice, and both rules count.
    public Policy plus(Exemption exemption) {
        return new Policy(Stream.concat(exemptions.stream(), Stream.of(exemption)));
    }

    /// The union.
    public Policy plus(Policy other) {
        return new Policy(Stream.concat(exemptions.stream(), other.exemptions.stream()));
    }

    /// By name, expired ones too.
    public List<Exemption> exemptions() {
        return exemptions;
    }

    /// Decides about a process: the union of the rules, whose order never matters. A rule that certainly
    /// exempts all of it decides. Failing that, a rule that might, but for a fact that cannot be read,
    /// leaves it undecided; so does one for an aspect, if no other exempts that for certain.
    public Verdict decide(ProcessFacts facts, Instant now) {
        List<Decision> all = new ArrayList<>();
        List<Decision> partly = new ArrayList<>();
        Set<Aspect> parts = EnumSet.noneOf(Aspect.class);
        List<Decision> waitingForAll = new ArrayList<>();
        Map<Decision, Set<Aspect>> waitingForParts = new LinkedHashMap<>();
        List<Decision> missed = new ArrayList<>();
        for (Exemption rule : exemptions) {
            if (rule.isExpired(now)) {
                continue;
            }
            Match.Outcome outcome = rule.match().test(facts);
            Decision decision = Decision.of(rule, outcome);
            boolean forAll = rule.exempt().contains(Aspect.ALL);
            switch (outcome.answer()) {
                case YES -> {
                    (forAll ? all : partly).add(decision);
                    parts.addAll(rule.exempt());
                }
                case UNKNOWN -> {
                    if (forAll) {
                        waitingForAll.add(decision);
                    } else {
                        waitingForParts.put(decision, rule.exempt());
                    }
                }
                case NO -> missed.add(decision);
            }
        }
        if (!all.isEmpty()) {
            return new Verdict.Exempt(Set.of(Aspect.ALL), concat(all, partly));
        }
        if (!waitingForAll.isEmpty()) {
            return undecided(concat(waitingForAll, List.copyOf(waitingForParts.keySet())));
        }
        waitingForParts.values().removeIf(parts::containsAll);
        if (!waitingForParts.isEmpty()) {
            return undecided(List.copyOf(waitingForParts.keySet()));
        }
        return partly.isEmpty() ? new Verdict.Trace(missed) : new Verdict.Exempt(parts, partly);
    }

    private static Verdict undecided(List<Decision> waiting) {
        String fact = waiting.getFirst().evidence().getFirst().factName();
        return new Verdict.Undecided(fact, waiting);
    }

    private static List<Decision> concat(List<Decision> first, List<Decision> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    /// Does any rule ask for the build ID? If none does, no binary need be opened for facts.
    public boolean usesBuildId() {
        return usesBuildId;
    }

    /// The earliest expiry after `now`: verdicts can change then, and not before. Empty if no rule in effect
    /// ever ends.
    public Optional<Instant> nextChange(Instant now) {
        return exemptions.stream()
                .flatMap(rule -> rule.expires().stream())
                .filter(now::isBefore)
                .min(Instant::compareTo);
    }

    /// The exemptions that have no effect any more, by name: to be told about, and removed by their owners.
    public List<Exemption> expired(Instant now) {
        return exemptions.stream().filter(rule -> rule.isExpired(now)).toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Policy that && that.exemptions.equals(exemptions);
    }

    @Override
    public int hashCode() {
        return exemptions.hashCode();
    }

    /// How many exemptions.
    @Override
    public String toString() {
        return exemptions.size() + " exemptions";
    }
}
