package dev.stet.cli;

import dev.stet.agent.json.SafeText;
import dev.stet.agent.suggest.Finding;
import dev.stet.agent.suggest.Suggestion.Nothing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// Proposals for a person.
final class SuggestText {
    /// Findings of one program, and programs without a proposal, that are told one by one.
    private static final int FEW = 5;

    private static final int SOME = 30;

    private final Output output;
    private final Paragraphs paragraphs;
    private final boolean all;

    SuggestText(Output output, OptionalInt width, boolean all) {
        this.output = output;
        paragraphs = new Paragraphs(output, width);
        this.all = all;
    }

    void propose(SuggestDraft draft) {
        line("propose", draft.name() + " for " + draft.proposal().program() + ", until " + draft.expires());
        line("why", draft.proposal().why());
        evidence(draft.proposal().findings());
        line("unprobed", draft.unprobed());
        draft.text().lines().forEach(each -> output.line("    " + each));
        output.lineNow("");
    }

    private void evidence(List<Finding> findings) {
        int shown = all ? findings.size() : Math.min(findings.size(), FEW);
        findings.stream()
                .limit(shown)
                .forEach(finding -> line("evidence", finding.place() + ": " + finding.evidence()));
        if (shown < findings.size()) {
            line("", (findings.size() - shown) + " more; --all shows them");
        }
    }

    void nothing(List<Nothing> rest) {
        int shown = all ? rest.size() : Math.min(rest.size(), SOME);
        rest.stream().limit(shown).forEach(each -> {
            line("nothing", each.program() + ": " + each.why() + " (" + sources(each.findings()) + ")");
            if (all) {
                evidence(each.findings());
            }
        });
        if (shown < rest.size()) {
            output.line(
                    (rest.size() - shown) + " more programs for which there is nothing to propose; --all shows them");
        }
        output.flush();
    }

    /// `kernel log 3, alerts 1`.
    private static String sources(List<Finding> findings) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        findings.forEach(finding -> counts.merge(finding.source().toString(), 1, Integer::sum));
        StringBuilder text = new StringBuilder();
        counts.forEach((source, count) -> text.append(text.isEmpty() ? "" : ", ")
                .append(source)
                .append(' ')
                .append(count));
        return text.toString();
    }

    private void line(String lead, String text) {
        paragraphs.line("%-11s".formatted(lead), output::bold, SafeText.plain(text), style -> style);
    }
}
