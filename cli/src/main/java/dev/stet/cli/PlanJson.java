package dev.stet.cli;

import dev.stet.agent.PolicyPlan;
import dev.stet.agent.PolicyPlan.Change;
import dev.stet.agent.json.Json;
import dev.stet.policy.Decision;
import dev.stet.policy.Exemption;
import dev.stet.policy.Verdict;
import java.util.Set;

/// A plan as one JSON object.
final class PlanJson {
    private PlanJson() {}

    static CharSequence of(PolicyPlan plan) {
        StringBuilder out = new StringBuilder();
        Json json = Json.object(out).bool("changes", !plan.isEmpty());
        for (PolicyPlan.Effect effect : PolicyPlan.Effect.values()) {
            json.number(Json.lower(effect), plan.count(effect));
        }
        json.number("unchanged", plan.unchanged())
                .number("unchangedUndecided", plan.undecided())
                .objects("processes", plan.changes(), PlanJson::change)
                .objects("idleRules", plan.idle(), PlanJson::rule)
                .end();
        return out;
    }

    private static void change(Json json, Change change) {
        json.number("pid", change.facts().identity().pid());
        change.facts().exe().known().ifPresent(exe -> json.text("exe", exe));
        json.text("effect", Json.lower(change.effect())).text("why", PlanText.reason(change));
        aspects(json, "less", change.less());
        aspects(json, "more", change.more());
        verdict(json.object("before"), change.before());
        verdict(json.object("after"), change.after());
    }

    private static void aspects(Json json, String name, Set<?> aspects) {
        json.texts(name, aspects.stream().map(Object::toString).sorted().toList());
    }

    private static void verdict(Json json, Verdict verdict) {
        json.text(
                "verdict",
                switch (verdict) {
                    case Verdict.Trace _ -> "trace";
                    case Verdict.Exempt _ -> "exempt";
                    case Verdict.Undecided _ -> "undecided";
                });
        verdict.ofTier().ifPresent(tier -> json.text("tier", tier.name()));
        json.texts("rules", verdict.decisions().stream().map(Decision::rule).toList());
        if (verdict instanceof Verdict.Undecided undecided) {
            json.text("missingFact", undecided.missingFact());
        }
        json.end();
    }

    static void rule(Json json, PolicyPlan.Idle idle) {
        Exemption rule = idle.rule();
        json.text("name", rule.name()).text("file", rule.file()).number("line", rule.line());
        json.value("unknownPids").list(idle.open(), (slot, pid) -> slot.number(pid));
    }
}
