package dev.stet.policy;

import dev.stet.facts.FactKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Decisions by what they mean for the verdict.
final class Sorting {
    private final List<Decision> all = new ArrayList<>();
    private final List<Decision> partly = new ArrayList<>();
    private final Set<Aspect> parts = new HashSet<>();
    private final List<Decision> waitingForAll = new ArrayList<>();
    private final List<Decision> waitingForParts = new ArrayList<>();

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
    }

    /// @param trace the verdict if nothing was added that counts
    Verdict verdict(Verdict.Trace trace) {
        Optional<Tier> tier = trace.tier();
        if (!all.isEmpty()) {
            return new Verdict.Exempt(Set.of(Aspect.ALL), concat(all, partly), tier);
        }
        waitingForParts.removeIf(decision -> parts.containsAll(decision.aspects()));
        List<Decision> waiting = concat(waitingForAll, waitingForParts);
        if (!waiting.isEmpty()) {
            return undecided(waiting);
        }
        return partly.isEmpty() ? trace : new Verdict.Exempt(parts, partly, tier);
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
