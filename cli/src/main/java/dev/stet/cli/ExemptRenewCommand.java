package dev.stet.cli;

import dev.stet.agent.json.Json;
import dev.stet.policy.Exemption;
import dev.stet.policy.ExemptionText;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stet exempt renew`
@Command(
        name = "renew",
        mixinStandardHelpOptions = true,
        description = {
            "Give an exemption another end. Only that is changed in its file: comments, order and quotes stay. What was"
                    + " written as 'for' becomes 'expires'."
        },
        footer = {"", "Examples:", "  stet exempt renew shop --for 7d", "  stet exempt renew shop --expires 2099-03-31"
        })
final class ExemptRenewCommand implements Runnable {
    @Parameters(paramLabel = "NAME", description = "The exemption.")
    private String name;

    @Mixin
    private EndOptions end;

    @Mixin
    private PolicyOption policy;

    @Mixin
    private StateOption state;

    @Option(names = "--dry-run", description = "Print what the file would be, and write nothing.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public void run() {
        Instant now = Instant.now();
        String expires = end.expires(now)
                .orElseThrow(() -> new Failure(ExitCode.USAGE, "until when? give --for 7d or --expires 2099-03-31"));
        PolicyEdit edit = new PolicyEdit(policy.directory(), state.known());
        Exemption rule = edit.rule(name);
        Path file = Path.of(rule.file());
        String after = ExemptEndCommand.edited(ExemptionText.expire(edit.text(rule.file()), name, expires), file);
        Output output = new Output(() -> {});
        if (dryRun) {
            var ignored = edit.check(file, after);
            output.lineNow(after.stripTrailing());
            return;
        }
        edit.replace(file, after);
        Exemption renewed = new PolicyEdit(policy.directory(), state.known()).rule(name);
        PolicyEdit.audit(state, output, "renew", renewed, "stet exempt renew " + name + " to " + expires);
        if (json) {
            StringBuilder out = new StringBuilder();
            Json.object(out)
                    .text("renewed", name)
                    .text("file", rule.file())
                    .text("expires", expires)
                    .end();
            output.lineNow(out);
        } else {
            output.lineNow(output.green("renewed: ") + name + " ends " + RelativeTime.of(renewed.expires(), now)
                    + ", at " + expires + "; " + file);
        }
    }
}
