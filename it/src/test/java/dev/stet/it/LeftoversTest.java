package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A Stet that is killed while it detaches leaves breakpoints that the kernel has forgotten: the next one finds them
/// and
/// takes them out.
class LeftoversTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int PROCESSES = 4;
    private static final int TRIES = 15;

    @TempDir
    private Path directory;

    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    @Test
    void whatAKilledStetHasLeftIsTakenOutByTheNext() throws IOException, InterruptedException {
        PolicyFiles policy = PolicyFiles.in(directory);
        List<TargetProcess> targets = new ArrayList<>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                targets.add(TargetProcess.startReady(Targets.uselib(), "loop", "100000", "0"));
            }
            List<Long> pids = targets.stream().map(TargetProcess::pid).toList();
            int left = killedWhileDetaching(pids);
            try (PackRun run =
                    PackRun.on(Targets.uselib(), "--policy", policy.option(), "--state", directory + "/state")) {
                Events.Event repaired = run.events()
                        .await(0, "leftover", event -> event.text("state").equals("repaired"));
                assertThat(pids).contains(repaired.number("pid"));
                assertThat(repaired.number("breakpoints")).isPositive();
            }
            assertThat(Breakpoints.of(pids).count()).isZero();
            Figure.print("leftovers: %d breakpoints of a killed Stet in %d processes, none after the next start"
                    .formatted(left, PROCESSES));
            for (TargetProcess target : targets) {
                assertThat(target.stop()).startsWith("done");
            }
        } finally {
            targets.forEach(TargetProcess::close);
        }
    }

    /// Kills one after the other, each at another moment of its detaching, until one leaves something.
    ///
    /// @return how many breakpoints are left
    private static int killedWhileDetaching(List<Long> pids) throws IOException, InterruptedException {
        for (int i = 0; i < TRIES; i++) {
            try (StetProcess stet = StetProcess.start(
                    "trace", "--json", "--exe", Targets.uselib().toString(), "libstetdemo.so:f*")) {
                pids.forEach(pid -> Events.of(stet).awaitAttached(0, pid));
                stet.signal("INT");
                Thread.sleep(5 + 6L * i);
                if (stet.isAlive()) {
                    stet.signal("KILL");
                }
                var _ = stet.waitFor(LIMIT);
            }
            Thread.sleep(3000); // the kernel closes what is left, if it still can
            int left = Breakpoints.of(pids).count();
            if (left > 0) {
                return left;
            }
        }
        throw new AssertionError("nothing was left after " + TRIES + " kills");
    }
}
