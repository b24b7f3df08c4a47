package dev.stet.service.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.agent.AgentEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {
    private static final QueryLimits SMALL = new QueryLimits(1000, 1 << 20, Duration.ofMillis(500), 48L << 20);

    @TempDir
    static Path directory;

    private static Kept kept;

    @BeforeAll
    static void make() throws Exception {
        kept = new Kept(directory);
        for (int i = 0; i < 2000; i++) {
            int number = i;
            kept.store.event(new AgentEvent.Notice("number " + number));
        }
        long end = System.nanoTime() + 10_000_000_000L;
        while (!Files.exists(kept.file) || failure("SELECT count(*) FROM events", SMALL) != null || events() < 2000) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(50);
        }
    }

    @AfterAll
    static void end() {
        kept.close();
    }

    private static long events() throws Exception {
        return Asked.number(kept.file, "SELECT count(*) FROM events");
    }

    /// @return null if it was answered
    private static QueryException failure(String sql, QueryLimits limits) throws IOException {
        try {
            var ignored = new Query(kept.file, Optional.of(Asked.library()), Clock.systemUTC())
                    .ask(sql, limits, Asked.PATIENT, new Asked());
            return null;
        } catch (QueryException e) {
            return e;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM events",
                "WITH x AS (SELECT 1) DELETE FROM events",
                "with x as (select 1) insert into events values (1, 'a', 1, 'b', '{}')",
                "SELECT 1; DELETE FROM events",
                "/* */ -- \n PRAGMA journal_mode = DELETE",
                "ATTACH '/tmp/w/other.db' AS other",
                "VACUUM INTO '/tmp/stet-evil.db'",
                "backup to '/tmp/stet-evil.db'",
                "restore from '/tmp/stet-evil.db'",
                "SELECT load_extension('/tmp/evil.so')",
                "SELECT * FROM fts3_tokenizer('simple', x'00')",
                "SELECT fts3_tokenizer('simple', x'0011223344556677')",
                "EXPLAIN SELECT 1; DROP TABLE events",
                "CREATE TEMP TABLE x (a)",
                "BEGIN IMMEDIATE",
                "REINDEX",
                "SELECT writefile('/tmp/stet-evil', 'x')",
                "SELECT readfile('/etc/shadow')",
                "SELECT edit('x', 'sh -c id')",
                "",
                ";",
                "SELECT 'unfinished",
                "SELECT \u0000 1"
            })
    void nothingIsChangedOrReadElsewhere(String sql) throws Exception {
        assertThat(failure(sql, SMALL)).as(sql).isNotNull();
        assertThat(events()).isEqualTo(2000);
        assertThat(Path.of("/tmp/stet-evil.db")).doesNotExist();
        assertThat(Path.of("/tmp/stet-evil")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c",
                "SELECT count(*) FROM events a, events b, events c, events d",
                "WITH RECURSIVE c(x, n) AS (SELECT zeroblob(100000), 1 UNION SELECT zeroblob(100000 + n), n + 1 FROM c)"
                        + " SELECT count(*) FROM c",
                "WITH RECURSIVE c(x) AS (SELECT randomblob(400000) UNION ALL SELECT randomblob(400000) FROM c)"
                        + " SELECT x FROM c ORDER BY x",
                "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
                        + " SELECT group_concat(printf('%0500d', x)) FROM c",
                "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT median(x) FROM c",
                "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT p99(x) FROM c",
                "SELECT zeroblob(1000000000)",
                "SELECT length(printf('%2000000000d', 1))",
                "SELECT replace(hex(zeroblob(100000)), '0', hex(zeroblob(100000)))",
                "SELECT * FROM events WHERE json LIKE '%' || hex(zeroblob(1000)) || '%'"
            })
    void whatTakesTooMuchIsBrokenOffInTime(String sql) throws Exception {
        long begin = System.nanoTime();
        QueryException failure = failure(sql, SMALL);
        assertThat(failure).as(sql).isNotNull();
        assertThat(failure.kind())
                .as(sql + ": " + failure.getMessage())
                .isIn(QueryException.Kind.TOO_MUCH, QueryException.Kind.WRONG);
        assertThat(System.nanoTime() - begin).as(sql).isLessThan(5_000_000_000L);
        assertThat(events()).isEqualTo(2000);
    }

    @Test
    void whoTakesNothingHoldsTheLogForNoLongerThanAQuestionMayTake(@TempDir Path own) throws Exception {
        // So small that nothing of its log was put where it belongs.
        Kept small = new Kept(own);
        small.store.event(new AgentEvent.Notice("one"));
        small.store.event(new AgentEvent.Notice("two"));
        long kept = System.nanoTime() + 20_000_000_000L;
        while (!hasTwo(small.file)) {
            assertThat(System.nanoTime()).isLessThan(kept);
            Thread.sleep(50);
        }
        CountDownLatch hasRow = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicReference<Exception> end = new AtomicReference<>();
        Thread reader = Thread.ofPlatform().start(() -> {
            try {
                var _ = new Query(small.file, Optional.of(Asked.library()), Clock.systemUTC())
                        .ask("SELECT * FROM events", SMALL.withTime(Duration.ofSeconds(4)), Asked.PATIENT, new Rows() {
                            @Override
                            public void columns(List<String> names) {
                                // not needed
                            }

                            @Override
                            public boolean row(List<Cell> cells) throws IOException {
                                hasRow.countDown();
                                try {
                                    goOn.await();
                                } catch (InterruptedException e) {
                                    throw new IOException(e);
                                }
                                return true;
                            }
                        });
            } catch (QueryException | IOException e) {
                end.set(e);
            }
        });
        hasRow.await();
        small.close(); // who writes reads, too
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + small.file);
                Statement statement = other.createStatement()) {
            assertThat(isBusy(statement)).isTrue();
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (isBusy(statement)) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(50);
            }
        }
        goOn.countDown();
        reader.join();
        assertThat(end.get())
                .isInstanceOfSatisfying(
                        QueryException.class, e -> assertThat(e.kind()).isEqualTo(QueryException.Kind.TOO_MUCH));
    }

    private static boolean hasTwo(Path store) throws IOException {
        try {
            return Asked.number(store, "SELECT count(*) FROM events") >= 2;
        } catch (QueryException e) {
            return false; // it is just being made
        }
    }

    /// Is the log held by somebody who reads?
    private static boolean isBusy(Statement statement) throws SQLException {
        try (ResultSet found = statement.executeQuery("PRAGMA wal_checkpoint(RESTART)")) {
            return found.getLong(1) != 0;
        }
    }

    @Test
    void theDocumentsTablesAreTheStores() throws IOException {
        String page = Files.readString(Path.of("../docs/store.md"));
        for (Table table : Schema.TABLES) {
            StringBuilder section = new StringBuilder("### " + table.name() + "\n\nA row is " + table.meaning()
                    + ".\n\n| Column | Type | Means |\n| --- | --- | --- |\n");
            for (Column column : table.columns()) {
                section.append("| `%s` | %s | %s |\n".formatted(column.name(), column.type(), column.meaning()));
            }
            assertThat(page).contains(section + "\n");
        }
        assertThat(Pattern.compile("(?m)^### (\\w+)$").matcher(page).results().map(each -> each.group(1)))
                .containsExactlyElementsOf(
                        Schema.TABLES.stream().map(Table::name).toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT * FROM cals | did you mean 'calls'?",
                "SELECT latency FROM calls | did you mean 'latency_ns'?",
                "SELECT p98(1) | no such function: p98",
                "SELECT ago('yesterday') | ago() takes 90s, 15m, 2h or 7d",
                "SELECT percentile(1, 200) | percent is 0 to 100",
                "SELECT p50(x'0203') | only functions.latencies has percentiles",
                "SELEKT 1 | begins with SELECT",
                "SELECT FROM WHERE | syntax error",
                "DELETE FROM events | cannot change anything",
                "SELECT 1; SELECT 2 | one question at a time",
            })
    void aRefusalSaysWhatToDo(String sql, String says) throws Exception {
        assertThat(failure(sql, SMALL)).hasMessageContaining(says);
    }

    @Test
    void questionsMayHaveSemicolonsWhereTheyAreNoEnd() throws Exception {
        assertThat(Asked.text(kept.file, "SELECT 'a;''b' -- ; more\n /* ; */ ; "))
                .isEqualTo("a;'b");
        assertThat(Asked.number(kept.file, "SELECT 7 AS [a;b], \"time\" FROM events LIMIT 1"))
                .isEqualTo(7);
    }

    @Test
    void rowsBeyondTheLimitAreToldOf() throws Exception {
        Asked asked = new Asked();
        Query.Answered answered = new Query(kept.file, Optional.of(Asked.library()), Clock.systemUTC())
                .ask("SELECT * FROM events", SMALL.withRows(10), Asked.PATIENT, asked);
        assertThat(asked.rows()).hasSize(10);
        assertThat(answered.cut()).hasValue("there are more than 10 rows");
        answered = new Query(kept.file, Optional.of(Asked.library()), Clock.systemUTC())
                .ask("SELECT * FROM events LIMIT 10", SMALL.withRows(10), Asked.PATIENT, new Asked());
        assertThat(answered.cut()).isEmpty();
    }

    @Test
    void percentilesAreOfNumbersAndOfGroups() throws Exception {
        String numbers = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000) ";
        assertThat(Asked.number(kept.file, numbers + "SELECT p50(x) FROM c")).isBetween(492L, 508L);
        assertThat(Asked.number(kept.file, numbers + "SELECT percentile(x, 100) FROM c"))
                .isEqualTo(1000);
        Asked groups =
                Asked.of(kept.file, numbers + "SELECT x % 2, p99(x), p50(x / 10.0) FROM c GROUP BY 1 ORDER BY 1");
        assertThat(groups.rows()).hasSize(2);
        assertThat(groups.rows().getFirst().get(1)).isInstanceOf(Cell.Whole.class);
        assertThat(groups.rows().getFirst().get(2)).isInstanceOf(Cell.Real.class);
        assertThat(Asked.of(kept.file, "SELECT p50(pid) FROM events").rows().getFirst())
                .containsExactly(Cell.NOTHING);
    }

    @Test
    void whatIsNoStoreIsSaid() throws Exception {
        Path other = directory.resolve("other.db");
        assertThat(failureOf(other).kind()).isEqualTo(QueryException.Kind.NO_STORE);
        Files.write(other, new byte[0]);
        assertThat(failureOf(other)).hasMessageContaining("no store of Stet's");
        Files.writeString(
                other, "no database, but a text that is as long as a header of one would be, and longer\n".repeat(50));
        assertThat(failureOf(other).kind()).isEqualTo(QueryException.Kind.UNREADABLE);
    }

    private static QueryException failureOf(Path file) throws IOException {
        try {
            var ignored = Asked.of(file, "SELECT 1");
            throw new AssertionError("answered");
        } catch (QueryException e) {
            return e;
        }
    }

    @Test
    void aLibraryThatIsNotKeptLeavesNothing() throws Exception {
        Path library = directory.resolve("native");
        NativeLibrary.load(library); // loaded already: nothing is placed
        assertThat(library).doesNotExist();
    }
}
