package dev.stet.cli;

import dev.stet.agent.json.Json;
import dev.stet.policy.Exemption;
import dev.stet.policy.ExemptionText;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stet exempt end`
@Command(
        name = "end",
        mixinStandardHelpOptions = true,
        description = {
            "End an exemption: take its document out of its file. What else the file has stays as it is; a file with"
                    + " nothing left is removed."
        },
        footer = {"", "Examples:", "  stet exempt end shop", "  stet exempt end shop --policy ./policy.d --dry-run"})
final class ExemptEndCommand implements Runnable {
    @Parameters(paramLabel = "NAME", description = "The exemption.")
    private String name;

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
        PolicyEdit edit = new PolicyEdit(policy.directory(), state.known());
        Exemption rule = edit.rule(name);
        Path file = Path.of(rule.file());
        String after = edited(ExemptionText.remove(edit.text(rule.file()), name), file);
        Output output = new Output(() -> {});
        if (dryRun) {
            var ignored = edit.check(file, after);
            output.lineNow(after.isEmpty() ? file + " would be removed" : after.stripTrailing());
            return;
        }
        edit.replace(file, after);
        PolicyEdit.audit(state, output, "end", rule, "stet exempt end " + name);
        if (json) {
            StringBuilder out = new StringBuilder();
            Json.object(out)
                    .text("ended", name)
                    .text("file", rule.file())
                    .bool("fileRemoved", after.isEmpty())
                    .end();
            output.lineNow(out);
        } else {
            output.lineNow(output.green("ended: ") + name + "; " + file
                    + (after.isEmpty() ? " is removed" : " keeps the rest"));
        }
    }

    /// The text that came of an edit.
    ///
    /// @throws Failure if it was refused
    static String edited(ExemptionText.Result result, Path file) {
        return switch (result) {
            case ExemptionText.Result.Edited(var text) -> text;
            case ExemptionText.Result.Refused(int line, var why) ->
                throw new Failure(ExitCode.NOTHING, "nothing was written: " + file + ":" + line + ": " + why);
        };
    }
}
