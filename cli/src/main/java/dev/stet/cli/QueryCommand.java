package dev.stet.cli;

import dev.stet.agent.StateDirectory;
import dev.stet.agent.json.SafeText;
import dev.stet.service.store.Column;
import dev.stet.service.store.Query;
import dev.stet.service.store.QueryException;
import dev.stet.service.store.QueryLimits;
import dev.stet.service.store.Rows;
import dev.stet.service.store.Schema;
import dev.stet.service.store.StoreSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stet query`
@Command(
        name = "query",
        mixinStandardHelpOptions = true,
        description = {
            "Ask with SQL what the agent has kept: calls, events, verdicts, exits and exemptions (docs/store.md)."
                    + " The file is read as it is, whether an agent writes it or none runs.",
            "Besides SQLite's own functions there are p50(x), p90(x), p95(x), p99(x) and percentile(x, 0..100), of"
                    + " numbers and of functions.latencies, which has all calls; ago('15m'), to compare time with; and"
                    + " iso(time), to read it."
        },
        footer = {
            "",
            "Examples:",
            "  sudo ./stet query --tables",
            "  sudo ./stet query 'SELECT function, sum(calls), p99(latencies) FROM functions GROUP BY function'",
            "  sudo ./stet query \"SELECT * FROM verdicts WHERE time > ago('1h')\"",
            "  sudo ./stet query --csv 'SELECT iso(time), process, status FROM exits' > exits.csv",
            "",
            "Exit codes: 0 answered; 1 broken off: it took too much; 64 wrong SQL; 65 no store that can be read; "
                    + "66 no store; 77 needs root."
        })
final class QueryCommand implements Runnable {
    /// Of a question on standard input.
    private static final int MAX_BYTES = 64 << 10;

    @Option(names = "--tables", description = "Say what tables and columns there are.")
    private boolean tables;

    @Option(names = "--csv", description = "Print comma-separated values with a heading (RFC 4180).")
    private boolean csv;

    @Option(names = "--json", description = "Print one JSON object a row.")
    private boolean json;

    @Option(names = "--limit", paramLabel = "N", description = "Stop after so many rows; 0: never (default: 0).")
    private long limit;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "Break off after so long (default: 30; 3600 at most).")
    private double timeout = QueryLimits.ALONE.time().toSeconds();

    @Option(
            names = "--memory",
            paramLabel = "MIB",
            description = "Break off when it has taken so much memory (default: 256; 4096 at most).")
    private int memory = Math.toIntExact(QueryLimits.ALONE.memory() >> 20);

    @Mixin
    private AgentOption agent;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "The agent's state directory, with the store in it (default: /var/lib/stet).")
    private Path state;

    @Option(names = "--file", paramLabel = "STORE", description = "The store itself, wherever it is.")
    private Path file;

    @Parameters(
            arity = "0..1",
            paramLabel = "SQL",
            description = "The question: SELECT, WITH, VALUES or EXPLAIN; -: what standard input has.")
    private String sql;

    @Override
    public void run() {
        check();
        boolean[] closed = new boolean[1];
        Output output = new Output(() -> closed[0] = true);
        if (tables) {
            describe(output);
            return;
        }
        QueryLimits limits = QueryLimits.ALONE
                .withRows(limit)
                .withTime(Duration.ofMillis(Math.round(timeout * 1000)))
                .withMemory((long) memory << 20);
        Path store = file != null ? file : state().resolve(StoreSettings.FILE_NAME);
        RowsOutput rows = new GatheredRows(RowsOutput.of(csv, json, output, () -> closed[0]));
        try {
            Optional<String> cut = ask(store, limits, new Waiting(() -> closed[0], limits), rows);
            rows.end();
            output.flush();
            cut.ifPresent(why -> output.say(why + ", and these are the first"));
        } catch (QueryException e) {
            end(rows, output);
            if (!closed[0]) {
                throw failure(e);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /// @return why it is not all; empty if it is
    private Optional<String> ask(Path store, QueryLimits limits, Query.Asker asker, Rows rows)
            throws QueryException, IOException {
        String question = sql.equals("-") ? standardInput() : sql;
        try {
            return new Query(store, library(), Clock.systemUTC())
                    .ask(question, limits, asker, rows)
                    .cut();
        } catch (QueryException e) {
            if (!isForAgent(e)) {
                throw e;
            }
            boolean isAll = new AgentQuery(agent, limits.rows()).ask(question, rows);
            return isAll ? Optional.empty() : Optional.of("there are more rows");
        }
    }

    /// What came before it broke off.
    private static void end(RowsOutput rows, Output output) {
        try {
            rows.end();
            output.flush();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static Failure failure(IOException e) {
        return new Failure(ExitCode.UNAVAILABLE, "cannot write the answer: " + e.getMessage());
    }

    private static String standardInput() throws IOException {
        byte[] bytes = System.in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new Failure(ExitCode.USAGE, "the question on standard input has more than " + MAX_BYTES + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// We may not read the agent's store, or it is elsewhere: may the agent be asked?
    private boolean isForAgent(QueryException e) {
        boolean isElsewhere = e.kind() == QueryException.Kind.NOT_PERMITTED || e.kind() == QueryException.Kind.NO_STORE;
        return isElsewhere && file == null && state == null && agent.isThere();
    }

    private Path state() {
        return state != null ? state : StateDirectory.DEFAULT;
    }

    /// Somebody at a terminal, or a program.
    private record Waiting(BooleanSupplier closed, QueryLimits limits) implements Query.Asker {
        @Override
        public boolean isGone() {
            return closed.getAsBoolean();
        }

        @Override
        public void stuck() {
            System.err.println("stet: it takes longer than it may ("
                    + limits.time().toSeconds() + " s), and works on one long value; ask for less");
            Runtime.getRuntime().halt(ExitCode.NOTHING);
        }
    }

    private void check() {
        if (csv && json) {
            throw new Failure(ExitCode.USAGE, "--csv or --json, not both");
        }
        if (tables == (sql != null)) {
            throw new Failure(
                    ExitCode.USAGE,
                    tables
                            ? "--tables asks nothing else"
                            : "what is asked? Give SQL, or --tables\n  try: stet query --help");
        }
        if (limit < 0) {
            throw new Failure(ExitCode.USAGE, "--limit takes a number of rows, or 0");
        }
        if (memory < 1 || memory > 4096) {
            throw new Failure(ExitCode.USAGE, "--memory takes MiB, 1 to 4096");
        }
        if (!(timeout >= 0.001 && timeout <= 3600)) {
            throw new Failure(ExitCode.USAGE, "--timeout takes seconds, 0.001 to 3600");
        }
    }

    /// The agent's, if it has one and we may use it.
    private Optional<Path> library() {
        Path directory = StoreSettings.library(state());
        return Optional.of(directory)
                .filter(it -> Files.isDirectory(it, LinkOption.NOFOLLOW_LINKS) && Files.isWritable(it));
    }

    private void describe(Output output) {
        if (json) {
            Schema.TABLES.forEach(table -> output.line(QueryTables.json(table)));
        } else {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("TABLE", "COLUMN", "TYPE", "WHAT IT IS"));
            Schema.TABLES.forEach(table -> {
                rows.add(List.of(table.name(), "", "", table.meaning()));
                for (Column column : table.columns()) {
                    rows.add(List.of("", column.name(), column.type(), column.meaning()));
                }
            });
            Table.print(output, "", rows);
        }
        output.flush();
    }

    private static Failure failure(QueryException e) {
        int code = switch (e.kind()) {
            case WRONG, REFUSED -> ExitCode.USAGE;
            case TOO_MUCH -> ExitCode.NOTHING;
            case NO_STORE -> ExitCode.NO_INPUT;
            case NOT_PERMITTED -> ExitCode.NOT_PERMITTED;
            case UNREADABLE -> ExitCode.BAD_DATA;
        };
        return new Failure(code, SafeText.plain(e.getMessage()));
    }
}
