package dev.stet.cli;

import dev.stet.agent.GuardianLog;
import dev.stet.agent.guardian.Case;
import dev.stet.agent.guardian.Circuit;
import dev.stet.agent.guardian.Exposure;
import dev.stet.agent.json.Json;
import dev.stet.agent.json.Times;
import dev.stet.facts.BuildId;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stet guardian list`
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = {
            "List the programs of which the guardian knows: how often they ran with probes and without, how they ended,"
                    + " and whether they are in quarantine. Those that never ended badly are left out."
        },
        footer = {
            "",
            "Examples:",
            "  sudo ./stet guardian list",
            "  sudo ./stet guardian list --all --json | jq 'select(.state != \"closed\").exe'"
        })
final class GuardianListCommand implements Runnable {
    @Mixin
    private StateOption state;

    @Option(names = "--all", description = "Those that never ended badly, too.")
    private boolean all;

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean json;

    @Override
    public void run() {
        Output output = new Output(() -> {});
        Instant now = Instant.now();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("PROGRAM", "STATE", "WITH PROBES", "WITHOUT", "LAST SEEN"));
        for (Case each : cases()) {
            boolean shown = all
                    || !each.probed().ends().isEmpty()
                    || !each.unprobed().ends().isEmpty()
                    || each.circuit().times() > 0;
            if (shown && json) {
                output.line(json(each));
            } else if (shown) {
                rows.add(List.of(
                        each.build().exe(),
                        state(each.circuit(), now),
                        lives(each.probed()),
                        lives(each.unprobed()),
                        RelativeTime.of(each.seen(), now)));
            }
        }
        if (!json && rows.size() == 1) {
            output.line("the guardian knows of no program that ended badly");
        } else if (!json) {
            Table.print(output, "", rows);
        }
        output.flush();
    }

    private List<Case> cases() {
        try {
            return GuardianLog.cases(state.known());
        } catch (AccessDeniedException e) {
            throw new Failure(ExitCode.NOT_PERMITTED, "may not read " + e.getFile() + "; try: sudo ./stet ...");
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.UNAVAILABLE, "cannot read " + state.known().guardianLedger() + ": " + e.getMessage());
        }
    }

    private static String state(Circuit circuit, Instant now) {
        return switch (circuit) {
            case Circuit.Closed _ -> "probed";
            case Circuit.Open(var level, var functions, var _, var until, int _) ->
                "quarantine of " + what(level.name(), functions) + ", ends " + RelativeTime.of(until, now);
            case Circuit.HalfOpen(var _, var _, var _, var until, int _) ->
                "watched, trusted again " + RelativeTime.of(until, now);
        };
    }

    private static String what(String level, List<String> functions) {
        return functions.isEmpty() ? level.toLowerCase(Locale.ROOT) : String.join(", ", functions);
    }

    private static String lives(Exposure exposure) {
        if (exposure.lives() == 0 && exposure.millis() == 0) {
            return "-";
        }
        String ends = exposure.ends().entrySet().stream()
                .map(end -> ", " + end.getValue() + " x " + end.getKey())
                .collect(Collectors.joining());
        return exposure.lives() + " runs in " + Times.duration(Duration.ofMillis(exposure.millis())) + ends;
    }

    private static CharSequence json(Case each) {
        StringBuilder out = new StringBuilder();
        Json json = Json.object(out).text("exe", each.build().exe());
        each.build().id().map(BuildId::hex).ifPresent(id -> json.text("buildId", id));
        switch (each.circuit()) {
            case Circuit.Closed _ -> json.text("state", "closed");
            case Circuit.Open(var level, var functions, var _, var until, int _) ->
                json.text("state", "open")
                        .text("level", Json.lower(level))
                        .texts("functions", functions)
                        .text("until", until.toString());
            case Circuit.HalfOpen(var level, var functions, var _, var until, int _) ->
                json.text("state", "half-open")
                        .text("level", Json.lower(level))
                        .texts("functions", functions)
                        .text("until", until.toString());
        }
        json.number("times", each.circuit().times()).text("seen", each.seen().toString());
        exposure(json.value("probed").object(), each.probed());
        exposure(json.value("unprobed").object(), each.unprobed());
        json.end();
        return out;
    }

    private static void exposure(Json json, Exposure exposure) {
        json.number("runs", exposure.lives()).number("millis", exposure.millis());
        Json ends = json.value("ends").object();
        exposure.ends().forEach(ends::number);
        ends.end();
        json.end();
    }
}
