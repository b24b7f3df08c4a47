package dev.stet.cli;

import dev.stet.agent.audit.JsonValue;
import dev.stet.agent.json.SafeText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stet status`
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {
            "Say how the running agent is: its policy, what it probes, what that costs, and what wants attention.",
            "Exit codes: 0 it is well; 1 something wants attention; 69 no agent answers."
        },
        footer = {
            "",
            "Examples:",
            "  sudo ./stet status",
            "  sudo ./stet status --json | jq .calls.lost",
            "  sudo ./stet status > /dev/null || echo 'look at it'"
        })
final class StatusCommand implements Callable<Integer> {
    private static final List<String> STATES =
            List.of("probed", "partly", "resting", "held", "exempt", "undecided", "idle");

    @Mixin
    private AgentOption agent;

    @Option(names = "--json", description = "Print a JSON object (docs/api.md).")
    private boolean json;

    @Override
    public Integer call() {
        Output output = new Output(() -> {});
        String text = agent.text("GET", "/v1/status", Optional.empty());
        JsonValue.Fields status = AgentOption.fields(text);
        boolean isWell = status.text("health").equals(Optional.of("ok"));
        if (json) {
            output.lineNow(text.strip());
        } else {
            print(status, isWell, output);
        }
        return isWell ? ExitCode.DONE : ExitCode.NOTHING;
    }

    private static void print(JsonValue.Fields status, boolean isWell, Output output) {
        row(
                output,
                "agent",
                (isWell ? output.green("ok") : output.yellow("wants attention"))
                        + ", running for " + length(number(status, "uptimeSeconds"))
                        + " (pid " + number(status, "pid") + ", version "
                        + status.text("version").orElse("?") + ")");
        policy(status.fields("policy"), output);
        row(output, "processes", processes(status.fields("processes")));
        long hits = number(status, "hitsPerSecond");
        row(
                output,
                "probes",
                "%,d breakpoints, hit %,d times a second, about %s of one CPU"
                        .formatted(
                                number(status, "breakpoints"),
                                hits,
                                percent(hits * number(status, "hitCostNanos") / 1e9)));
        JsonValue.Fields calls = status.fields("calls");
        long lost = number(calls, "lost");
        row(
                output,
                "calls",
                "%,d seen, ".formatted(number(calls, "seen"))
                        + (lost == 0 ? "none lost" : output.red("%,d lost".formatted(lost))));
        objects(status, "sinks").forEach(sink -> sink(sink, output));
        objects(status.fields("policy"), "problems")
                .forEach(problem -> row(
                        output,
                        output.red("policy"),
                        SafeText.plain(problem.text("file").orElse("")) + ":" + number(problem, "line") + ": "
                                + SafeText.plain(problem.text("message").orElse(""))));
        if (status.values().get("panic") instanceof JsonValue.Truth(boolean panic) && panic) {
            row(output, output.red("panic"), "nothing is probed until: stet resume");
        }
        if (status.values().get("troubles") instanceof JsonValue.Items(var troubles)) {
            for (JsonValue each : troubles) {
                if (each instanceof JsonValue.Text(String what)) {
                    row(output, output.yellow("trouble"), SafeText.plain(what));
                }
            }
        }
        output.flush();
    }

    private static void policy(JsonValue.Fields policy, Output output) {
        long generation = number(policy, "generation");
        String directory = SafeText.plain(policy.text("directory").orElse("?"));
        if (generation == 0) {
            row(output, "policy", output.red("none is in force, so nothing is probed") + "; " + directory);
            return;
        }
        long quarantines = number(policy, "quarantines");
        row(
                output,
                "policy",
                "number " + generation
                        + policy.text("since")
                                .map(since -> ", put in force " + RelativeTime.of(Instant.parse(since), Instant.now()))
                                .orElse("")
                        + ": %d exemptions".formatted(number(policy, "exemptions"))
                        + (quarantines == 0 ? "" : ", %d of them quarantines".formatted(quarantines))
                        + "; " + directory);
    }

    private static String processes(JsonValue.Fields counts) {
        List<String> words = new ArrayList<>();
        for (String state : STATES) {
            long count = number(counts, state);
            if (count > 0) {
                words.add("%,d %s".formatted(count, state.equals("partly") ? "partly probed" : state));
            }
        }
        return "%,d: ".formatted(number(counts, "all")) + String.join(", ", words);
    }

    private static void sink(JsonValue.Fields sink, Output output) {
        long dropped = number(sink, "dropped");
        if (dropped > 0) {
            row(
                    output,
                    "sink",
                    SafeText.plain(sink.text("sink").orElse("?")) + ": "
                            + output.yellow("%,d dropped".formatted(dropped)));
        }
    }

    private static void row(Output output, String name, String what) {
        StringBuilder line = new StringBuilder();
        CallText.pad(line, name, 11 + (name.startsWith("\033") ? 9 : 0), false);
        output.line(line.append(what));
    }

    static List<JsonValue.Fields> objects(JsonValue.Fields fields, String name) {
        List<JsonValue.Fields> objects = new ArrayList<>();
        if (fields.values().get(name) instanceof JsonValue.Items(var items)) {
            for (JsonValue item : items) {
                if (item instanceof JsonValue.Fields object) {
                    objects.add(object);
                }
            }
        }
        return objects;
    }

    static long number(JsonValue.Fields fields, String name) {
        return fields.number(name).orElse(0L);
    }

    /// A part, as people write it.
    static String percent(double share) {
        return String.format(Locale.ROOT, share < 0.1 ? "%.2f %%" : "%.1f %%", share * 100);
    }

    private static String length(long seconds) {
        Duration length = Duration.ofSeconds(seconds);
        if (length.toDays() > 0) {
            return length.toDays() + " d " + length.toHoursPart() + " h";
        }
        return length.toHours() > 0
                ? length.toHours() + " h " + length.toMinutesPart() + " min"
                : length.toMinutes() > 0
                        ? length.toMinutes() + " min " + length.toSecondsPart() + " s"
                        : length.toSeconds() + " s";
    }
}
