package dev.stet.cli;

import dev.stet.agent.json.Json;
import dev.stet.agent.suggest.Finding;
import dev.stet.agent.suggest.Refusal;
import dev.stet.agent.suggest.Suggestion.Nothing;
import java.util.List;
import java.util.Locale;

/// Proposals for a program.
final class SuggestJson {
    private SuggestJson() {}

    static CharSequence of(SuggestDraft draft) {
        StringBuilder out = new StringBuilder();
        Json json = Json.object(out)
                .text("type", "proposal")
                .text("program", draft.proposal().program())
                .text("rule", draft.name())
                .text("clause", draft.proposal().clause())
                .text("value", draft.proposal().value())
                .texts(
                        "exempt",
                        draft.proposal().aspects().isEmpty()
                                ? List.of("all")
                                : draft.proposal().aspects())
                .text("expires", draft.expires())
                .text("why", draft.proposal().why());
        findings(json, draft.proposal().findings());
        json.value("pids").list(draft.pids(), (slot, pid) -> slot.number(pid));
        json.text("text", draft.text()).end();
        return out;
    }

    static CharSequence of(Nothing nothing) {
        StringBuilder out = new StringBuilder();
        Json json = Json.object(out)
                .text("type", "nothing")
                .text("program", nothing.program())
                .text("cause", nothing.cause().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .text("why", nothing.why());
        findings(json, nothing.findings());
        json.end();
        return out;
    }

    static CharSequence of(Refusal refusal) {
        StringBuilder out = new StringBuilder();
        Json.object(out)
                .text("type", "refused")
                .text("place", refusal.place())
                .text("reason", refusal.reason())
                .end();
        return out;
    }

    private static void findings(Json json, List<Finding> findings) {
        json.objects("findings", findings, (object, finding) -> {
            object.text("source", Json.lower(finding.source())).text("place", finding.place());
            if (!finding.end().isEmpty()) {
                object.text("end", finding.end());
            }
            finding.at().ifPresent(at -> object.text("at", at.toString()));
            object.text("evidence", finding.evidence());
        });
    }
}
