package dev.stet.it;

import static dev.stet.it.PackRun.arg;
import static dev.stet.it.PackRun.result;
import static dev.stet.it.PackRun.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.it.Events.Event;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What Go programs serve, ask, store and log, with and without their symbols.
class GoPacksTest {
    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    private static Path services(boolean stripped) {
        return stripped ? Targets.goServicesStripped() : Targets.goServices();
    }

    private static Path grpc(boolean stripped) {
        return stripped ? Targets.goGrpcStripped() : Targets.goGrpc();
    }

    private static TargetProcess start(Path program) {
        return TargetProcess.startReady(program, "-interval", "20");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void httpServedAndAsked(boolean stripped) {
        Path program = services(stripped);
        try (TargetProcess target = start(program);
                PackRun run = PackRun.on(program)) {
            List<Event> served = run.await("http.server", 20);
            assertThat(served)
                    .allSatisfy(call -> {
                        assertThat(call.number("pid")).isEqualTo(target.pid());
                        assertThat(call.text("pack")).isEqualTo("go-http");
                        assertThat(text(call, "http.request.method")).isEqualTo("GET");
                        assertThat(text(call, "url.path")).matches("/(orders|secure|two)/\\d+");
                        assertThat(text(call, "server.address")).matches("127\\.0\\.0\\.1:\\d+");
                        assertThat(text(call, "client.address")).matches("127\\.0\\.0\\.1:\\d+");
                        assertThat(call.number("latencyNanos")).isPositive();
                    })
                    .anySatisfy(call -> assertThat(text(call, "url.path")).startsWith("/secure/"))
                    .anySatisfy(call -> assertThat(text(call, "url.path")).startsWith("/two/"));
            assertThat(served).allSatisfy(call -> {
                JsonNode status = result(call, "http.response.status_code");
                if (text(call, "url.path").startsWith("/two/")) {
                    assertThat(status.isNull())
                            .as("the status of HTTP/2 is not where that of HTTP/1 is")
                            .isTrue();
                } else {
                    assertThat(status.intValue()).isEqualTo(status(text(call, "url.path")));
                }
            });
            assertThat(run.await("http.client", 20)).allSatisfy(call -> {
                assertThat(text(call, "http.request.method")).isEqualTo("GET");
                assertThat(text(call, "server.address")).matches("127\\.0\\.0\\.1:\\d+");
                assertThat(result(call, "http.response.status_code").intValue())
                        .isEqualTo(status(text(call, "url.path")));
            });
            assertThat(run.stet().stdout().stream().filter(line -> line.contains("token=secret")))
                    .as("queries are contents")
                    .isEmpty();
            assertThat(target.stop()).startsWith("done ");
        }
    }

    /// Arguments are on the stack, and where results are only types tell, which a stripped program does not
    /// have.
    @Test
    void oldGoSaysWhatItDoesNotKnow() {
        Path program = Targets.goServicesOld();
        try (TargetProcess target = start(program);
                PackRun run = PackRun.on(program)) {
            assertThat(run.await("http.server", 10)).allSatisfy(call -> {
                assertThat(text(call, "http.request.method")).isEqualTo("GET");
                assertThat(text(call, "url.path")).matches("/(orders|secure|two)/\\d+");
            });
            assertThat(run.await("http.client", 10)).allSatisfy(call -> {
                assertThat(text(call, "url.path")).matches("/(orders|secure|two)/\\d+");
                assertThat(result(call, "http.response.status_code").asString(""))
                        .isEqualTo("<unknown>");
                assertThat(result(call, "error").asString("")).isEqualTo("<unknown>");
            });
            assertThat(run.await(
                            "db.query", 10, call -> text(call, "db.query.text").equals("FAIL please")))
                    .allSatisfy(call ->
                            assertThat(result(call, "error").asString("")).isEqualTo("<unknown>"));
            assertThat(target.stop()).startsWith("done ");
        }
    }

    /// /orders/N is missing where N is a multiple of 5.
    private static int status(String path) {
        return path.matches("/orders/\\d*[05]") ? 404 : 200;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tls(boolean stripped) {
        Path program = services(stripped);
        try (TargetProcess target = start(program);
                PackRun run = PackRun.on(program)) {
            assertThat(run.await(
                            "tls.write",
                            10,
                            call -> !arg(call, "http").path("method").isMissingNode()))
                    .allSatisfy(call -> {
                        assertThat(arg(call, "http").path("path").asString("")).matches("/secure/\\d+");
                        assertThat(result(call, "bytes").longValue())
                                .isEqualTo(arg(call, "size").longValue());
                    });
            assertThat(run.await(
                            "tls.read",
                            10,
                            call -> !result(call, "http").path("status").isMissingNode()))
                    .allSatisfy(call -> assertThat(
                                    result(call, "http").path("status").intValue())
                            .isEqualTo(200));
            assertThat(target.stop()).startsWith("done ");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void databaseSql(boolean stripped) {
        Path program = services(stripped);
        try (TargetProcess target = start(program);
                PackRun run = PackRun.on(program)) {
            List<Event> queries = run.await("db.query", 40);
            assertThat(queries)
                    .allSatisfy(call -> assertThat(text(call, "db.query.text"))
                            .matches("SELECT name FROM users WHERE id = \\? -- round \\d+"
                                    + "|INSERT INTO visits VALUES \\(\\?\\)|FAIL please|UPDATE users SET seen = \\?"));
            assertThat(queries.stream().map(call -> text(call, "db.query.text").split(" ")[0]))
                    .contains("SELECT", "INSERT", "FAIL", "UPDATE");
            assertThat(queries)
                    .filteredOn(call -> !text(call, "db.query.text").equals("FAIL please"))
                    .allSatisfy(
                            call -> assertThat(result(call, "error").isNull()).isTrue());
            assertThat(queries)
                    .filteredOn(call -> text(call, "db.query.text").equals("FAIL please"))
                    .allSatisfy(
                            call -> assertThat(result(call, "error").toString()).contains("it failed, as asked"));
            assertThat(target.stop()).startsWith("done ");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void logs(boolean stripped) {
        Path program = services(stripped);
        try (TargetProcess target = start(program);
                PackRun run = PackRun.on(program)) {
            List<Event> structured =
                    run.await("log", 10, call -> call.text("function").startsWith("log/slog."));
            assertThat(structured)
                    .allSatisfy(call -> assertThat(text(call, "body"))
                            .isEqualTo(arg(call, "severity").intValue() == 4 ? "fifth round" : "slow round"))
                    .anySatisfy(
                            call -> assertThat(arg(call, "severity").intValue()).isEqualTo(4))
                    .anySatisfy(
                            call -> assertThat(arg(call, "severity").intValue()).isZero());
            List<Event> lines =
                    run.await("log", 10, call -> call.text("function").startsWith("os."));
            assertThat(lines).allSatisfy(call -> {
                assertThat(text(call, "log.iostream")).isEqualTo("stderr");
                assertThat(text(call, "body")).matches("(own: own|\\S+ \\S+) round \\d+\n");
            });
            assertThat(target.stop()).startsWith("done ");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void grpcServedAndAsked(boolean stripped) {
        Path program = grpc(stripped);
        try (TargetProcess target = start(program);
                PackRun run = PackRun.on(program)) {
            assertThat(run.await("rpc.server", 20)).allSatisfy(call -> {
                assertThat(call.text("pack")).isEqualTo("go-grpc");
                assertThat(text(call, "rpc.system.name")).isEqualTo("grpc");
                assertThat(text(call, "rpc.method")).matches("/grpc.health.v1.Health/(Check|Watch)");
                assertThat(call.number("latencyNanos")).isPositive();
            });
            assertThat(run.await("rpc.server.status", 20))
                    .allSatisfy(call -> {
                        assertThat(text(call, "rpc.method")).startsWith("/grpc.health.v1.Health/");
                        assertThat(arg(call, "rpc.response.status_code").intValue())
                                .isIn(0, 1, 4, 5);
                    })
                    .anyMatch(call -> arg(call, "rpc.response.status_code").intValue() == 0)
                    .anyMatch(call -> arg(call, "rpc.response.status_code").intValue() == 5);
            List<Event> asked = run.await("rpc.client", 20);
            assertThat(asked)
                    .allSatisfy(call -> {
                        assertThat(text(call, "rpc.method")).isEqualTo("/grpc.health.v1.Health/Check");
                        assertThat(text(call, "server.address")).matches("127\\.0\\.0\\.1:\\d+");
                    })
                    .anyMatch(call -> result(call, "error").isNull())
                    .anyMatch(call -> !result(call, "error").isNull());
            assertThat(run.await("rpc.client.stream", 2))
                    .allSatisfy(call -> assertThat(text(call, "rpc.method")).isEqualTo("/grpc.health.v1.Health/Watch"));
            assertThat(target.stop()).startsWith("done ");
        }
    }
}
