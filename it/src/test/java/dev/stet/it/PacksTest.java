package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.it.Events.Event;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The built-in packs of `stet run` report what the programs did.
class PacksTest {
    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    /// A Stet that looks at one program only: the rest of the machine is left alone.
    private static StetProcess run(Path program) {
        return StetProcess.start("run", "--json", "--exe", program.toString());
    }

    /// Waits until a function of a process was called so often, and gives all its calls until then.
    private static List<Event> calls(Events events, long pid, String function, int atLeast) {
        int from = 0;
        for (int i = 0; i < atLeast; i++) {
            var _ = events.await(
                    from,
                    "call",
                    event ->
                            event.number("pid") == pid && event.text("function").equals(function));
            from = indexAfterCall(events, from, pid, function);
        }
        return events.calls(0, pid).stream()
                .filter(event -> event.text("function").equals(function))
                .toList();
    }

    private static int indexAfterCall(Events events, int from, long pid, String function) {
        List<String> lines = events.stet().stdout();
        String wanted = "\"function\":\"" + function + "\"";
        return IntStream.range(from, lines.size())
                        .filter(i ->
                                lines.get(i).contains(wanted) && lines.get(i).contains("\"pid\":" + pid + ","))
                        .findFirst()
                        .orElseThrow()
                + 1;
    }

    private static String arg(Event call, String name) {
        return call.json().get("args").get(name).asString("");
    }

    private static long number(Event call, String side, String name) {
        return call.json().get(side).get(name).longValue();
    }

    @Test
    void sqliteStatementsAndSteps() {
        try (StetProcess stet = run(Targets.sqliteUser())) {
            Events events = Events.of(stet);
            var _ = events.awaitApplied(0);
            try (TargetProcess target = TargetProcess.startReady(Targets.sqliteUser(), "3000", "0")) {
                List<Event> prepared = calls(events, target.pid(), "sqlite3_prepare_v2", 20);
                List<String> statements = prepared.stream()
                        .map(call -> arg(call, "db.query.text"))
                        .filter(sql -> sql.contains("-- round"))
                        .toList();
                long first = Long.parseLong(statements.getFirst().replaceAll(".* ", ""));
                assertThat(statements)
                        .containsExactlyElementsOf(IntStream.range(0, statements.size())
                                .mapToObj(i -> "SELECT value FROM numbers WHERE value < 3 -- round " + (first + i))
                                .toList());
                assertThat(prepared).allSatisfy(call -> {
                    assertThat(number(call, "results", "db.response.status_code"))
                            .isZero();
                    assertThat(call.text("pack")).isEqualTo("sqlite");
                    assertThat(call.number("latencyNanos")).isPositive();
                });
                List<Long> steps = calls(events, target.pid(), "sqlite3_step", 40).stream()
                        .map(call -> number(call, "results", "db.response.status_code"))
                        .toList();
                int start = steps.indexOf(101L) + 1;
                for (int i = start; i < steps.size(); i++) {
                    assertThat(steps.get(i)).isEqualTo((i - start) % 4 == 3 ? 101L : 100L);
                }
                stet.signal("TERM");
                assertThat(stet.waitFor(Events.LIMIT)).isEqualTo(143);
                assertThat(target.stop()).startsWith("done ");
            }
        }
    }

    @Test
    void nameLookups() {
        try (TargetProcess target = TargetProcess.startReady(Targets.dnsUser(), "3000", "0");
                StetProcess stet = run(Targets.dnsUser())) {
            assertThat(calls(Events.of(stet), target.pid(), "getaddrinfo", 20)).allSatisfy(call -> {
                assertThat(arg(call, "dns.question.name")).isEqualTo("localhost");
                assertThat(arg(call, "service")).isEqualTo("80");
                assertThat(number(call, "results", "error")).isZero();
                assertThat(call.text("pack")).isEqualTo("libc");
            });
        }
    }

    @Test
    void sizesOfWhatGoesThroughTls() {
        Set<Long> sizes = Set.of(1L, 50L, 100L, 500L, 1000L, 8192L, 16384L);
        try (TargetProcess target = TargetProcess.startReady(Targets.tlsPair(), "3000", "0");
                StetProcess stet = run(Targets.tlsPair())) {
            Events events = Events.of(stet);
            assertThat(calls(events, target.pid(), "SSL_write", 40)).allSatisfy(call -> {
                assertThat(number(call, "args", "size")).isIn(sizes);
                assertThat(number(call, "results", "bytes")).isEqualTo(number(call, "args", "size"));
            });
            assertThat(calls(events, target.pid(), "SSL_read", 40)).allSatisfy(call -> {
                assertThat(number(call, "args", "size")).isEqualTo(16384);
                assertThat(number(call, "results", "bytes")).isIn(sizes);
            });
            // Of one connection end, what it reads is what the other has written: the client reads half of its own.
            Map<String, List<Long>> read = new LinkedHashMap<>();
            calls(events, target.pid(), "SSL_read", 40)
                    .forEach(call -> read.computeIfAbsent(arg(call, "ssl"), _ -> new java.util.ArrayList<>())
                            .add(number(call, "results", "bytes")));
            assertThat(read).hasSize(2);
        }
    }

    @Test
    void requestsThatGoServes() {
        try (TargetProcess target =
                        TargetProcess.startReady(Targets.goHotStripped(), "-listen", "127.0.0.1:0", "-load", "2");
                StetProcess stet = run(Targets.goHotStripped())) {
            List<Event> requests = calls(Events.of(stet), target.pid(), "net/http.serverHandler.ServeHTTP", 100);
            assertThat(requests).allSatisfy(call -> {
                assertThat(arg(call, "http.request.method")).isEqualTo("GET");
                assertThat(arg(call, "url.path")).matches("/handle/\\d+/client-(0|1000)");
                assertThat(call.number("latencyNanos")).isPositive();
                assertThat(call.text("pack")).isEqualTo("go-http");
            });
            assertThat(requests.stream().map(call -> arg(call, "url.path"))).doesNotHaveDuplicates();
            stet.signal("TERM");
            assertThat(stet.waitFor(Events.LIMIT)).isEqualTo(143);
            assertThat(target.stop()).matches("served [0-9]+ errors 0");
        }
    }

    @Test
    void compression() {
        try (TargetProcess target = TargetProcess.startReady(Targets.zlibUser(), "5000", "0");
                PackRun run = PackRun.on(Targets.zlibUser())) {
            assertThat(run.await("compress", 20)).allSatisfy(call -> {
                assertThat(number(call, "args", "input")).isBetween(1000L, 1099L);
                assertThat(number(call, "args", "room")).isEqualTo(4096);
                assertThat(number(call, "args", "flush")).isEqualTo(4);
                assertThat(number(call, "results", "input.left")).isZero();
                assertThat(number(call, "results", "room.left")).isBetween(4000L, 4095L);
                assertThat(number(call, "results", "status")).isEqualTo(1);
            });
            assertThat(run.await("uncompress", 20)).allSatisfy(call -> {
                assertThat(number(call, "args", "input")).isBetween(1L, 96L);
                assertThat(4096 - number(call, "results", "room.left")).isBetween(1000L, 1099L);
                assertThat(number(call, "results", "status")).isEqualTo(1);
            });
            assertThat(target.stop()).startsWith("done rounds=");
        }
    }

    /// With libstdc++ as a library, and linked in.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void exceptions(boolean isStatic) {
        Path program = isStatic ? Targets.throwingStatic() : Targets.throwing();
        Set<String> types = Set.of("St13runtime_error", "N4shop8sold_outE", "i");
        try (TargetProcess target = TargetProcess.startReady(program, "5000", "0");
                PackRun run = PackRun.on(program)) {
            List<Event> thrown = run.await("exception", 12);
            assertThat(thrown).allSatisfy(call -> assertThat(call.text("pack")).isEqualTo("cxx-exceptions"));
            assertThat(thrown.stream().map(call -> PackRun.text(call, "exception.type")))
                    .containsAll(types)
                    .allMatch(types::contains);
            List<Event> caught = run.await("exception.caught", 12);
            assertThat(caught.stream().map(call -> PackRun.text(call, "exception.type")))
                    .containsAll(types)
                    .allMatch(types::contains);
            assertThat(target.stop()).startsWith("done rounds=");
        }
    }

    /// A library that a program opens long after its start is probed then.
    @Test
    void libraryThatIsOpenedLate() {
        try (TargetProcess target = TargetProcess.startReady(Targets.sqliteLate(), "0");
                StetProcess stet = run(Targets.sqliteLate())) {
            Events events = Events.of(stet);
            var _ = events.awaitVerdict(0, target.pid(), "trace");
            var _ = events.awaitApplied(0);
            int from = events.now();
            target.signal("USR1");
            long opened = System.nanoTime();
            Event attached =
                    events.await(from, "attached", event -> event.text("file").contains("libsqlite3"));
            Figure.print("late library: probed %.0f ms after the program was told to open it"
                    .formatted(Figure.millis(attached.nanos() - opened)));
            assertThat(calls(events, target.pid(), "sqlite3_prepare_v2", 10))
                    .allSatisfy(call -> assertThat(arg(call, "db.query.text")).matches("SELECT \\d+"));
        }
    }
}
