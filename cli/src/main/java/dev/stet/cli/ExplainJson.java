package dev.stet.cli;

import dev.stet.agent.Explanation;
import dev.stet.agent.json.Json;
import dev.stet.agent.json.VerdictJson;
import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.policy.Exemption;
import dev.stet.policy.Tree;
import java.util.List;
import java.util.Optional;

/// An explanation as one JSON object: the whole tree.
final class ExplainJson {
    private ExplainJson() {}

    /// @param onlyRule of the rules only this one
    static CharSequence of(Explanation it, Optional<String> onlyRule) {
        StringBuilder out = new StringBuilder();
        Json json = Json.object(out).bool("running", it.running());
        if (it.running()) {
            json.number("pid", it.facts().identity().pid());
        }
        VerdictJson.verdict(json, it.verdict());
        json.text("sentence", VerdictText.sentence(it.verdict()));
        it.verdict().ofTier().ifPresent(tier -> {
            Json inner = json.object("tier").text("name", tier.name());
            inner.text("file", tier.file()).number("line", tier.line()).number("rank", tier.rank());
            inner.text("probes", tier.mode().toString());
            it.whole().tier().ifPresent(tree -> match(inner, tree));
            inner.end();
        });
        json.objects("exemptions", rules(it, onlyRule), ExplainJson::rule);
        facts(json, it);
        json.objects(
                "attached",
                it.attached(),
                (each, function) -> each.text("program", function.program())
                        .bool("stet", function.isStets())
                        .text("file", function.path())
                        .text("function", function.function())
                        .number("breakpoints", function.breakpoints())
                        .bool("everyProcess", function.everyProcess()));
        json.objects("problems", it.problems(), VerdictJson::problem);
        json.end();
        return out;
    }

    private static List<Tree.Rule> rules(Explanation it, Optional<String> onlyRule) {
        return it.whole().rules().stream()
                .filter(rule -> onlyRule.isEmpty() || rule.rule().name().equals(onlyRule.get()))
                .toList();
    }

    private static void rule(Json json, Tree.Rule rule) {
        Exemption it = rule.rule();
        json.text("name", it.name())
                .text("state", Json.lower(rule.state()))
                .text("file", it.file())
                .number("line", it.line())
                .texts(
                        "aspects",
                        it.exempt().stream().map(Object::toString).sorted().toList())
                .text("reason", it.reason())
                .text("owner", it.owner());
        it.ticket().ifPresent(ticket -> json.text("ticket", ticket));
        it.expires().ifPresent(end -> json.text("expires", end.toString()));
        match(json, rule.tree());
    }

    private static void match(Json json, Tree tree) {
        Json match = json.object("match");
        TreeText.json(match, tree);
        match.end();
    }

    /// Those that are known; of the others why they are not.
    private static void facts(Json json, Explanation it) {
        Json known = json.object("facts");
        for (FactKey<?> key : FactKey.ALL) {
            if (it.facts().get(key) instanceof Fact.Known<?>(var value) && !key.equals(FactKey.PARENT)) {
                FactText.json(known.value(key.name()), value);
            }
        }
        if (it.running()) {
            known.number("parent", it.facts().parentPid());
        }
        known.end();
        Json unknown = json.object("unknown");
        for (FactKey<?> key : FactKey.ALL) {
            if (it.facts().get(key) instanceof Fact.Unreadable<?>(var why)) {
                unknown.text(key.name(), why);
            }
        }
        unknown.end();
    }
}
