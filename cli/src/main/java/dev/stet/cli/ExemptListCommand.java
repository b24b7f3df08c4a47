package dev.stet.cli;

import dev.stet.agent.Census;
import dev.stet.agent.json.Json;
import dev.stet.policy.Exemption;
import dev.stet.policy.Policy;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stet exempt list`
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = {
            "List the exemptions with what they match among the processes that run now. As root it sees every process."
        },
        footer = {
            "",
            "Examples:",
            "  sudo ./stet exempt list",
            "  sudo ./stet exempt list --stale              what nobody needs any more?",
            "  sudo ./stet exempt list --json | jq -r 'select(.matches == 0).name'"
        })
final class ExemptListCommand implements Runnable {
    @Mixin
    private PolicyOption policy;

    @Mixin
    private StateOption state;

    @Option(
            names = "--stale",
            description =
                    "Only those that are expired, match nothing now, never did, or whose program has another build"
                            + " since.")
    private boolean stale;

    @Option(names = "--all", description = "Those that come with Stet, too, even if they match nothing.")
    private boolean all;

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean json;

    @Override
    public void run() {
        Output output = new Output(() -> {});
        Policy read = new PolicyEdit(policy.directory(), state.known()).policy();
        Instant now = Instant.now();
        Map<String, List<Census.Matched>> matches = matches(read);
        RuleHistory history = RuleHistory.read(state.known().ruleLog(), output::say);
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NAME", "EXEMPT FROM", "MATCHES", "ENDS", "OWNER", stale ? "STALE BECAUSE" : "WRITTEN IN"));
        for (Exemption rule : read.exemptions()) {
            int count = matches.get(rule.name()).size();
            List<String> why = history.stale(rule, matches.get(rule.name()), now);
            boolean shown = stale ? !rule.isBuiltIn() && !why.isEmpty() : all || !rule.isBuiltIn() || count > 0;
            if (!shown) {
                continue;
            }
            if (json) {
                output.line(json(rule, count, why, read.isLifted(rule)));
            } else {
                rows.add(row(rule, count, why, read.isLifted(rule), now));
            }
        }
        if (!json && rows.size() == 1) {
            output.line(
                    stale
                            ? "no exemption is stale"
                            : "there are no exemptions in " + policy.directory().path());
        } else if (!json) {
            Table.print(output, "", rows);
        }
        output.flush();
    }

    static Map<String, List<Census.Matched>> matches(Policy policy) {
        Progress progress = new Progress("looking at processes");
        try {
            return new Census().matches(policy, policy.exemptions(), progress::percent);
        } catch (IOException e) {
            throw new Failure(ExitCode.UNAVAILABLE, "cannot list processes: " + e.getMessage());
        } finally {
            progress.end();
        }
    }

    private List<String> row(Exemption rule, int count, List<String> why, boolean lifted, Instant now) {
        String place = rule.isBuiltIn() ? "comes with Stet" : rule.file() + ":" + rule.line();
        return List.of(
                rule.name() + (lifted ? " (lifted)" : ""),
                aspects(rule),
                Integer.toString(count),
                ends(rule, now),
                rule.owner(),
                stale ? String.join("; ", why) : place);
    }

    static String ends(Exemption rule, Instant now) {
        boolean kept = rule.isExpired(now) && rule.onExpiry() == Exemption.OnExpiry.KEEP;
        return RelativeTime.of(rule.expires(), now)
                + (kept ? ", kept" : "")
                + (rule.until().isPresent() ? (rule.expires().isPresent() ? ", or " : "") + "with the fix" : "");
    }

    static String aspects(Exemption rule) {
        return rule.exempt().stream().map(Object::toString).sorted().collect(Collectors.joining(", "));
    }

    private static CharSequence json(Exemption rule, int count, List<String> why, boolean lifted) {
        StringBuilder out = new StringBuilder();
        Json json = Json.object(out);
        fields(json, rule).number("matches", count).bool("lifted", lifted).texts("stale", why);
        json.end();
        return out;
    }

    static Json fields(Json json, Exemption rule) {
        json.text("name", rule.name())
                .texts(
                        "exempt",
                        rule.exempt().stream().map(Object::toString).sorted().toList())
                .text("reason", rule.reason())
                .text("owner", rule.owner());
        rule.ticket().ifPresent(ticket -> json.text("ticket", ticket));
        rule.expires().ifPresent(end -> json.text("expires", end.toString()));
        return json.bool("builtIn", rule.isBuiltIn()).text("file", rule.file()).number("line", rule.line());
    }
}
