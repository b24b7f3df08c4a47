package dev.stet.agent.json;

import dev.stet.policy.Aspect;
import dev.stet.policy.Verdict;
import dev.stet.policy.yaml.Problem;

/// Verdicts and problems of policies as members of JSON objects; docs/json.md describes them.
public final class VerdictJson {
    private VerdictJson() {}

    /// The fields of a problem.
    public static void problem(Json json, Problem problem) {
        json.text("file", problem.file())
                .number("line", problem.line())
                .number("column", problem.column())
                .text("path", problem.path())
                .text("message", problem.message());
    }

    /// `trace`, `exempt`, `undecided`.
    public static String word(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Trace _ -> "trace";
            case Verdict.Exempt _ -> "exempt";
            case Verdict.Undecided _ -> "undecided";
        };
    }

    /// The fields of a verdict.
    public static void verdict(Json json, Verdict verdict) {
        json.text("verdict", word(verdict));
        switch (verdict) {
            case Verdict.Exempt(var aspects, var _, var _) ->
                json.texts(
                        "aspects",
                        aspects.stream().map(Aspect::toString).sorted().toList());
            case Verdict.Undecided(var fact, var _, var _) -> json.text("missingFact", fact);
            case Verdict.Trace _ -> {
                // nothing is taken away
            }
        }
        json.text("explanation", verdict.explain());
        if (!(verdict instanceof Verdict.Trace)) {
            json.objects("rules", verdict.decisions(), (each, decision) -> {
                each.text("name", decision.rule())
                        .bool("guard", decision.isGuard())
                        .text("file", decision.file())
                        .number("line", decision.line())
                        .texts(
                                "aspects",
                                decision.aspects().stream()
                                        .map(Aspect::toString)
                                        .sorted()
                                        .toList())
                        .text("evidence", decision.evidenceText())
                        .text("reason", decision.reason());
                decision.owner().ifPresent(owner -> each.text("owner", owner));
                decision.ticket().ifPresent(ticket -> each.text("ticket", ticket));
                decision.expires().ifPresent(end -> each.text("expires", end.toString()));
            });
        }
    }
}
