package dev.stet.it;

import static dev.stet.it.PackRun.arg;
import static dev.stet.it.PackRun.result;
import static dev.stet.it.PackRun.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.it.Events.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Databases and their clients. The servers are Debian's, started by the test on directories and sockets of
/// its own.
class DatabasePacksTest {
    private static final Path POSTGRES = Path.of("/usr/lib/postgresql/15/bin");
    private static final Duration START = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    /// Starts a program as another user: servers of databases refuse to be root.
    private static TargetProcess as(String user, String... command) {
        List<String> arguments = new ArrayList<>(List.of("--reuid=" + user, "--regid=" + user, "--init-groups", "--"));
        arguments.addAll(List.of(command));
        return TargetProcess.start(Requires.tool("setpriv"), arguments.toArray(String[]::new));
    }

    /// A directory that a user owns, and can get to.
    private Path owned(String user) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path made = Files.createDirectory(directory.resolve(user));
        Files.setOwner(
                made, made.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user));
        return made;
    }

    private TargetProcess startPostgres(Path home) {
        Requires.require(Files.isExecutable(POSTGRES.resolve("postgres")), "PostgreSQL 15 (Debian: postgresql-15)");
        String data = home.resolve("data").toString();
        try (TargetProcess initdb = as(
                "postgres",
                POSTGRES.resolve("initdb").toString(),
                "--pgdata=" + data,
                "--auth=trust",
                "--no-sync",
                "--encoding=UTF8",
                "--locale=C")) {
            assertThat(initdb.waitFor(START)).as("initdb: %s", initdb.stderr()).isZero();
        }
        TargetProcess server = as(
                "postgres",
                POSTGRES.resolve("postgres").toString(),
                "-D" + data,
                "-k" + home,
                "-clisten_addresses=",
                "-cfsync=off");
        var _ = server.awaitErrorLine(line -> line.contains("ready to accept connections"), START);
        return server;
    }

    private static String connection(Path home) {
        return "host=" + home + " user=postgres dbname=postgres";
    }

    @Test
    void postgresClient() throws IOException {
        Path home = owned("postgres");
        try (TargetProcess server = startPostgres(home);
                TargetProcess target = TargetProcess.startReady(Targets.pqUser(), "20000", "0", connection(home));
                PackRun run = PackRun.on(Targets.pqUser())) {
            List<Event> queries = run.await("db.query", 30);
            assertThat(queries).allSatisfy(call -> {
                assertThat(call.text("pack")).isEqualTo("libpq");
                assertThat(text(call, "db.system.name")).isEqualTo("postgresql");
            });
            assertThat(statements(queries))
                    .anyMatch(statement -> statement.matches("SELECT \\d+, 'exec'"))
                    .anyMatch(statement -> statement.matches("SELECT \\$1::text \\|\\| '\\d+'"))
                    .anyMatch(statement -> statement.matches("SELECT \\* FROM missing -- \\d+"));
            assertThat(queries)
                    .anyMatch(call -> text(call, "statement").equals("numbers")
                            && arg(call, "parameters").intValue() == 1);
            List<Event> results = run.await("db.result", 30);
            assertThat(results)
                    .allSatisfy(call -> assertThat(call.number("latencyNanos")).isPositive())
                    .anyMatch(call -> isResult(call, 2, 1, "SELECT 1"))
                    .anyMatch(call -> isResult(call, 2, 3, "SELECT 3"))
                    .anyMatch(call -> isResult(call, 7, 0, ""));
            assertThat(run.await("db.execute", 30))
                    .allSatisfy(call -> assertThat(call.number("latencyNanos")).isPositive())
                    .anyMatch(call -> text(call, "db.query.text").matches("SELECT \\d+, 'exec'")
                            && isResult(call, 2, 1, "SELECT 1"))
                    .anyMatch(call -> text(call, "db.query.text").startsWith("SELECT $1::text")
                            && isResult(call, 2, 1, "SELECT 1"))
                    .anyMatch(call -> text(call, "statement").equals("numbers") && isResult(call, 2, 3, "SELECT 3"))
                    .anyMatch(call -> text(call, "db.query.text").contains("missing") && isResult(call, 7, 0, ""));
            assertThat(run.stet().stdout().stream().filter(line -> line.contains("secret-")))
                    .as("parameters are contents")
                    .isEmpty();
            assertThat(target.stop()).startsWith("done rounds=");
            assertThat(server.isAlive()).isTrue();
        }
    }

    private static boolean isResult(Event call, int status, int rows, String tag) {
        return result(call, "db.response.status_code").intValue() == status
                && result(call, "db.response.returned_rows").intValue() == rows
                && result(call, "db.response.tag").asString("?").equals(tag);
    }

    private static List<String> statements(List<Event> events) {
        return events.stream().map(event -> text(event, "db.query.text")).toList();
    }

    /// A real client: psql, which starts after Stet.
    @Test
    void psql() throws IOException {
        Path home = owned("postgres");
        Path psql = POSTGRES.resolve("psql");
        Path file =
                Files.writeString(directory.resolve("work.sql"), "SELECT pg_sleep(0.05), 'from psql';\n".repeat(400));
        try (TargetProcess server = startPostgres(home);
                PackRun run = PackRun.on(psql).ready();
                TargetProcess target = TargetProcess.start(psql, "--quiet", "--file=" + file, connection(home))) {
            assertThat(statements(run.await("db.query", 5)))
                    .allMatch(statement -> statement.equals("SELECT pg_sleep(0.05), 'from psql';")
                            || statement.equals("SELECT pg_sleep(0.05), 'from psql'"));
            assertThat(run.await("db.result", 5))
                    .allSatisfy(call -> assertThat(call.number("pid")).isEqualTo(target.pid()));
            assertThat(server.isAlive()).isTrue();
        }
    }

    /// The server itself: its own probes, and the executor.
    @Test
    void postgresServer() throws IOException {
        Path home = owned("postgres");
        try (TargetProcess server = startPostgres(home);
                TargetProcess target = TargetProcess.startReady(Targets.pqUser(), "20000", "0", connection(home));
                PackRun run = PackRun.on(POSTGRES.resolve("postgres"))) {
            List<Event> queries = run.await("db.query", 10);
            assertThat(queries).allSatisfy(call -> {
                assertThat(call.text("pack")).isEqualTo("postgres");
                assertThat(call.number("pid")).as("a backend").isNotEqualTo(server.pid());
            });
            assertThat(statements(queries))
                    .allMatch(statement -> statement.matches("SELECT (\\d+, 'exec'|\\* FROM missing -- \\d+)"));
            assertThat(statements(run.await("db.query.done", 5))).allMatch(statement -> statement.startsWith("SELECT"));
            List<Event> executed = run.await("db.execute", 30);
            assertThat(statements(executed))
                    .contains("SELECT generate_series(1, $1::int)")
                    .anyMatch(statement -> statement.matches("SELECT \\$1::text \\|\\| '\\d+'"))
                    .noneMatch(statement -> statement.contains("missing"));
            assertThat(executed)
                    .allSatisfy(call -> assertThat(call.number("latencyNanos")).isPositive());
            assertThat(run.await("db.abort", 1)).isNotEmpty();
            assertThat(run.await("db.commit", 5)).isNotEmpty();
            assertThat(target.stop()).startsWith("done rounds=");
        }
    }

    private TargetProcess startMariadb(Path home) {
        String data = home.resolve("data").toString();
        try (TargetProcess install = as(
                "mysql",
                Requires.tool("mariadb-install-db").toString(),
                "--no-defaults",
                "--datadir=" + data,
                "--auth-root-authentication-method=normal",
                "--skip-test-db")) {
            assertThat(install.waitFor(START)).as("%s", install.stdout()).isZero();
        }
        TargetProcess server = as(
                "mysql",
                "/usr/sbin/mariadbd",
                "--no-defaults",
                "--datadir=" + data,
                "--socket=" + home.resolve("socket"),
                "--pid-file=" + home.resolve("pid"),
                "--skip-networking",
                "--skip-grant-tables");
        var _ = server.awaitErrorLine(line -> line.contains("ready for connections"), START);
        return server;
    }

    @Test
    void mariadbClient() throws IOException {
        Path home = owned("mysql");
        String socket = home.resolve("socket").toString();
        try (TargetProcess server = startMariadb(home);
                PackRun run = PackRun.on(Targets.mariadbUser()).ready();
                TargetProcess target = TargetProcess.startReady(Targets.mariadbUser(), "20000", "0", socket)) {
            List<Event> queries = run.await("db.query", 30);
            assertThat(queries).allSatisfy(call -> assertThat(call.text("pack")).isEqualTo("mariadb"));
            assertThat(statements(queries))
                    .anyMatch(statement -> statement.matches("SELECT \\d+, 'query'"))
                    .anyMatch(statement -> statement.matches("SELECT \\* FROM missing.missing -- \\d+"));
            assertThat(run.await("db.prepare", 10)).allSatisfy(call -> {
                assertThat(text(call, "db.query.text")).matches("SELECT \\? \\+ \\d+");
                assertThat(result(call, "db.response.status_code").intValue()).isZero();
            });
            assertThat(run.await("db.query", 5, call -> call.text("function").equals("mysql_stmt_execute")))
                    .allSatisfy(call -> assertThat(
                                    result(call, "db.response.status_code").intValue())
                            .isZero());
            assertThat(target.stop()).startsWith("done rounds=");
            assertThat(server.isAlive()).isTrue();
        }
    }
}
