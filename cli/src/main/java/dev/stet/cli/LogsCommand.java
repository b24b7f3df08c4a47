package dev.stet.cli;

import dev.stet.agent.audit.JsonValue;
import dev.stet.agent.json.SafeText;
import dev.stet.service.JsonMembers;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stet logs`
@Command(
        name = "logs",
        mixinStandardHelpOptions = true,
        description =
                "Show what the running agent has said: the last lines that it keeps in memory, wherever its output goes.",
        footer = {
            "",
            "Examples:",
            "  sudo ./stet logs",
            "  sudo ./stet logs -n 500 | grep quarantine",
            "  sudo ./stet logs --follow"
        })
final class LogsCommand implements Runnable {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    @Mixin
    private AgentOption agent;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "COUNT",
            defaultValue = "100",
            description = "The last so many, up to 2000. Default: ${DEFAULT-VALUE}.")
    private int lines;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until Ctrl-C.")
    private boolean follow;

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean json;

    @Override
    public void run() {
        boolean[] closed = new boolean[1];
        Output output = new Output(() -> closed[0] = true);
        String answer = agent.text("GET", "/v1/log?lines=" + lines, Optional.empty());
        if (json) {
            JsonMembers.items(JsonMembers.of(answer.strip()).getOrDefault("lines", "[]"))
                    .forEach(output::line);
        } else {
            for (JsonValue.Fields line : StatusCommand.objects(AgentOption.fields(answer), "lines")) {
                print(line.text("time").orElse(""), line.text("text").orElse(""), output);
            }
        }
        output.flush();
        if (follow) {
            agent.lines("GET", "/v1/stream?types=log", Optional.empty(), line -> {
                Map<String, String> members = JsonMembers.of(line);
                if (json) {
                    output.line(line);
                } else {
                    print(
                            JsonMembers.plain(members.getOrDefault("time", "\"\"")),
                            JsonMembers.plain(members.getOrDefault("text", "\"\"")),
                            output);
                }
                output.flush();
                return !closed[0];
            });
        }
    }

    private static void print(String time, String text, Output output) {
        String when = time.isEmpty() ? "" : TIME.format(Instant.parse(time));
        // Lines of one saying stay together; whatever else moves a cursor is made visible.
        text.lines().forEach(line -> output.line(output.dim(when) + "  " + SafeText.plain(line)));
    }
}
