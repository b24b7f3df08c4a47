package dev.stet.cli;

import dev.stet.agent.json.Json;
import dev.stet.agent.json.SafeText;
import dev.stet.policy.Policy;
import dev.stet.policy.ReadResult;
import dev.stet.policy.pixie.ExportOptions;
import dev.stet.policy.pixie.Exported;
import dev.stet.policy.pixie.PixieExport;
import dev.stet.policy.pixie.PixieFormat;
import dev.stet.policy.pixie.VizierVersion;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stet export pixie`
@Command(
        name = "pixie",
        mixinStandardHelpOptions = true,
        description = {
            "Write the exemptions that are in force as Pixie's --stirling_uprobe_opt_out, and say what of them it cannot "
                    + "express.",
            "",
            "Unless everything can be said there as it is, nothing is written: see --allow-broader, --include-temporary "
                    + "and --partial."
        },
        footer = {
            "",
            "Examples:",
            "  stet export pixie --vizier v0.14.15",
            "  stet export pixie --vizier v0.14.15 --policy policy.d --format helm > pixie-values.yaml",
            "",
            "Exit codes: 0 done; 1 something cannot be expressed; 64 wrong usage; 65 wrong policy; 66 no such directory; 69 "
                    + "a Vizier that has no such flag."
        })
final class ExportPixieCommand implements Callable<Integer> {
    private static final Map<String, PixieFormat> FORMATS = Arrays.stream(PixieFormat.values())
            .collect(Collectors.toUnmodifiableMap(
                    format -> format.name().toLowerCase(Locale.ROOT).replace('_', '-'), Function.identity()));

    @Mixin
    private PolicyOption policy;

    @Option(
            names = "--vizier",
            required = true,
            paramLabel = "VERSION",
            description = "The Vizier that it is for, such as v0.14.15: stands in kubectl get viziers -A -o yaml.")
    private String vizier;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "flag, daemonset-patch or helm (default: ${DEFAULT-VALUE}).")
    private String format = "flag";

    @Option(names = "--allow-broader", description = "Export also what Pixie can say only so that more is exempt.")
    private boolean allowBroader;

    @Option(names = "--include-temporary", description = "Export also what ends; Pixie's list does not.")
    private boolean includeTemporary;

    @Option(names = "--partial", description = "Write what can be expressed even if something cannot.")
    private boolean partial;

    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        VizierVersion version = version();
        PixieFormat chosen = FORMATS.get(format);
        if (chosen == null) {
            throw new Failure(ExitCode.USAGE, "--format takes flag, daemonset-patch or helm");
        }
        PixieExport export = PixieExport.of(policy(), Instant.now(), new ExportOptions(allowBroader, includeTemporary));
        boolean written = export.isWhole() || partial;
        Output output = new Output(() -> {});
        if (json) {
            output.lineNow(object(version, export, written, chosen));
        } else {
            say(export, output);
            if (written) {
                output.line(chosen.text(export.list()).stripTrailing());
            }
            output.flush();
        }
        if (!export.isWhole() && !json) {
            output.say(
                    written
                            ? "the list is not all of the policy: what is named above is missing"
                            : "nothing is written, for the list would not be all of the policy (--partial writes the rest)");
        }
        return export.isWhole() ? ExitCode.DONE : ExitCode.NOTHING;
    }

    private VizierVersion version() {
        VizierVersion version;
        try {
            version = new VizierVersion(vizier);
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, "--vizier: " + e.getMessage());
        }
        if (!version.hasFlag()) {
            throw new Failure(
                    ExitCode.UNAVAILABLE,
                    "Vizier " + vizier + " has no --stirling_uprobe_opt_out: " + VizierVersion.FIRST
                            + " is the first that has it, and one before it ends at the start over a flag it does not know;"
                            + " update Vizier, or keep Pixie off the nodes of these programs");
        }
        return version;
    }

    private Policy policy() {
        return switch (policy.directory().read()) {
            case ReadResult.Valid(var read, var _) -> read;
            case ReadResult.Invalid(var problems) ->
                throw new Failure(
                        ExitCode.BAD_DATA,
                        "the policy is wrong, so nothing is exported:\n"
                                + problems.stream()
                                        .map(problem -> "  " + problem)
                                        .collect(Collectors.joining("\n")));
        };
    }

    private static void say(PixieExport export, Output output) {
        for (Exported each : export.exemptions()) {
            String place = each.exemption().name() + " ("
                    + SafeText.plain(each.exemption().file()) + ":"
                    + each.exemption().line() + ")";
            switch (each) {
                case Exported.As as ->
                    as.changes().forEach(change -> output.say("warning: " + place + ": " + SafeText.plain(change)));
                case Exported.Refused refused ->
                    refused.why().forEach(why -> output.say("not exported: " + place + ": " + SafeText.plain(why)));
            }
        }
        export.lost().forEach(lost -> output.say("not exported: " + lost));
        export.notes().forEach(note -> output.say("note: " + note));
    }

    private static CharSequence object(VizierVersion version, PixieExport export, boolean written, PixieFormat chosen) {
        StringBuilder text = new StringBuilder(1000);
        Json object = Json.object(text).text("vizier", version.text()).bool("whole", export.isWhole());
        if (written) {
            object.text("value", export.list().value()).text("text", chosen.text(export.list()));
        }
        object.objects("exemptions", export.exemptions(), (each, exported) -> {
                    var ignored = each.text("name", exported.exemption().name())
                            .text("file", exported.exemption().file())
                            .number("line", exported.exemption().line());
                    ignored = switch (exported) {
                        case Exported.As(var _, var names, var changes) ->
                            each.texts("names", names).texts("changes", changes);
                        case Exported.Refused(var _, var why) ->
                            each.texts("names", List.of()).texts("refused", why);
                    };
                })
                .texts("lost", export.lost())
                .texts("notes", export.notes())
                .end();
        return text;
    }
}
