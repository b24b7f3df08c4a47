package dev.stet.cli;

import dev.stet.agent.audit.JsonValue;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `stet top`
@Command(
        name = "top",
        mixinStandardHelpOptions = true,
        description = {
            "Watch the processes of the running agent: how often their probes are hit and what that costs, the busiest"
                    + " first, anew every second. In a pipe it prints the table once for each time.",
            "Keys: h hits, c CPU, b probes, p PID, n name, s state order them; / filters by name, Esc shows all again;"
                    + " i shows idle processes, too; space stops and goes on; q ends."
        },
        footer = {
            "",
            "Examples:",
            "  sudo ./stet top",
            "  sudo ./stet top --sort cpu",
            "  sudo ./stet top --count 1 | head -5"
        })
final class TopCommand implements Runnable {
    @Mixin
    private AgentOption agent;

    @Option(
            names = "--sort",
            paramLabel = "ORDER",
            defaultValue = "hits",
            description = "By ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private ProcessTable.Order order;

    @Option(names = "--filter", paramLabel = "NAME", description = "Only processes of this name or pattern.")
    private String filter = "";

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "How often. Default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(names = "--count", paramLabel = "COUNT", description = "End after so many times.")
    private int count;

    @Override
    public void run() {
        if (!(seconds >= 0.2 && seconds <= 3600)) {
            throw new Failure(ExitCode.USAGE, "--interval takes seconds from 0.2 to 3600");
        }
        boolean[] closed = new boolean[1];
        Output output = new Output(() -> closed[0] = true);
        TopState state = new TopState(order, filter, false, false, Optional.empty(), false);
        try (Keyboard keyboard = Keyboard.open()) {
            for (int round = 1; !state.ended() && !closed[0]; round++) {
                if (!state.paused() && state.typing().isEmpty()) {
                    state = state.with(show(state, keyboard.isThere(), output));
                }
                if (round == count) {
                    return;
                }
                state = wait(state, keyboard, output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private ProcessTable show(TopState state, boolean screen, Output output) {
        JsonValue.Fields status = agent.get("/v1/status");
        ProcessTable table = ProcessTable.of(agent.get("/v1/processes"));
        draw(state.with(table), status, screen, output);
        return table;
    }

    /// Until the next time, or a key.
    private TopState wait(TopState before, Keyboard keyboard, Output output) throws InterruptedException {
        long until = System.nanoTime() + (long) (seconds * 1e9);
        TopState state = before;
        while (System.nanoTime() < until && !state.ended()) {
            Optional<Character> key = keyboard.key(until - System.nanoTime());
            if (key.isPresent()) {
                state = state.key(key.get());
                if (state.typing().isPresent()) {
                    output.lineNow("\033[2;1H\033[2K/" + state.typing().get());
                } else {
                    return state;
                }
            }
        }
        return state;
    }

    private static void draw(TopState state, JsonValue.Fields status, boolean screen, Output output) {
        StringBuilder out = new StringBuilder();
        OptionalInt width = Terminal.width();
        int height = screen ? Keyboard.height() : Integer.MAX_VALUE;
        String clear = screen ? "\033[K\n" : "\n";
        if (screen) {
            out.append("\033[H");
        }
        out.append(head(status)).append(clear);
        out.append(state.filter().isEmpty() ? "" : "filter: " + state.filter())
                .append(screen ? clear : state.filter().isEmpty() ? "" : "\n");
        out.append(output.bold(cut(ProcessTable.HEADING, width))).append(clear);
        state.shown().stream()
                .limit(Math.max(height - 4, 1))
                .forEach(row -> out.append(ProcessTable.coloured(row, cut(row.line(), width), output))
                        .append(clear));
        if (screen) {
            out.append("\033[J");
        }
        output.line(out.substring(0, out.length() - (screen ? 0 : 1)));
        output.flush();
    }

    private static String head(JsonValue.Fields status) {
        long hits = StatusCommand.number(status, "hitsPerSecond");
        JsonValue.Fields processes = status.fields("processes");
        return "stet: %s, %d processes, %d probed, %,d breakpoints, %,d hits/s, %s of one CPU, %,d calls, %,d lost"
                .formatted(
                        status.text("health").orElse("?"),
                        StatusCommand.number(processes, "all"),
                        StatusCommand.number(processes, "probed") + StatusCommand.number(processes, "partly"),
                        StatusCommand.number(status, "breakpoints"),
                        hits,
                        StatusCommand.percent(hits * StatusCommand.number(status, "hitCostNanos") / 1e9),
                        StatusCommand.number(status.fields("calls"), "seen"),
                        StatusCommand.number(status.fields("calls"), "lost"));
    }

    private static String cut(String line, OptionalInt width) {
        return width.isPresent() && line.length() > width.getAsInt() ? line.substring(0, width.getAsInt()) : line;
    }
}
