package dev.stet.policy;

import dev.stet.facts.FactKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What was decided about one process, and why. Every process has exactly one at a time.
public sealed interface Verdict {
    /// Probes may be attached: no rule exempts the process.
    ///
    /// @param tier the process's, if it has one
    record Trace(Optional<Tier> tier) implements Verdict {}

    /// Let it stand, all of it or parts.
    ///
    /// @param aspects what may not be probed; [Aspect#ALL] alone if that is among it; never empty
    /// @param by every rule that exempts it, those that exempt all of it first; never empty
    /// @param tier the process's, if it has one; if it takes anything away, it is among `by`, too
    record Exempt(Set<Aspect> aspects, List<Decision> by, Optional<Tier> tier) implements Verdict {
        public Exempt {
            aspects = Set.copyOf(aspects);
            by = List.copyOf(by);
        }
    }

    /// A fact that a rule needs is not known. Never treated as [Trace]: the process is left alone.
    ///
    /// @param missingFact `exe`, `args`; the first of them if there are several
    /// @param waiting the rules that cannot be decided, with the facts they need; never empty
    /// @param notRead of the missing facts those that nobody has looked for yet: read them, and decide again
    record Undecided(String missingFact, List<Decision> waiting, Set<FactKey<?>> notRead) implements Verdict {
        public Undecided {
            waiting = List.copyOf(waiting);
            notRead = Set.copyOf(notRead);
        }
    }

    /// The verdict of a guard: a rule of Stet's own that nothing lifts.
    ///
    /// @param guardName for a person and for metrics: `stet-itself`, `kernel-thread`
    /// @param why for a person
    static Verdict guarded(String guardName, String why) {
        return new Exempt(Set.of(Aspect.ALL), List.of(Decision.guard(guardName, why)), Optional.empty());
    }

    /// What may be done to the process.
    default Permission permission() {
        return switch (this) {
            case Trace _ -> Permission.ALL;
            case Exempt(var aspects, var _, var _) -> Permission.without(aspects);
            case Undecided _ -> Permission.NONE;
        };
    }

    /// The tier that the process is of.
    default Optional<Tier> ofTier() {
        return switch (this) {
            case Trace(var tier) -> tier;
            case Exempt(var _, var _, var tier) -> tier;
            case Undecided _ -> Optional.empty();
        };
    }

    /// May anything at all be attached, or the binary be opened?
    default boolean mayProbe() {
        return permission().probe();
    }

    /// The rules behind the verdict, for output that wants fields.
    default List<Decision> decisions() {
        return switch (this) {
            case Trace _ -> List.of();
            case Exempt(var _, var by, var _) -> by;
            case Undecided(var _, var waiting, var _) -> waiting;
        };
    }

    /// One line for a person. Whatever the process called itself, it stays one line.
    default String explain() {
        return switch (this) {
            case Trace(var tier) ->
                "traced: no exemption matches"
                        + tier.map(it -> "; tier " + it.name()).orElse("");
            case Exempt(var aspects, var by, var _) ->
                "exempt%s by ".formatted(what(aspects)) + by.getFirst() + more(by);
            case Undecided(var fact, var waiting, var _) ->
                "left alone: " + fact + " is not known for "
                        + waiting.getFirst().ruleText()
                        + ": "
                        + waiting.getFirst().evidenceText()
                        + more(waiting);
        };
    }

    private static String what(Set<Aspect> aspects) {
        if (aspects.contains(Aspect.ALL)) {
            return "";
        }
        Set<String> words = new TreeSet<>();
        for (Aspect aspect : aspects) {
            words.add(
                    switch (aspect) {
                        case Aspect.Kind.ALL -> "everything";
                        case Aspect.Kind.RETURNS -> "return probes";
                        case Aspect.Kind.PAYLOAD -> "taking contents";
                        case Aspect.Kind.ANALYSIS -> "probes in its executable";
                        case Aspect.Kind.USDT -> "static probes";
                        case Aspect.Pack _, Aspect.Function _, Aspect.Library _ -> aspect.toString();
                    });
        }
        return " from " + String.join(" and ", words);
    }

    private static String more(List<Decision> decisions) {
        return decisions.size() == 1
                ? ""
                : decisions.stream()
                        .skip(1)
                        .limit(5)
                        .map(Decision::rule)
                        .collect(Collectors.joining(
                                ", ",
                                "; also ",
                                decisions.size() > 6 ? ", … %d more".formatted(decisions.size() - 6) : ""));
    }
}
