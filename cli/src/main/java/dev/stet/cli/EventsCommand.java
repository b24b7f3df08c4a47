package dev.stet.cli;

import dev.stet.service.EventFilter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stet events`
@Command(
        name = "events",
        mixinStandardHelpOptions = true,
        description = {
            "Show what the running agent sees and does, as it happens, until Ctrl-C: calls, verdicts, probes that come and"
                    + " go, how processes end (docs/json.md has all types and fields).",
            "A filter compares fields: = != < > <= >=, ~ for a pattern, and 'and' between. Who reads too slowly loses"
                    + " events and is told how many; the agent never waits."
        },
        footer = {
            "",
            "Examples:",
            "  sudo ./stet events --follow",
            "  sudo ./stet events --follow --where 'latency > 10ms'",
            "  sudo ./stet events --follow --type call --where 'process ~ nginx* and kind = http.server'",
            "  sudo ./stet events --follow --type verdict,ended --json"
        })
final class EventsCommand implements Runnable {
    @Mixin
    private AgentOption agent;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until Ctrl-C.")
    private boolean follow;

    @Option(
            names = "--type",
            split = ",",
            paramLabel = "TYPE",
            description = "Only these: call, verdict, attached, detached, ended, policy, guardian, notice and so on.")
    private List<String> types = List.of();

    @Option(names = "--where", paramLabel = "FILTER", description = "Only those of which this is true.")
    private String where = "";

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "COUNT",
            description = "Stop after so many.")
    private long count;

    @Option(names = "--json", description = "Print one JSON object a line, as the agent writes it.")
    private boolean json;

    private long shown;

    @Override
    public void run() {
        try {
            var ignored = EventFilter.of(where);
        } catch (IllegalArgumentException e) {
            throw new Failure(ExitCode.USAGE, "--where: " + e.getMessage());
        }
        if (!follow && count == 0) {
            throw new Failure(ExitCode.USAGE, "until when? --follow until Ctrl-C, or --lines for so many");
        }
        boolean[] closed = new boolean[1];
        Output output = new Output(() -> closed[0] = true);
        EventLine text = new EventLine(output);
        if (!json) {
            output.lineNow(output.bold(EventLine.HEADING));
        }
        agent.lines("GET", path(), Optional.empty(), line -> {
            output.lineNow(json ? line : text.of(line));
            shown++;
            return !closed[0] && (count == 0 || shown < count);
        });
    }

    private String path() {
        return "/v1/stream?types=" + encoded(String.join(",", types)) + "&where=" + encoded(where);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
