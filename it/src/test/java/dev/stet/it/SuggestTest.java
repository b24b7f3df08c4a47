package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A program that dies of probes again and again is proposed, by the ledger and by what others say of it, and written
/// when asked; one that dies in any case is not, whatever they say.
class SuggestTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private Path state;
    private Path packs;
    private PolicyFiles policy;

    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    @BeforeEach
    void prepare() throws IOException {
        state = directory.resolve("state");
        packs = Files.createDirectory(directory.resolve("packs.d"));
        Files.writeString(packs.resolve("fragile.yaml"), """
                apiVersion: stet.dev/v1alpha1
                kind: ProbePack
                metadata: {name: fragile, summary: a function of it}
                spec:
                  binary: {executable: fragile}
                  probes:
                    - function: work
                      kind: fragile.work
                      capture: {n: "long(arg1)"}
                      return: {result: "long(ret)"}
                """);
        policy = PolicyFiles.in(directory);
    }

    private PackRun stet() {
        return PackRun.on(
                        Targets.fragile(),
                        "--packs",
                        packs.toString(),
                        "--policy",
                        policy.option(),
                        "--state",
                        state.toString())
                .ready();
    }

    private static String dies(PackRun run, String... arguments) {
        int from = run.events().now();
        try (TargetProcess target = TargetProcess.startReady(Targets.fragile(), arguments)) {
            assertThat(target.waitFor(LIMIT)).isEqualTo(128 + 6);
        }
        return run.events().await(from, "guardian", _ -> true).text("decision");
    }

    /// What is answered of `fragile`; of what else this machine's kernel tells nothing is asked.
    private JsonNode suggest(String type, String... more) {
        List<JsonNode> answers = verb(more).stream()
                .filter(each -> each.path("type").asString("").equals(type))
                .filter(each -> each.path("program")
                        .asString("")
                        .equals(Targets.fragile().toString()))
                .toList();
        assertThat(answers).hasSize(1);
        return answers.getFirst();
    }

    private List<JsonNode> verb(String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("suggest", "--json", "--policy", policy.option(), "--state", state.toString()));
        arguments.addAll(List.of(more));
        if (!arguments.contains("--kernel-log")) {
            arguments.addAll(List.of("--kernel-log", "/dev/null"));
        }
        try (StetProcess suggest = StetProcess.start(arguments.toArray(String[]::new))) {
            assertThat(suggest.waitFor(LIMIT)).as(suggest.stderr().toString()).isZero();
            return suggest.json();
        }
    }

    @Test
    void aProgramThatProbesHarmAgainIsProposedAndThenExempt() throws Exception {
        Path dumps = Files.writeString(directory.resolve("dumps.json"), """
                {"MESSAGE_ID":"fc2e22bc6ee647b6b90729ab34a250b1","COREDUMP_EXE":"%s","COREDUMP_SIGNAL":"6"}
                """.formatted(Targets.fragile()));
        try (PackRun run = stet()) {
            assertThat(dies(run, "exit")).isEqualTo("quarantine");
            JsonNode first = suggest("nothing", "--coredumps", dumps.toString());
            assertThat(first.path("cause").asString("")).isEqualTo("quarantine");
            String rule = run.events().await(0, "guardian", _ -> true).text("rule");
            int from = run.events().now();
            try (StetProcess end = StetProcess.start(
                    "exempt", "end", rule, "--policy", policy.option(), "--state", state.toString())) {
                assertThat(end.waitFor(LIMIT)).isZero();
            }
            var _ = run.events().awaitApplied(from);
            assertThat(dies(run, "exit")).isEqualTo("quarantine");
        }
        try (TargetProcess alive = TargetProcess.startReady(Targets.fragile(), "never")) {
            JsonNode proposal = suggest("proposal", "--coredumps", dumps.toString());
            assertThat(proposal.path("clause").asString("")).isEqualTo("buildId");
            assertThat(proposal.path("exempt").get(0).asString("")).isEqualTo("returns");
            assertThat(proposal.path("findings")).hasSize(2);
            assertThat(proposal.path("pids").get(0).asLong(0)).isEqualTo(alive.pid());
            assertThat(policy.directory()).isEmptyDirectory();
            anAlertIsAnsweredAsItComes();

            JsonNode added = verb("--apply", "--for", "2h").stream()
                    .filter(each -> each.path("type").asString("").equals("added"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Path.of(added.path("file").asString("")))
                    .content()
                    .contains("exempt: [returns]", "2nd in a row", "guardian's ledger");
            try (StetProcess explain =
                    StetProcess.start("explain", "--policy", policy.option(), "--json", "" + alive.pid())) {
                assertThat(explain.waitFor(LIMIT)).isZero();
                assertThat(String.join("", explain.stdout()))
                        .contains(added.path("rule").asString("?"), "\"exempt\"");
            }
            assertThat(suggest("nothing").path("cause").asString("")).isEqualTo("exempt");
            assertThat(alive.stop()).isEqualTo("done");
        }
    }

    private void anAlertIsAnsweredAsItComes() throws Exception {
        try (StetProcess listen = StetProcess.start(
                "suggest",
                "--json",
                "--policy",
                policy.option(),
                "--state",
                state.toString(),
                "--listen",
                "127.0.0.1:0")) {
            String said = listen.awaitErrorLine(line -> line.contains("taking alerts on "), LIMIT)
                    .text();
            URI uri = URI.create(said.replaceFirst(".*(http://[^;]*);.*", "$1"));
            assertThat(post(uri, "{\"alerts\":[")).isEqualTo(400);
            assertThat(post(uri, "x".repeat(2_000_000))).isEqualTo(413);
            assertThat(post(uri, """
                    {"version":"4","status":"firing","alerts":[{"status":"firing","startsAt":"2026-11-23T12:00:00Z",
                     "labels":{"alertname":"Crash","exe":"%s"}}]}""".formatted(Targets.fragile()))).isEqualTo(200);
            assertThat(listen.json())
                    .extracting(each -> each.path("type").asString(""))
                    .containsExactly("proposal");
        }
    }

    private static int post(URI uri, String body) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .timeout(LIMIT)
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    @Test
    void aProgramThatDiesInAnyCaseIsNotProposedWhateverIsSaidOfIt() throws IOException {
        try (PackRun run = stet()) {
            List<String> decisions = new ArrayList<>();
            for (int life = 0; life < 6 && !decisions.contains("acquit"); life++) {
                decisions.add(dies(run, "always", "5000"));
            }
            assertThat(decisions).endsWith("acquit");
        }
        StringBuilder log = new StringBuilder();
        for (int pid = 100; pid < 300; pid++) {
            log.append("[1.0] traps: fragile[%d] trap int3 ip:1 sp:2 error:0 in fragile[1,2+3]\n".formatted(pid));
        }
        Path file = Files.writeString(directory.resolve("kern.log"), log);
        JsonNode nothing = suggest("nothing", "--kernel-log", file.toString());
        assertThat(nothing.path("cause").asString("")).isEqualTo("as-often-without");
        assertThat(nothing.path("why").asString("")).contains("without probes, and ");
        assertThat(nothing.path("findings")).hasSize(201);
    }

    @Test
    void aSourceThatIsWrongIsRefusedAndTheOthersAreAnswered() throws IOException {
        Path pods = Files.writeString(directory.resolve("pods.json"), "{\"items\":[{\"metadata\":");
        Path log = Files.writeString(
                directory.resolve("kern.log"), "[1.0] traps: unheard-of[7] trap int3 ip:1 sp:2 error:0\n");
        try (StetProcess suggest = StetProcess.start(
                "suggest",
                "--policy",
                policy.option(),
                "--state",
                state.toString(),
                "--coredumps",
                "/dev/null",
                "--pods",
                pods.toString(),
                "--alerts",
                directory.resolve("none").toString(),
                "--kernel-log",
                log.toString())) {
            assertThat(suggest.waitFor(LIMIT)).isEqualTo(65);
            assertThat(String.join("\n", suggest.stderr()))
                    .contains("pods.json: it is no JSON, at byte 22: it ends too early", "none: there is no such file");
            assertThat(String.join("\n", suggest.stdout())).contains("nothing    unheard-of: ");
        }
    }
}
