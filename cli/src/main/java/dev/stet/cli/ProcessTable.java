package dev.stet.cli;

import dev.stet.agent.audit.JsonValue;
import dev.stet.agent.json.SafeText;
import dev.stet.facts.Glob;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The agent's processes as a table: what `stet ps` prints and `stet top` keeps on the screen.
///
/// @param rows one for each
record ProcessTable(List<Row> rows) {
    static final String HEADING =
            "%7s  %-9s %9s %9s %7s  %-18s %s".formatted("PID", "STATE", "PROBES", "HITS/S", "CPU", "PROCESS", "WHY");

    /// By what they are ordered.
    enum Order {
        PID,
        NAME,
        HITS,
        CPU,
        PROBES,
        STATE;

        private Comparator<Row> rows() {
            Comparator<Row> first = switch (this) {
                case PID -> Comparator.comparingLong(Row::pid);
                case NAME -> Comparator.comparing(Row::process);
                case HITS -> Comparator.comparingLong(Row::hits).reversed();
                case CPU -> Comparator.comparingLong(Row::costNanos).reversed();
                case PROBES -> Comparator.comparingLong(Row::breakpoints).reversed();
                case STATE -> Comparator.comparing(Row::state);
            };
            return first.thenComparingLong(Row::pid);
        }
    }

    /// A process.
    ///
    /// @param costNanos that its probes take from it a second
    record Row(long pid, String state, long breakpoints, long hits, long costNanos, String process, String why) {
        private static Row of(JsonValue.Fields process) {
            return new Row(
                    StatusCommand.number(process, "pid"),
                    process.text("state").orElse("?"),
                    StatusCommand.number(process, "breakpoints"),
                    StatusCommand.number(process, "hitsPerSecond"),
                    StatusCommand.number(process, "costNanosPerSecond"),
                    SafeText.plain(process.text("process").orElse("?")),
                    SafeText.plain(process.text("why").orElse("")));
        }

        /// One line, without colours.
        String line() {
            return "%7d  %-9s %9s %9s %7s  %-18s %s"
                    .formatted(
                            pid,
                            state,
                            dash(breakpoints),
                            dash(hits),
                            costNanos == 0 ? "-" : String.format(Locale.ROOT, "%.1f%%", costNanos / 1e7),
                            process,
                            why);
        }

        private static String dash(long number) {
            return number == 0 ? "-" : "%,d".formatted(number);
        }
    }

    /// Reads the answer to `GET /v1/processes`.
    static ProcessTable of(JsonValue.Fields answer) {
        return new ProcessTable(
                StatusCommand.objects(answer, "processes").stream().map(Row::of).toList());
    }

    /// Those of a name, in order.
    ///
    /// @param name a pattern, or part of a name; empty: all
    ProcessTable of(Optional<String> name, Order order) {
        List<Row> chosen = new ArrayList<>(rows.stream()
                .filter(row -> name.isEmpty() || isNamed(row, name.get()))
                .toList());
        chosen.sort(order.rows());
        return new ProcessTable(chosen);
    }

    private static boolean isNamed(Row row, String name) {
        if (String.valueOf(row.pid).equals(name)) {
            return true;
        }
        return Glob.isPattern(name) ? Glob.name(name).matches(row.process) : row.process.contains(name);
    }

    /// A line in its state's colour.
    static String coloured(Row row, String line, Output output) {
        return switch (row.state) {
            case "probed" -> output.green(line);
            case "partly", "held", "resting" -> output.yellow(line);
            case "undecided" -> output.red(line);
            // Words of the agent, of which a later one may have more.
            default -> line;
        };
    }
}
