package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.it.Events.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An exempt process is not touched, however much it shares with one that is being traced.
class IsolationTest {
    private static final int PHASES = 4;
    private static final int MEDIANS_A_PHASE = 20;

    @TempDir
    private Path directory;

    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    @Test
    void exemptProcessesKeepTheirTextWhileTheirLibraryIsTracedElsewhere() throws IOException {
        LibraryUsers users = LibraryUsers.in(directory);
        PolicyFiles policy = PolicyFiles.in(directory);
        policy.exempt("by-name", "{exe: {name: exempt-user}}");
        policy.exempt("by-args", "{args: {contains: [--after, \"86400000\"]}}");
        try (TargetProcess traced = users.start("traced-user", "loop", "500", "0");
                TargetProcess byName = users.start("exempt-user", "loop", "500", "0");
                TargetProcess byArgs = users.start("traced-user", "--after", "86400000", "loop", "500", "0");
                StetProcess stet = users.trace(policy, LibraryUsers.SHARED_FN)) {
            Events events = Events.of(stet);
            var _ = events.awaitAttached(0, traced.pid());
            var _ = events.awaitVerdict(0, byName.pid(), "exempt");
            var _ = events.awaitVerdict(0, byArgs.pid(), "exempt");
            var _ = events.awaitCall(0, traced.pid());
            for (int look = 0; look < 10; look++) {
                assertThat(Breakpoints.in(traced.pid())).hasSizeGreaterThanOrEqualTo(2);
                assertUntouched(byName);
                assertUntouched(byArgs);
            }
            assertTracedAtEveryCall(stet, traced);
            assertThat(events.calls(0, byName.pid())).isEmpty();
            assertThat(events.calls(0, byArgs.pid())).isEmpty();
            assertThat(byName.stop()).endsWith("wrong=0");
            assertThat(byArgs.stop()).endsWith("wrong=0");
        }
    }

    /// The exempt process times its calls all the while; Stet comes and goes.
    @Test
    void exemptProcessPaysNothing() throws IOException {
        LibraryUsers users = LibraryUsers.in(directory);
        PolicyFiles policy = PolicyFiles.in(directory);
        policy.exempt("by-name", "{exe: {name: exempt-user}}");
        List<Double> without = new ArrayList<>();
        List<Double> with = new ArrayList<>();
        try (TargetProcess traced = users.start("traced-user", "loop", "1000", "0");
                TargetProcess exempt = users.start("exempt-user", "cost", "200", "20000", "0")) {
            for (int phase = 0; phase < PHASES; phase++) {
                without.addAll(medians(exempt));
                try (StetProcess stet = users.trace(policy, LibraryUsers.SHARED_FN)) {
                    Events events = Events.of(stet);
                    var _ = events.awaitCall(0, traced.pid());
                    assertUntouched(exempt);
                    with.addAll(medians(exempt));
                    assertUntouched(exempt);
                    assertThat(Breakpoints.in(traced.pid())).isNotEmpty();
                }
            }
            assertThat(traced.stop()).endsWith("wrong=0");
        }
        // Whatever else runs here only ever adds time, so the least of the medians says what a call costs.
        double ratio = Collections.min(with) / Collections.min(without);
        Figure.print(
                ("an exempt process's call, its library traced in another process: least median %.2f ns with Stet, %.2f ns "
                                + "without, ratio %.3f; median of all %.2f and %.2f ns")
                        .formatted(
                                Collections.min(with),
                                Collections.min(without),
                                ratio,
                                Figure.median(with),
                                Figure.median(without)));
        assertThat(ratio).isLessThan(1.5);
    }

    /// Two containers of one image: on different mounts, different devices, but one file below, at which the
    /// kernel's breakpoints are.
    @Test
    void exemptProcessOfASiblingOverlayKeepsItsText() throws IOException {
        try (Mounts mounts = new Mounts()) {
            Path space = Files.createDirectory(directory.resolve("space"));
            mounts.mount("tmpfs", "size=16m", space);
            Path lower = Files.createDirectory(space.resolve("lower"));
            Files.copy(Targets.uselib(), lower.resolve("uselib"));
            Files.copy(Targets.libstetdemo(), lower.resolve("libstetdemo.so"));
            Path one = overlay(mounts, space, lower, "one");
            Path two = overlay(mounts, space, lower, "two");
            PolicyFiles policy = PolicyFiles.in(directory);
            policy.exempt("two", "{exe: {glob: \"" + two + "/**\"}}");
            try (TargetProcess traced = TargetProcess.startReady(one.resolve("uselib"), "loop", "500", "0");
                    TargetProcess exempt = TargetProcess.startReady(two.resolve("uselib"), "loop", "500", "0");
                    StetProcess stet = StetProcess.start(
                            "trace",
                            "--exe",
                            space + "/merged-*/uselib",
                            "--policy",
                            policy.option(),
                            "--json",
                            LibraryUsers.SHARED_FN)) {
                Events events = Events.of(stet);
                var _ = events.awaitVerdict(0, exempt.pid(), "exempt");
                var _ = events.awaitCall(0, traced.pid());
                for (int look = 0; look < 10; look++) {
                    assertThat(Breakpoints.in(traced.pid())).hasSizeGreaterThanOrEqualTo(2);
                    assertUntouched(exempt);
                }
                assertTracedAtEveryCall(stet, traced);
                assertThat(events.calls(0, exempt.pid())).isEmpty();
                assertThat(exempt.stop()).endsWith("wrong=0");
            }
        }
    }

    private static Path overlay(Mounts mounts, Path space, Path lower, String name) throws IOException {
        Path upper = Files.createDirectory(space.resolve("upper-" + name));
        Path work = Files.createDirectory(space.resolve("work-" + name));
        Path merged = Files.createDirectory(space.resolve("merged-" + name));
        mounts.mount("overlay", "lowerdir=" + lower + ",upperdir=" + upper + ",workdir=" + work, merged);
        return merged;
    }

    private static void assertUntouched(TargetProcess process) throws IOException {
        assertThat(Breakpoints.differences(process.pid())).isEmpty();
    }

    /// Ends the process and compares what it says it has done with what was reported, from the first
    /// reported call on.
    private static void assertTracedAtEveryCall(StetProcess stet, TargetProcess traced) {
        long pid = traced.pid();
        String done = traced.stop();
        assertThat(done).endsWith("wrong=0");
        long rounds = Long.parseLong(done.replaceAll(".* rounds=(\\d+) .*", "$1"));
        Events events = Events.of(stet);
        var _ = events.await(0, "ended", event -> event.number("pid") == pid);
        stet.signal("INT");
        assertThat(stet.waitFor(Duration.ofSeconds(10))).isEqualTo(130);
        List<Event> calls = events.calls(0, pid);
        assertThat(Events.assertEveryCall(calls)).isEqualTo(rounds - 1);
        Event summary = events.await(0, "summary", event -> true);
        assertThat(summary.number("lost")).isZero();
        assertThat(summary.number("calls")).isEqualTo(calls.size());
    }

    /// The first is left out: it began before.
    private static List<Double> medians(TargetProcess process) {
        int from = process.lines().size();
        List<Double> medians = new ArrayList<>();
        for (int i = 0; i <= MEDIANS_A_PHASE; i++) {
            String line = process.awaitLine(from + i, text -> true, Duration.ofSeconds(20))
                    .text();
            medians.add(Double.parseDouble(line.replace("cost median_ns=", "")));
        }
        return medians.subList(1, medians.size());
    }

    /// What was mounted, unmounted in the opposite order.
    private static final class Mounts implements AutoCloseable {
        private final List<Path> mounted = new ArrayList<>();

        void mount(String type, String options, Path at) throws IOException {
            int exit = run("mount", "-t", type, "-o", options, "stet-test", at.toString());
            Requires.require(exit == 0, "the right to mount, and " + type + " in the kernel");
            mounted.add(at);
        }

        @Override
        public void close() throws IOException {
            for (Path at : mounted.reversed()) {
                assertThat(run("umount", at.toString())).isZero();
            }
        }

        private static int run(String... command) throws IOException {
            Process process = new ProcessBuilder(command).inheritIO().start();
            try {
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError("does not end: " + String.join(" ", command));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
            return process.exitValue();
        }
    }
}
