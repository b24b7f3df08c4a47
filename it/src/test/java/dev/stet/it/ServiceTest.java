package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `stet run` as an agent that is asked, by the verbs that people use and by curl.
class ServiceTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private Path socket;
    private Path readSocket;
    private Path config;
    private PolicyFiles policy;

    @BeforeAll
    static void requirements() {
        Requires.root();
        Requires.bpf();
    }

    @BeforeEach
    void configure() throws IOException {
        socket = directory.resolve("run/stet.sock");
        readSocket = directory.resolve("run/read.sock");
        policy = PolicyFiles.in(directory);
        config = Files.writeString(directory.resolve("stet.yaml"), text("budget: 25"));
    }

    private String text(String more) throws IOException {
        return """
                policy: %s
                exe: %s
                output: none
                api:
                  socket: %s
                  read-socket: %s
                  group: nogroup
                %s
                """.formatted(policy.option(), Targets.sqliteUser().toRealPath(), socket, readSocket, more);
    }

    private StetProcess agent() {
        // What the environment says would count more than the file.
        StetProcess run = StetProcess.start(
                Map.of("STET_API_SOCKET", socket.toString()),
                "run",
                "--config",
                config.toString(),
                "--state",
                directory.resolve("state").toString());
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!Files.exists(readSocket)) {
            assertThat(System.nanoTime()).as(run.stderr().toString()).isLessThan(deadline);
            sleep();
        }
        return run;
    }

    private static void sleep() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// What a verb prints, with its exit code before it.
    private List<String> ask(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--socket", socket.toString()));
        try (StetProcess verb = StetProcess.start(all.toArray(String[]::new))) {
            List<String> said = new ArrayList<>();
            said.add("exit " + verb.waitFor(LIMIT));
            said.addAll(verb.stdout());
            said.addAll(verb.stderr());
            return said;
        }
    }

    private JsonNode json(String... arguments) {
        return StetProcess.parse(ask(arguments).get(1));
    }

    private JsonNode awaitState(long pid, String state) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            List<String> found = ask("ps", String.valueOf(pid), "--json");
            if (found.size() == 2
                    && StetProcess.parse(found.get(1)).get("state").asString("").equals(state)) {
                return StetProcess.parse(found.get(1));
            }
            assertThat(System.nanoTime()).as(found.toString()).isLessThan(deadline);
        }
    }

    @Test
    void peopleSeeWhatItDoes() {
        try (StetProcess agent = agent();
                TargetProcess target = TargetProcess.startReady(Targets.sqliteUser(), "20000", "0")) {
            JsonNode process = awaitState(target.pid(), "probed");
            assertThat(process.get("breakpoints").intValue()).isGreaterThan(5);
            assertThat(process.get("why").asString("")).isEqualTo("no exemption matches");

            List<String> status = ask("status");
            assertThat(status).first().isEqualTo("exit 0");
            assertThat(status).anyMatch(line -> line.matches("agent +ok, running for .*"));
            assertThat(status).anyMatch(line -> line.matches("processes +\\d+: 1 probed.*"));
            assertThat(json("status", "--json").get("calls").get("seen").longValue())
                    .isPositive();

            List<String> calls =
                    ask("events", "-n", "20", "--json", "--type", "call", "--where", "function ~ sqlite3_step*");
            assertThat(calls).hasSize(21).first().isEqualTo("exit 0");
            assertThat(calls.subList(1, 21)).allSatisfy(line -> {
                JsonNode call = StetProcess.parse(line);
                assertThat(call.get("pid").longValue()).isEqualTo(target.pid());
                assertThat(call.get("function").asString("")).isEqualTo("sqlite3_step");
            });
            assertThat(ask("events", "-n", "3", "--where", "latency > 1ns"))
                    .hasSize(5)
                    .last()
                    .asString()
                    .contains("sqlite_user[" + target.pid() + "]");
            assertThat(ask("events", "-f", "--where", "nonsense")).first().isEqualTo("exit 64");

            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (awaitState(target.pid(), "probed").get("hitsPerSecond").longValue() == 0) {
                assertThat(System.nanoTime()).isLessThan(deadline);
            }
            assertThat(ask("top", "--count", "1")).anyMatch(line -> line.contains(target.pid() + "  probed"));
            long keptBy = System.nanoTime() + LIMIT.toNanos();
            while (kept("SELECT count(*) AS n FROM calls WHERE function = 'sqlite3_step' AND latency_ns > 0") < 20) {
                assertThat(System.nanoTime()).as("calls are kept").isLessThan(keptBy);
            }
            assertThat(kept("SELECT count(*) AS n FROM verdicts WHERE pid = " + target.pid()))
                    .isPositive();
            assertThat(ask("logs")).anyMatch(line -> line.contains("policy 1 in force"));
            assertThat(agent.stdout()).as("output: none").isEmpty();
        }
    }

    /// While the agent writes it.
    private long kept(String sql) {
        try (StetProcess query = StetProcess.start(
                "query", "--json", "--state", directory.resolve("state").toString(), sql)) {
            int code = query.waitFor(LIMIT);
            return code == 0 ? query.json().getFirst().get("n").longValue() : 0;
        }
    }

    @Test
    void whoMayOnlySeeChangesNothing() throws IOException {
        try (StetProcess _ = agent();
                TargetProcess target = TargetProcess.startReady(Targets.sqliteUser(), "20000", "0")) {
            var _ = awaitState(target.pid(), "probed");
            String rule = PolicyFiles.exemption(
                    "by-api", "all", "{exe: {name: sqlite_user}}", Instant.parse("2099-01-01T00:00:00Z"));
            Path body = Files.writeString(directory.resolve("rule.yaml"), rule);

            assertThat(curlAs("65534:65534", readSocket, "status")).contains("\"health\":\"ok\"");
            assertThat(curlAs("65534:65533", socket, "status")).isEmpty();
            assertThat(curlAs("65534:65533", readSocket, "exemptions?name=by-api", body))
                    .contains("\"forbidden\"");
            assertThat(policy.file("by-api.yaml")).doesNotExist();

            // The socket's group is nogroup: 65534.
            assertThat(curlAs("65533:65534", socket, "exemptions?name=by-api", body))
                    .contains("\"added\":\"by-api\"");
            assertThat(awaitState(target.pid(), "exempt").get("why").asString(""))
                    .contains("by-api");
            assertThat(curlAs("65533:65534", socket, "exemptions?name=by-api", body))
                    .contains("\"error\"");
            assertThat(curlAs("65533:65534", socket, "exemptions?name=other", body))
                    .contains("by-api");
            assertThat(curlAs("65533:65534", socket, "exemptions?name=../x", body))
                    .contains("wrong-name");
            assertThat(curlAs("65533:65534", socket, "exemptions/by-api")).contains("\"ended\":\"by-api\"");
            var _ = awaitState(target.pid(), "probed");

            try (StetProcess audit = StetProcess.start(
                    "audit", "show", "--json", directory.resolve("state").toString())) {
                assertThat(audit.waitFor(LIMIT)).isZero();
                assertThat(audit.stdout())
                        .filteredOn(line -> line.contains("exempt-add"))
                        .singleElement()
                        .asString()
                        .contains("POST /v1/exemptions", "user:");
            }
        }
    }

    /// Adds, sees or, if the path ends with a name, ends.
    private String curlAs(String ids, Path socket, String path, Path... body) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "setpriv",
                "--reuid=" + ids.split(":", -1)[0],
                "--regid=" + ids.split(":", -1)[1],
                "--clear-groups",
                "curl",
                "-s",
                "--unix-socket",
                socket.toString(),
                "http://stet/v1/" + path));
        if (body.length > 0) {
            command.addAll(List.of("--data-binary", Files.readString(body[0])));
        } else if (path.startsWith("exemptions/")) {
            command.addAll(List.of("-X", "DELETE"));
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Process curl = new ProcessBuilder(command).start();
        return new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void aChangedFileCountsAtOnceOrSaysThatItDoesNot() throws IOException {
        try (StetProcess agent = agent()) {
            Files.writeString(config, text("budget: 10"));
            var _ = agent.awaitErrorLine(line -> line.contains("the configuration has changed: budget = 10"), LIMIT);
            assertThat(ask("status")).first().isEqualTo("exit 0");

            Files.writeString(config, text("budget: lots"));
            var _ = agent.awaitErrorLine(
                    line -> line.contains("the configuration is wrong") && line.contains("budget"), LIMIT);
            assertThat(ask("status")).first().isEqualTo("exit 1");

            Files.writeString(config, text("budget: 10\nstrict: true"));
            var _ = agent.awaitErrorLine(line -> line.contains("counts when Stet starts the next time: strict"), LIMIT);
            assertThat(ask("status")).anyMatch(line -> line.startsWith("trouble"));

            Path moved = directory.resolve("run/moved.sock");
            Files.writeString(config, text("budget: 10").replace("read.sock", "moved.sock"));
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (!Files.exists(moved)) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                sleep();
            }
            assertThat(readSocket).doesNotExist();
            assertThat(ask("status")).first().isEqualTo("exit 0");
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void whoMayNotReadTheStoreAsksTheAgent() throws Exception {
        try (StetProcess agent = agent();
                TargetProcess target = TargetProcess.startReady(Targets.sqliteUser(), "20000", "0")) {
            awaitState(target.pid(), "probed");
            String question =
                    "SELECT verdict, pid, 1.5 AS half, NULL AS none FROM verdicts WHERE pid = " + target.pid();
            String asked = "curl -s --unix-socket '" + readSocket + "' --data-binary \"" + question
                    + "\" http://stet/v1/query";
            String row = "{\"verdict\":\"trace\",\"pid\":%d,\"half\":1.5,\"none\":null}".formatted(target.pid());
            awaitOutput(asked, "{\"rows\":[" + row + "],\"complete\":true}\n");
            assertThat(output(asked.replace("/v1/query", "'/v1/query?limit=x'")))
                    .contains("from 1 to 10000");
            assertThat(output(asked.replace("SELECT", "DELETE")))
                    .contains("wrong-question")
                    .contains("cannot change anything");
            assertThat(agent.isAlive()).isTrue();

            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            // nobody: it may use the socket for all, and read nothing of root's
            try (StetProcess verb = StetProcess.startThrough(
                    List.of("setpriv", "--reuid=65534", "--clear-groups", "--"),
                    "query",
                    "--json",
                    "--socket",
                    readSocket.toString(),
                    question)) {
                assertThat(verb.waitFor(LIMIT)).as(verb.stderr().toString()).isZero();
                assertThat(verb.stdout()).containsExactly(row);
            }
        }
    }

    private void awaitOutput(String command, String wanted) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        String found = output(command);
        while (!found.equals(wanted)) {
            assertThat(System.nanoTime()).as(found).isLessThan(deadline);
            found = output(command);
        }
    }

    private static String output(String command) throws IOException {
        Process shell = new ProcessBuilder("sh", "-c", command)
                .redirectErrorStream(true)
                .start();
        return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void withoutAnAgentTheVerbsSaySo() {
        for (String verb : List.of("status", "ps", "top", "logs")) {
            assertThat(ask(verb)).as(verb).first().isEqualTo("exit 69");
            assertThat(ask(verb)).as(verb).last().asString().contains("no agent answers at " + socket, "stet run");
        }
        assertThat(ask("events", "--follow")).first().isEqualTo("exit 69");
    }

    /// A real Prometheus, over TLS, with a token that `stet token` has made.
    @Test
    void prometheusReadsItsMetrics() throws Exception {
        Path certificate = directory.resolve("cert.pem");
        Path key = directory.resolve("key.pem");
        Path tokens = directory.resolve("tokens");
        run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
                + " -addext subjectAltName=IP:127.0.0.1 -keyout " + key + " -out " + certificate);
        String token;
        try (StetProcess made = StetProcess.start("token", "prometheus", "--tokens", tokens.toString())) {
            assertThat(made.waitFor(LIMIT)).isZero();
            token = made.stdout().getFirst();
        }
        assertThat(tokens).content().doesNotContain(token);
        int port = free();
        Files.writeString(
                config,
                text("").replace(
                                "  group:",
                                "  listen: 127.0.0.1:%d%n  certificate: %s%n  key: %s%n  tokens: %s%n  group:"
                                        .formatted(port, certificate, key, tokens)));
        Path scrape = Files.writeString(directory.resolve("prometheus.yml"), """
                global: {scrape_interval: 1s}
                scrape_configs:
                  - job_name: stet
                    scheme: https
                    authorization: {credentials: %s}
                    tls_config: {ca_file: %s}
                    static_configs: [{targets: ["127.0.0.1:%d"]}]
                """.formatted(token, certificate, port));
        int web = free();
        try (StetProcess agent = agent();
                TargetProcess target = TargetProcess.startReady(Targets.sqliteUser(), "20000", "0");
                TargetProcess _ = TargetProcess.start(
                        Path.of("/usr/bin/prometheus"),
                        "--config.file=" + scrape,
                        "--storage.tsdb.path=" + directory.resolve("tsdb"),
                        "--web.listen-address=127.0.0.1:" + web)) {
            var _ = awaitState(target.pid(), "probed");
            String query = "http://127.0.0.1:" + web + "/api/v1/query?query=";
            awaitAnswer(query + "stet_calls_total", ".*\"value\":\\[[0-9.]+,\"[1-9][0-9]*\"].*");
            awaitAnswer(query + "stet_processes%7Bstate=%22probed%22%7D", ".*\"value\":\\[[0-9.]+,\"1\"].*");
            assertThat(String.join("\n", agent.stderr())).doesNotContain(token);
        }
    }

    private void awaitAnswer(String url, String wanted) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        String answer = "";
        while (!answer.matches(wanted)) {
            assertThat(System.nanoTime()).as(answer).isLessThan(deadline);
            Process curl = new ProcessBuilder("curl", "-s", url).start();
            answer = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            sleep();
        }
    }

    private void run(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command.split(" ", -1))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        assertThat(process.waitFor()).as(command).isZero();
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
