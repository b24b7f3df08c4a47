package dev.stet.policy;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What was decided about one process, and why. Every process has exactly one at a time.
public sealed interface Verdict {
    /// Probes may be attached: no rule exempts the process.
    ///
    /// @param tried every rule that has not expired, with what made it miss
    record Trace(List<Decision> tried) implements Verdict {
        public Trace {
            tried = List.copyOf(tried);
        }
    }

    /// Let it stand, all of it or parts.
    ///
    /// @param aspects what may not be probed; [Aspect#ALL] alone if that is among it; never empty
    /// @param by every rule that exempts it, those that exempt all of it first; never empty
    record Exempt(Set<Aspect> aspects, List<Decision> by) implements Verdict {
        public Exempt {
            aspects = Set.copyOf(aspects);
            by = List.copyOf(by);
        }
    }

    /// A fact that a rule needs could not be read. Never treated as [Trace]: the process is left alone.
    ///
    /// @param missingFact `exe`, `args`; the first of them if there are several
    /// @param waiting the rules that cannot be decided, with the facts they need; never empty
    record Undecided(String missingFact, List<Decision> waiting) implements Verdict {
        public Undecided {
            waiting = List.copyOf(waiting);
        }
    }

    /// The verdict of a guard: a rule of Stet's own that nothing lifts.
    ///
    /// @param guardName for a person and for metrics: `stet-itself`, `32-bit`
    /// @param why for a person
    static Verdict guarded(String guardName, String why) {
        return new Exempt(Set.of(Aspect.ALL), List.of(Decision.guard(guardName, why)));
    }

    /// May anything at all be attached, or the binary be opened?
    default boolean mayProbe() {
        return switch (this) {
            case Trace _ -> true;
            case Exempt(var aspects, var _) -> !aspects.contains(Aspect.ALL);
            case Undecided _ -> false;
        };
    }

    /// May function exits be probed?
    default boolean mayProbeReturns() {
        return switch (this) {
            case Trace _ -> true;
            case Exempt(var aspects, var _) -> Collections.disjoint(aspects, Set.of(Aspect.ALL, Aspect.RETURNS));
            case Undecided _ -> false;
        };
    }

    /// May text, bytes and structures be taken from calls?
    default boolean mayProbePayload() {
        return switch (this) {
            case Trace _ -> true;
            case Exempt(var aspects, var _) -> Collections.disjoint(aspects, Set.of(Aspect.ALL, Aspect.PAYLOAD));
            case Undecided _ -> false;
        };
    }

    /// The rules behind the verdict, for output that wants fields.
    default List<Decision> decisions() {
        return switch (this) {
            case Trace(var tried) -> tried;
            case Exempt(var _, var by) -> by;
            case Undecided(var _, var waiting) -> waiting;
        };
    }

    /// One line for a person. Whatever the process called itself, it stays one line.
    default String explain() {
        return switch (this) {
            case Trace(var tried) when tried.isEmpty() -> "traced: there are no exemptions";
            case Trace(var tried)
            when tried.size() == 1 ->
                "traced: the one exemption, " + tried.getFirst().ruleText() + ", does not match: "
                        + tried.getFirst().evidenceText();
            case Trace(var tried) -> "traced: none of %d exemptions matches".formatted(tried.size());
            case Exempt(var aspects, var by) -> "exempt%s by ".formatted(what(aspects)) + by.getFirst() + more(by);
            case Undecided(var fact, var waiting) ->
                "left alone: cannot read " + fact + " for "
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
        return aspects.stream()
                .sorted()
                .map(aspect -> switch (aspect) {
                    case ALL -> "everything";
                    case RETURNS -> "return probes";
                    case PAYLOAD -> "taking contents";
                })
                .collect(Collectors.joining(" and ", " from ", ""));
    }

    private static String more(List<Decision> decisions) {
        return decisions.size() == 1
                ? ""
                : decisions.stream()
                        .skip(1)
                        .limit(5)
                        .map(decision -> decision.rule())
                        .collect(Collectors.joining(
                                ", ",
                                "; also ",
                                decisions.size() > 6 ? ", … %d more".formatted(decisions.size() - 6) : ""));
    }
}
