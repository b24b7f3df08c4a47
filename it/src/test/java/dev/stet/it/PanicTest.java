package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// All probes off within two seconds, whatever Stet is doing, and off they stay until somebody says otherwise.
class PanicTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int PROCESSES = 5;

    @TempDir
    private Path directory;

    private PolicyFiles policy;
    private String state;

    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    @BeforeEach
    void prepare() {
        policy = PolicyFiles.in(directory);
        state = directory.resolve("state").toString();
    }

    private PackRun run() {
        return PackRun.on(Targets.sqliteUser(), "--policy", policy.option(), "--state", state)
                .ready();
    }

    private JsonNode stet(String verb, String... more) {
        List<String> arguments = new ArrayList<>(List.of(verb, "--json", "--state", state));
        arguments.addAll(List.of(more));
        try (StetProcess process = StetProcess.start(arguments.toArray(String[]::new))) {
            assertThat(process.waitFor(LIMIT)).as(process.stderr().toString()).isZero();
            return process.json().getFirst();
        }
    }

    @Test
    void everythingIsOffAndStaysOffUntilItIsResumed() throws IOException {
        List<TargetProcess> targets = new ArrayList<>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                targets.add(TargetProcess.startReady(Targets.sqliteUser(), "20000", "0"));
            }
            List<Long> pids = targets.stream().map(TargetProcess::pid).toList();
            try (PackRun run = run()) {
                pids.forEach(pid -> run.events().awaitAttached(0, pid));
                Breakpoints breakpoints = Breakpoints.of(pids);
                assertThat(breakpoints.count()).isPositive();
                JsonNode done = stet("panic", "--reason", "a test");
                assertThat(Breakpoints.of(pids).count()).isZero();
                assertThat(done.path("left").asInt(-1)).isZero();
                assertThat(done.path("killed")).isEmpty();
                Figure.print("panic: %d breakpoints in %d processes gone after %d ms"
                        .formatted(
                                breakpoints.count(),
                                PROCESSES,
                                done.path("tookNanos").asLong() / 1_000_000));
            }
            try (PackRun run = run()) {
                int from = run.events().now();
                assertThat(Breakpoints.of(pids).count()).isZero();
                assertThat(stet("resume").path("resumed").asBoolean(false)).isTrue();
                pids.forEach(pid -> run.events().awaitAttached(from, pid));
                assertThat(stet("resume").path("resumed").asBoolean(true)).isFalse();
            }
        } finally {
            targets.forEach(TargetProcess::close);
        }
    }

    @Test
    void aPolicyThatIsWrongKeepsNothingOn() throws IOException {
        try (TargetProcess target = TargetProcess.startReady(Targets.sqliteUser(), "20000", "0");
                PackRun run = run()) {
            var _ = run.events().awaitAttached(0, target.pid());
            int from = run.events().now();
            var _ = policy.save("wrong.yaml", "kind: Nonsense\n");
            var _ = run.events()
                    .await(from, "policy", event -> event.text("state").equals("rejected"));
            assertThat(stet("panic").path("killed")).isEmpty();
            assertThat(Breakpoints.of(List.of(target.pid())).count()).isZero();
        }
    }

    @Test
    void aStetThatDoesNotAnswerIsKilled() throws IOException {
        try (TargetProcess target = TargetProcess.startReady(Targets.sqliteUser(), "20000", "0")) {
            try (PackRun run = run()) {
                var _ = run.events().awaitAttached(0, target.pid());
                run.stet().signal("STOP");
                JsonNode done = stet("panic");
                assertThat(done.path("killed").get(0).asString(""))
                        .isEqualTo(Long.toString(run.stet().pid()));
                assertThat(Breakpoints.of(List.of(target.pid())).count()).isZero();
                Figure.print("panic: a stopped Stet's breakpoints gone after %d ms"
                        .formatted(done.path("tookNanos").asLong() / 1_000_000));
            }
            assertThat(target.isAlive()).isTrue();
        }
    }
}
