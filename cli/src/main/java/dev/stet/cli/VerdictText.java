package dev.stet.cli;

import dev.stet.agent.json.SafeText;
import dev.stet.facts.Fact;
import dev.stet.policy.Aspect;
import dev.stet.policy.Decision;
import dev.stet.policy.Evidence;
import dev.stet.policy.Verdict;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A verdict as one plain sentence.
final class VerdictText {
    private VerdictText() {}

    static String sentence(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Trace(var tier) ->
                "It is probed: no exemption matches"
                        + tier.map(it -> ", and its tier " + it.name() + " allows everything")
                                .orElse("")
                        + ".";
            case Verdict.Exempt(var aspects, var by, var _) -> {
                Decision first = by.getFirst();
                String who = first.isGuard()
                        ? SafeText.plain(first.reason()) + " (guard " + SafeText.plain(first.rule()) + ")"
                        : "by " + SafeText.plain(first.rule());
                String also = by.size() == 1 ? "" : " and %d more".formatted(by.size() - 1);
                yield (aspects.contains(Aspect.ALL)
                                ? first.isGuard() ? "It is not probed" : "It is not probed, exempt"
                                : "It is probed, but for " + removed(aspects) + ", exempt")
                        + (first.isGuard() ? ": " : " ")
                        + who
                        + also
                        + ".";
            }
            case Verdict.Undecided(var fact, var waiting, var _) ->
                "It is left alone until " + fact + " is known, which "
                        + SafeText.plain(waiting.getFirst().rule()) + " asks for"
                        + why(waiting)
                        + ".";
        };
    }

    private static String why(List<Decision> waiting) {
        return waiting.getFirst().evidence().stream()
                .map(Evidence::fact)
                .filter(Fact.Unreadable.class::isInstance)
                .map(fact -> ": " + SafeText.plain(((Fact.Unreadable<?>) fact).why()))
                .findFirst()
                .orElse("");
    }

    /// `return probes and static probes`.
    static String removed(Collection<Aspect> aspects) {
        return aspects.stream()
                .map(aspect -> switch (aspect) {
                    case Aspect.Kind.ALL -> "anything";
                    case Aspect.Kind.RETURNS -> "its function returns";
                    case Aspect.Kind.PAYLOAD -> "the contents of its calls";
                    case Aspect.Kind.ANALYSIS -> "its executable";
                    case Aspect.Kind.USDT -> "its static probes";
                    case Aspect.Pack _, Aspect.Function _, Aspect.Library _ -> aspect.toString();
                })
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .collect(Collectors.joining(" and "));
    }

    /// `returns, pack openssl`, as documents spell them.
    static String names(Collection<Aspect> aspects) {
        return aspects.stream().map(Aspect::toString).sorted().collect(Collectors.joining(", "));
    }
}
