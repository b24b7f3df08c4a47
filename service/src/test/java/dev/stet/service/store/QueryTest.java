package dev.stet.service.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.agent.AgentEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
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
                    .ask(sql, limits, () -> false, new Asked());
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
                .ask("SELECT * FROM events", SMALL.withRows(10), () -> false, asked);
        assertThat(asked.rows()).hasSize(10);
        assertThat(answered.cut()).hasValue("there are more than 10 rows");
        answered = new Query(kept.file, Optional.of(Asked.library()), Clock.systemUTC())
                .ask("SELECT * FROM events LIMIT 10", SMALL.withRows(10), () -> false, new Asked());
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
