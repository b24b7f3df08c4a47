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

/// Functions that are hit more often than a budget allows rest, the hottest first, and the others stay. `fragile` calls
/// `work` twice a millisecond, which is four hits, and `other` once.
class BudgetTest {
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
                metadata: {name: fragile, summary: both functions of it}
                spec:
                  binary: {executable: fragile}
                  probes:
                    - function: work
                      kind: fragile.work
                      where: long(arg1) == -5
                      return: {result: "long(ret)"}
                    - function: other
                      kind: fragile.other
                """);
        policy = PolicyFiles.in(directory);
    }

    private PackRun stet(String... options) {
        List<String> all = new ArrayList<>(
                List.of("--packs", packs.toString(), "--policy", policy.option(), "--state", state.toString()));
        all.addAll(List.of(options));
        return PackRun.on(Targets.fragile(), all.toArray(String[]::new)).ready();
    }

    @Test
    void theHottestFunctionOfAProcessRestsAndItsOthersStay() throws IOException {
        policy.save("tier.yaml", """
                apiVersion: stet.dev/v1alpha1
                kind: ProbeTier
                metadata: {name: careful}
                spec:
                  reason: a test wants it
                  owner: tests@example.com
                  match: {exe: {name: fragile}}
                  budget: {hits: 1500}
                """);
        try (PackRun run = stet();
                TargetProcess target = TargetProcess.startReady(Targets.fragile(), "never")) {
            var _ = run.events().awaitAttached(0, target.pid());
            int from = run.events().now();
            Event rest = run.events().await(from, "budget", _ -> true);
            assertThat(rest.text("state")).isEqualTo("rest");
            assertThat(rest.text("why")).contains("its budget is 1,500");
            JsonNode function = rest.json().path("functions").get(0);
            assertThat(function.path("function").asString()).isEqualTo("work");
            assertThat(function.path("pid").asLong()).isEqualTo(target.pid());
            assertThat(function.path("perSecond").asLong())
                    .as("calls that the filter leaves out are hits as well")
                    .isGreaterThan(400);

            var _ = run.events().await(from, "detached", event -> event.number("pid") == target.pid());
            assertThat(Breakpoints.in(target.pid()).stream()
                            .filter(breakpoint -> breakpoint.file().endsWith("/fragile")))
                    .as("what is left is at the beginning of other()")
                    .hasSizeLessThanOrEqualTo(1);
            assertThat(target.stop()).isEqualTo("done");
        }
        assertReplays(1);
    }

    @Test
    void theMachineHasABudgetOfItsOwn() {
        try (PackRun run = stet("--machine-budget", "0.01");
                TargetProcess target = TargetProcess.startReady(Targets.fragile(), "never")) {
            Event rest = run.events().await(0, "budget", _ -> true);
            assertThat(rest.text("of")).isEqualTo("this machine");
            assertThat(target.ended(Duration.ofSeconds(1))).isFalse();
            assertThat(target.stop()).isEqualTo("done");
        }
        assertReplays(1);
    }

    @Test
    void withinItsBudgetNothingRests() throws InterruptedException {
        try (PackRun run = stet();
                TargetProcess target = TargetProcess.startReady(Targets.fragile(), "never")) {
            var _ = run.await("fragile.other", 2_000);
            Thread.sleep(2_000);
            assertThat(run.events().since(0, "budget")).isEmpty();
            assertThat(target.stop()).isEqualTo("done");
        }
    }

    private void assertReplays(int atLeast) {
        try (StetProcess replay = StetProcess.start("guardian", "replay", "--json", "--state", state.toString())) {
            assertThat(replay.waitFor(LIMIT)).isZero();
            assertThat(replay.stdout())
                    .hasSizeGreaterThanOrEqualTo(atLeast)
                    .allMatch(line -> line.contains("\"same\":true"));
        }
    }
}
