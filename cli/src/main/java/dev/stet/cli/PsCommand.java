package dev.stet.cli;

import dev.stet.service.JsonMembers;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stet ps`
@Command(
        name = "ps",
        mixinStandardHelpOptions = true,
        description = {
            "List every process that the running agent knows: whether it is probed and why, how many instructions are, how"
                    + " often they are hit, and how much of one CPU that takes from it.",
            "States: probed; partly, but for what an exemption takes away; resting, for it is called too often; held back"
                    + " by its tier's roll-out; exempt; undecided, for a fact is missing; idle, for no pack is about it."
        },
        footer = {
            "",
            "Examples:",
            "  sudo ./stet ps",
            "  sudo ./stet ps 'nginx*'                  by name",
            "  sudo ./stet ps --state exempt            which are left alone, and why?",
            "  sudo ./stet ps --sort hits | head        the busiest",
            "  sudo ./stet ps --json | jq 'select(.breakpoints > 100).pid'"
        })
final class PsCommand implements Runnable {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = "A name, part of one, a pattern, or a PID.")
    private String name;

    @Mixin
    private AgentOption agent;

    @Option(names = "--state", paramLabel = "STATE", description = "Only those in this state.")
    private String state;

    @Option(
            names = "--sort",
            paramLabel = "ORDER",
            defaultValue = "pid",
            description = "By ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private ProcessTable.Order order;

    @Option(names = "--all", description = "Kernel threads, too.")
    private boolean all;

    @Option(names = "--json", description = "Print one JSON object a line (docs/api.md).")
    private boolean json;

    @Override
    public void run() {
        Output output = new Output(() -> {});
        String asked = "/v1/processes?all=" + all
                + (state == null ? "" : "&state=" + URLEncoder.encode(state, StandardCharsets.UTF_8));
        String text = agent.text("GET", asked, Optional.empty());
        if (json) {
            objects(text, output);
        } else {
            print(ProcessTable.of(AgentOption.fields(text)).of(Optional.ofNullable(name), order), output);
        }
        output.flush();
    }

    private static void print(ProcessTable table, Output output) {
        OptionalInt width = Terminal.width();
        output.line(output.bold(ProcessTable.HEADING));
        for (ProcessTable.Row row : table.rows()) {
            String line = row.line();
            String fits =
                    width.isPresent() && line.length() > width.getAsInt() ? line.substring(0, width.getAsInt()) : line;
            output.line(ProcessTable.coloured(row, fits, output));
        }
    }

    /// As the agent wrote them, a line each; those of a name as the table has them.
    private void objects(String text, Output output) {
        List<String> objects = JsonMembers.items(JsonMembers.of(text.strip()).getOrDefault("processes", "[]"));
        ProcessTable known = ProcessTable.of(AgentOption.fields(text));
        Map<Long, String> byPid = new HashMap<>();
        for (int i = 0; i < objects.size(); i++) {
            byPid.put(known.rows().get(i).pid(), objects.get(i));
        }
        known.of(Optional.ofNullable(name), order).rows().forEach(row -> output.line(byPid.get(row.pid())));
    }
}
