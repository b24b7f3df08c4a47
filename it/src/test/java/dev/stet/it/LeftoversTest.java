package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A Stet that is killed while it detaches leaves breakpoints that the kernel has forgotten: the next one finds them
/// and takes them out.
class LeftoversTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int PROCESSES = 4;
    private static final int KILLS = 3;
    private static final byte INT3 = (byte) 0xcc;

    @TempDir
    private Path directory;

    private PolicyFiles policy;

    @BeforeEach
    void prepare() throws IOException {
        policy = PolicyFiles.in(directory);
    }

    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    /// What no tracer knows of any more is in memory just as it is after a kill.
    @Test
    void breakpointsThatNobodyKnowsOfAreTakenOut() throws IOException, InterruptedException {
        try (TargetProcess target = target()) {
            List<Long> planted;
            try (StetProcess stet = trace()) {
                var _ = Events.of(stet).awaitAttached(0, target.pid());
                planted = inTheLibrary(target.pid());
                stet.signal("INT");
                assertThat(stet.waitFor(LIMIT)).isEqualTo(130);
            }
            assertThat(Breakpoints.in(target.pid())).isEmpty();
            target.signal("STOP"); // to run into one of them would be its end
            write(target.pid(), planted);
            assertThat(Breakpoints.in(target.pid())).hasSize(planted.size());
            try (PackRun run = run()) {
                Events.Event repaired = run.events()
                        .await(0, "leftover", event -> event.text("state").equals("repaired"));
                assertThat(repaired.number("pid")).isEqualTo(target.pid());
                assertThat(repaired.number("breakpoints")).isEqualTo(planted.size());
                assertThat(repaired.text("file")).endsWith("/libstetdemo.so");
            }
            assertThat(left(List.of(target.pid()))).isZero();
            target.signal("CONT");
            assertThat(target.stop()).startsWith("done");
        }
    }

    /// Addresses in the library that was probed; the packs of a `stet run` are about others.
    private static List<Long> inTheLibrary(long pid) throws IOException {
        return Breakpoints.in(pid).stream()
                .filter(breakpoint -> breakpoint.file().endsWith("/libstetdemo.so"))
                .map(TextBytes.Difference::runtimeAddress)
                .toList();
    }

    private static int left(List<Long> pids) throws IOException {
        int left = 0;
        for (long pid : pids) {
            left += inTheLibrary(pid).size();
        }
        return left;
    }

    private static void write(long pid, List<Long> addresses) throws IOException {
        try (FileChannel memory = FileChannel.open(Path.of("/proc/" + pid + "/mem"), StandardOpenOption.WRITE)) {
            for (long address : addresses) {
                assertThat(memory.write(ByteBuffer.wrap(new byte[] {INT3}), address))
                        .isEqualTo(1);
            }
        }
    }

    /// Whether a kill in the middle of it leaves any is chance; that none is left after the next start is not.
    @Test
    void afterAKillInTheMiddleOfDetachingTheNextStartLeavesNone() throws IOException, InterruptedException {
        List<TargetProcess> targets = new ArrayList<>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                targets.add(target());
            }
            List<Long> pids = targets.stream().map(TargetProcess::pid).toList();
            for (int i = 0; i < KILLS; i++) {
                int left = killedWhileDetaching(pids);
                try (PackRun run = run()) {
                    long deadline = System.nanoTime() + LIMIT.toNanos();
                    while (left(pids) > 0 && System.nanoTime() < deadline) {
                        Thread.sleep(50);
                    }
                    assertThat(left(pids)).as("of %d that were left", left).isZero();
                    assertThat(run.stet().isAlive()).isTrue();
                }
                Figure.print("leftovers: %d breakpoints of a killed Stet in %d processes, none after the next start"
                        .formatted(left, PROCESSES));
            }
            for (TargetProcess target : targets) {
                assertThat(target.stop()).startsWith("done");
            }
        } finally {
            targets.forEach(TargetProcess::close);
        }
    }

    /// @return how many breakpoints are left
    private static int killedWhileDetaching(List<Long> pids) throws IOException, InterruptedException {
        try (StetProcess stet = trace()) {
            pids.forEach(pid -> Events.of(stet).awaitAttached(0, pid));
            Breakpoints planted = Breakpoints.of(pids);
            stet.signal("INT");
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (planted.left() == planted.count() && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }
            if (stet.isAlive()) {
                stet.signal("KILL");
            }
            var _ = stet.waitFor(LIMIT);
        }
        Thread.sleep(3000); // the kernel closes what is left, if it still can
        return left(pids);
    }

    private static TargetProcess target() {
        return TargetProcess.startReady(Targets.uselib(), "loop", "100000", "0");
    }

    private static StetProcess trace() {
        return StetProcess.start("trace", "--json", "--exe", Targets.uselib().toString(), "libstetdemo.so:f*");
    }

    private PackRun run() {
        return PackRun.on(
                Targets.uselib(),
                "--policy",
                policy.option(),
                "--state",
                directory.resolve("state").toString());
    }
}
