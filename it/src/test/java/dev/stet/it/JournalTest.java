package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.it.Events.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A binary that ends Stet - here Stet is killed while it reads it, as a hang, the kernel's out-of-memory killer or a
/// crash of the virtual machine would end it - does so once.
class JournalTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int TRIES = 10;

    @TempDir
    private Path directory;

    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    @Test
    void whatStetWasKilledAtIsLeftAloneByTheNext() throws Exception {
        Path node = Requires.tool("node").toRealPath();
        PolicyFiles policy = PolicyFiles.in(directory);
        try (TargetProcess target = TargetProcess.start(node, "-e", "setInterval(() => {}, 1000)")) {
            Path state = killedWhileReading(node, policy);
            try (PackRun run = PackRun.on(node, "--policy", policy.option(), "--state", state.toString())) {
                Event suspected = run.events().await(0, "suspected", _ -> true);
                assertThat(suspected.text("file")).isEqualTo(node.toString());
                Event verdict = run.events().await(0, "verdict", event -> event.number("pid") == target.pid());
                assertThat(verdict.text("explanation")).contains("Stet ended while it was reading this file");
                assertThat(verdict.text("verdict")).isEqualTo("undecided");
            }
            assertThat(target.isAlive()).isTrue();
        }
    }

    /// @return the state directory of a Stet that has ended so
    private Path killedWhileReading(Path binary, PolicyFiles policy) throws IOException, InterruptedException {
        for (int i = 0; i < TRIES; i++) {
            Path state = directory.resolve("state-" + i);
            Path journal = state.resolve("journal");
            try (PackRun run = PackRun.on(binary, "--policy", policy.option(), "--state", state.toString())) {
                long deadline = System.nanoTime() + LIMIT.toNanos();
                while (!isBeingRead(journal, binary) && System.nanoTime() < deadline) {
                    Thread.sleep(1);
                }
                run.stet().signal("KILL");
                var _ = run.stet().waitFor(LIMIT);
            }
            if (isBeingRead(journal, binary)) {
                return state;
            }
        }
        throw new AssertionError("Stet was never killed while it read " + binary);
    }

    private static boolean isBeingRead(Path journal, Path binary) throws IOException {
        Set<Long> open = new HashSet<>();
        for (String line : Files.exists(journal) ? Files.readAllLines(journal) : List.<String>of()) {
            if (line.endsWith("}")) {
                JsonNode step = StetProcess.parse(line);
                if (step.path("path").asString("").equals(binary.toString())) {
                    open.add(step.path("begin").asLong());
                }
                open.remove(step.path("end").asLong(-1));
            }
        }
        return !open.isEmpty();
    }
}
