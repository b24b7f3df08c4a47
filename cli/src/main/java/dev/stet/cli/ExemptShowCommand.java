package dev.stet.cli;

import dev.stet.agent.Census;
import dev.stet.agent.json.Json;
import dev.stet.agent.json.SafeText;
import dev.stet.policy.Exemption;
import dev.stet.policy.Policy;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stet exempt show`
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description = "Show an exemption, and the processes that it matches now with the clauses that hold.",
        footer = {"", "Examples:", "  sudo ./stet exempt show shop", "  sudo ./stet exempt show stet-debugger --json"})
final class ExemptShowCommand implements Runnable {
    @Parameters(paramLabel = "NAME", description = "The exemption.")
    private String name;

    @Mixin
    private PolicyOption policy;

    @Mixin
    private StateOption state;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public void run() {
        Output output = new Output(() -> {});
        Policy read = new PolicyEdit(policy.directory(), state.known()).policy();
        Exemption rule = read.exemptions().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new Failure(
                        ExitCode.NO_INPUT,
                        "there is no exemption '" + SafeText.plain(name) + "' in "
                                + policy.directory().path() + "; stet exempt list shows those there are"));
        List<Census.Matched> matched = ExemptListCommand.matches(
                        Policy.of(List.of(rule), read.tiers(), read.settings()))
                .get(name);
        if (json) {
            StringBuilder out = new StringBuilder();
            Json object = Json.object(out);
            ExemptListCommand.fields(object, rule)
                    .bool("lifted", read.isLifted(rule))
                    .text("match", match(rule))
                    .objects(
                            "processes",
                            matched,
                            (each, process) -> each.number(
                                            "pid", process.facts().identity().pid())
                                    .text("exe", process.facts().exe().known().orElse(""))
                                    .text("evidence", evidence(process)))
                    .end();
            output.lineNow(out);
            return;
        }
        print(rule, read.isLifted(rule), matched, output);
    }

    private static void print(Exemption rule, boolean lifted, List<Census.Matched> matched, Output output) {
        Instant now = Instant.now();
        String place = rule.isBuiltIn() ? "comes with Stet" : rule.file() + ":" + rule.line();
        output.line(output.bold(rule.name()) + (lifted ? "  (lifted by ProbeSettings)" : ""));
        row(output, "written in", place);
        row(output, "reason", rule.reason());
        row(output, "owner", rule.owner());
        rule.ticket().ifPresent(ticket -> row(output, "ticket", ticket));
        row(output, "exempt from", ExemptListCommand.aspects(rule));
        row(
                output,
                "ends",
                ExemptListCommand.ends(rule, now)
                        + rule.expires().map(end -> " (" + end + ")").orElse(""));
        rule.until().ifPresent(fix -> row(output, "until", fix.factName() + " " + fix.text()));
        row(output, "match", match(rule));
        row(output, "processes", matched.isEmpty() ? "none now" : matched.size() + " now");
        for (Census.Matched process : matched) {
            row(output, "  " + process.facts().identity().pid(), evidence(process));
        }
        output.flush();
    }

    private static String match(Exemption rule) {
        return rule.match()
                .clauses()
                .map(clause -> clause.factName() + " " + clause.text())
                .collect(Collectors.joining("; "));
    }

    private static String evidence(Census.Matched process) {
        return process.evidence().stream().map(Object::toString).collect(Collectors.joining(" and "));
    }

    private static void row(Output output, String name, String value) {
        StringBuilder line = new StringBuilder("  ");
        CallText.pad(line, name, 14, false);
        output.line(line.append(SafeText.plain(value)));
    }
}
