package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.it.Events.Event;
import java.io.IOException;
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

/// Programs that die of being probed are left alone from their next start on, as little as helps, and those that die
/// in any case are not. `fragile` is one that looks for breakpoints in its own text.
class GuardianTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int ABORTED = 128 + 6;

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
                metadata: {name: fragile, summary: both functions of it}
                spec:
                  binary: {executable: fragile}
                  probes:
                    - function: work
                      kind: fragile.work
                      capture: {n: "long(arg1)"}
                      return: {result: "long(ret)"}
                    - function: other
                      kind: fragile.other
                      capture: {n: "long(arg1)"}
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

    /// Starts the program, and waits until it has ended.
    private static int lives(String... arguments) {
        try (TargetProcess target = TargetProcess.startReady(Targets.fragile(), arguments)) {
            return target.waitFor(LIMIT);
        }
    }

    private static Event decided(Events events, int from, String decision) {
        return events.await(from, "guardian", event -> event.text("decision").equals(decision));
    }

    @Test
    void aProgramThatDiesOfAFunctionsProbesLosesExitsThenThatFunctionAndNoMore() throws IOException {
        try (PackRun run = stet()) {
            Events events = run.events();
            int from = events.now();
            assertThat(lives("entry")).isEqualTo(ABORTED);
            Event first = decided(events, from, "quarantine");
            assertThat(first.text("why")).contains("SIGABRT");
            assertThat(events.await(from, "ended", _ -> true).text("status")).isEqualTo("SIGABRT");

            from = events.now();
            assertThat(lives("entry")).isEqualTo(ABORTED);
            Event second = decided(events, from, "quarantine");
            assertThat(second.text("rule")).isEqualTo(first.text("rule"));

            try (TargetProcess survivor = TargetProcess.startReady(Targets.fragile(), "entry")) {
                Event attached = events.awaitAttached(0, survivor.pid());
                assertThat(attached.number("functions")).isEqualTo(1);
                assertThat(survivor.ended(Duration.ofSeconds(2)))
                        .as("it lives on")
                        .isFalse();
                assertThat(run.await("fragile.other", 1, call -> call.number("pid") == survivor.pid()))
                        .isNotEmpty();
                assertThat(survivor.stop()).isEqualTo("done");
            }
            Path file = state.resolve("quarantine.d").resolve(first.text("rule") + ".yaml");
            assertThat(file).content().contains("function: work", "owner: guardian", "buildId:", "expires: ");
        }
        try (StetProcess replay = StetProcess.start("guardian", "replay", "--state", state.toString())) {
            assertThat(replay.waitFor(LIMIT)).isZero();
            assertThat(replay.stderr()).contains("stet: 2 decisions made again, 0 differ");
        }
    }

    @Test
    void aProgramThatDiesOfExitsKeepsItsOtherProbesAlsoAfterStetIsStartedAgain() {
        String rule;
        try (PackRun run = stet()) {
            int from = run.events().now();
            assertThat(lives("exit")).isEqualTo(ABORTED);
            rule = decided(run.events(), from, "quarantine").text("rule");
        }
        try (PackRun run = stet();
                TargetProcess survivor = TargetProcess.startReady(Targets.fragile(), "exit")) {
            var _ = run.events().awaitAttached(0, survivor.pid());
            assertThat(run.await("fragile.work", 1, call -> call.number("pid") == survivor.pid()))
                    .isNotEmpty();
            assertThat(survivor.ended(Duration.ofSeconds(1))).isFalse();
            assertThat(survivor.stop()).isEqualTo("done");
        }
        try (StetProcess list = StetProcess.start(
                "exempt", "list", "--json", "--policy", policy.option(), "--state", state.toString())) {
            assertThat(list.waitFor(LIMIT)).isZero();
            JsonNode listed = list.json().stream()
                    .filter(each -> each.path("name").asString("").equals(rule))
                    .findFirst()
                    .orElseThrow();
            assertThat(listed.path("exempt").get(0).asString("")).isEqualTo("returns");
        }
    }

    @Test
    void aProgramThatDiesInAnyCaseIsAcquittedAndThenSpared() {
        try (PackRun run = stet()) {
            Events events = run.events();
            List<String> decisions = new ArrayList<>();
            for (int life = 0; life < 6 && !decisions.contains("spare"); life++) {
                int from = events.now();
                assertThat(lives("always", "5000")).isEqualTo(ABORTED);
                decisions.add(events.await(from, "guardian", _ -> true).text("decision"));
            }
            assertThat(decisions).containsExactly("quarantine", "quarantine", "quarantine", "acquit", "spare");
            assertThat(state.resolve("quarantine.d")).isEmptyDirectory();
        }
    }

    @Test
    void aQuarantineThatAPersonEndsIsOver() {
        try (PackRun run = stet()) {
            Events events = run.events();
            int from = events.now();
            assertThat(lives("exit")).isEqualTo(ABORTED);
            String rule = decided(events, from, "quarantine").text("rule");
            from = events.now();
            try (StetProcess end = StetProcess.start(
                    "exempt", "end", rule, "--policy", policy.option(), "--state", state.toString())) {
                assertThat(end.waitFor(LIMIT)).isZero();
            }
            var _ = events.awaitApplied(from);
            from = events.now();
            assertThat(lives("exit")).isEqualTo(ABORTED);
            var _ = decided(events, from, "quarantine");
        }
    }

    @Test
    void howAProcessEndsIsToldAsItsParentIsTold() {
        try (PackRun run = stet()) {
            Events events = run.events();
            assertThat(status(events, "thread", "4000")).isEqualTo("exit 7");
            // Of a process without its main thread /proc says nothing any more: it is let go, and not seen to end.
            assertThat(status(events, "leader", "4000")).isEmpty();
            for (String signal : List.of("KILL", "SEGV", "TERM")) {
                int from = events.now();
                try (TargetProcess target = TargetProcess.startReady(Targets.fragile(), "never")) {
                    var _ = events.awaitAttached(from, target.pid());
                    target.signal(signal);
                    var _ = target.waitFor(LIMIT);
                    String status = signal.equals("TERM") ? "exit 0" : "SIG" + signal;
                    Event event = events.await(from, "ended", each -> each.number("pid") == target.pid());
                    assertThat(event.text("status")).isEqualTo(status);
                    assertThat(event.number("probedNanos")).isPositive().isLessThan(event.number("ranNanos"));
                }
            }
        }
    }

    @Test
    void breakpointsThatAProgramHasThrownAwayAreMissed() {
        try (PackRun run = stet();
                TargetProcess target = TargetProcess.startReady(Targets.fragile(), "drop", "6000")) {
            var _ = run.events().awaitAttached(0, target.pid());
            Event vanished = run.events().await(0, "vanished", event -> event.number("pid") == target.pid());
            assertThat(vanished.number("gone"))
                    .isEqualTo(vanished.number("checked"))
                    .isPositive();
            assertThat(target.stop()).isEqualTo("done");
        }
    }

    private static String status(Events events, String... arguments) {
        int from = events.now();
        try (TargetProcess target = TargetProcess.startReady(Targets.fragile(), arguments)) {
            var _ = target.waitFor(LIMIT);
            return events.await(from, "ended", each -> each.number("pid") == target.pid())
                    .text("status");
        }
    }
}
