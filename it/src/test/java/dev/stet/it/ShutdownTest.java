package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.it.Events.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// However Stet ends, no breakpoint is left.
class ShutdownTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int PROCESSES = 10;
    private static final int CYCLES = 10;

    @TempDir
    private Path directory;

    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    @Test
    void killedStetLeavesNoBreakpoint() throws IOException, InterruptedException {
        double begun = uptime();
        try (Traced traced = Traced.start(directory, PROCESSES)) {
            StetProcess stet = traced.stet;
            Breakpoints before = Breakpoints.of(traced.pids());
            assertThat(before.count()).isGreaterThanOrEqualTo(PROCESSES * 400);
            stet.signal("KILL");
            long killed = System.nanoTime();
            assertThat(stet.waitFor(LIMIT)).isEqualTo(137);
            long ended = System.nanoTime();
            long gone = before.untilGone(LIMIT);
            Figure.print(
                    ("kill -9: of %d breakpoints in %d processes the last was gone %.1f ms after the signal, %.1f ms after "
                                    + "the end of the process")
                            .formatted(
                                    before.count(),
                                    PROCESSES,
                                    Figure.millis(gone - killed),
                                    Figure.millis(Math.max(gone - ended, 0))));
            traced.assertUntouched();
            traced.assertWell();
        }
        assertThat(leaks(begun)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130"})
    void signalDetachesWithinTwoSeconds(String signal, int exitCode) throws IOException, InterruptedException {
        try (Traced traced = Traced.start(directory, PROCESSES)) {
            StetProcess stet = traced.stet;
            Breakpoints before = Breakpoints.of(traced.pids());
            assertThat(before.count()).isGreaterThanOrEqualTo(PROCESSES * 400);
            long start = System.nanoTime();
            stet.signal(signal);
            long gone = before.untilGone(LIMIT);
            assertThat(stet.waitFor(LIMIT)).isEqualTo(exitCode);
            long ended = System.nanoTime();
            Figure.print(
                    "SIG%s: of %d breakpoints in %d processes the last was gone after %.1f ms; Stet had ended after %.1f ms"
                            .formatted(
                                    signal,
                                    before.count(),
                                    PROCESSES,
                                    Figure.millis(gone - start),
                                    Figure.millis(ended - start)));
            traced.assertUntouched();
            assertThat(Duration.ofNanos(ended - start)).isLessThan(Duration.ofSeconds(2));
            Event summary = Events.of(stet).await(0, "summary", event -> true);
            long reported = Events.of(stet).since(0, "call").size();
            assertThat(summary.number("calls")).isPositive().isEqualTo(reported);
            assertThat(summary.number("lost")).isZero();
            assertThat(summary.number("attachedNanos")).isPositive();
            assertThat(stet.stderr()).isEmpty();
            traced.assertWell();
        }
    }

    @Test
    void endOfTheReaderEndsIt() throws IOException {
        LibraryUsers users = LibraryUsers.in(directory);
        try (TargetProcess target = users.start("a-user", "loop", "1000", "0");
                // bash, for its PIPESTATUS: whatever head says, it is Stet's exit code that counts.
                TargetProcess shell = TargetProcess.start(
                        Path.of("/bin/bash"),
                        "-c",
                        "STET_JARS=\"$0\" JAVA_HOME=\"$1\" \"$2\" trace -p \"$3\" \"$4\" | head -n 5; exit ${PIPESTATUS[0]}",
                        StetProcess.HOME.resolve("cli/target/lib").toString(),
                        System.getProperty("java.home"),
                        StetProcess.HOME.resolve("stet").toString(),
                        Long.toString(target.pid()),
                        LibraryUsers.SHARED_FN)) {
            assertThat(shell.waitFor(Duration.ofSeconds(60))).isZero();
            assertThat(shell.stdout()).hasSize(5);
            assertThat(shell.stderr())
                    .last()
                    .asString()
                    .startsWith("stet: ")
                    .contains(" calls, ")
                    .contains(" 0 lost")
                    .endsWith(", detached");
            assertThat(Breakpoints.differences(target.pid())).isEmpty();
            assertThat(target.stop()).endsWith("wrong=0");
        }
    }

    @Test
    void endOfTheTargetEndsIt() {
        LibraryUsers users = LibraryUsers.in(directory);
        try (TargetProcess target = users.start("a-user", "loop", "1000", "0");
                StetProcess stet =
                        StetProcess.start("trace", "-p", Long.toString(target.pid()), LibraryUsers.SHARED_FN)) {
            var _ = stet.awaitLine(line -> line.contains("shared_fn("), LIMIT);
            long rounds = Long.parseLong(target.stop().replaceAll(".* rounds=(\\d+) .*", "$1"));
            long start = System.nanoTime();
            assertThat(stet.waitFor(LIMIT)).isZero();
            Figure.print("end of the target: `stet trace -p` has ended %.1f ms later"
                    .formatted(Figure.millis(System.nanoTime() - start)));
            assertThat(stet.stdout()).last().asString().contains("shared_fn(arg1=" + (rounds - 1) + ") = ");
            assertThat(stet.stderr())
                    .contains("stet: process " + target.pid() + " has ended")
                    .last()
                    .asString()
                    .contains(" calls, ")
                    .endsWith(", detached");
        }
    }

    /// Each is stopped at another stage of its start or work, while others attach to the same functions.
    @Test
    void quickStartsAndStopsSideBySideLeaveNothing() throws IOException, InterruptedException {
        double begun = uptime();
        LibraryUsers users = LibraryUsers.in(directory);
        PolicyFiles policy = PolicyFiles.in(directory);
        try (TargetProcess first = users.start("a-user", "loop", "2000", "0");
                TargetProcess second = users.start("a-user", "loop", "2000", "0")) {
            List<StetProcess> running = new ArrayList<>();
            try {
                users.trace(policy, LibraryUsers.SHARED_FN).close(); // what is measured below is not the first start
                for (int i = 0; i < CYCLES; i++) {
                    running.add(StetProcess.start(
                            "trace",
                            "--exe",
                            users.glob(),
                            "--policy",
                            policy.option(),
                            "--json",
                            "libstetdemo.so:f0[0-4]*"));
                }
                for (int i = 0; i < CYCLES; i++) {
                    StetProcess stet = running.get(i);
                    // Stages, not times: started; has looked at all; has attached; reports calls.
                    switch (i % 4) {
                        case 1 -> Events.of(stet).awaitApplied(0);
                        case 2 -> Events.of(stet).awaitAttached(0, first.pid());
                        case 3 -> Events.of(stet).awaitCall(0, second.pid());
                        default -> Thread.sleep(i * 100L);
                    }
                    stet.signal(i % 2 == 0 ? "TERM" : "INT");
                }
                for (int i = 0; i < CYCLES; i++) {
                    assertThat(running.get(i).waitFor(LIMIT)).isEqualTo(i % 2 == 0 ? 143 : 130);
                }
            } finally {
                running.forEach(StetProcess::close);
            }
            assertThat(Breakpoints.differences(first.pid())).isEmpty();
            assertThat(Breakpoints.differences(second.pid())).isEmpty();
            assertThat(first.stop()).endsWith("wrong=0");
            assertThat(second.stop()).endsWith("wrong=0");
        }
        int leaked = leaks(begun);
        Figure.print("%d starts and stops side by side: %d uprobes leaked according to the kernel"
                .formatted(CYCLES, leaked));
        assertThat(leaked).isZero();
    }

    /// How many uprobes the kernel's log says it could not remove since then. The log is a ring: what was in it before
    /// may go.
    ///
    /// @param since by [#uptime]
    private static int leaks(double since) throws IOException, InterruptedException {
        Process dmesg = new ProcessBuilder("dmesg")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> lines = new String(dmesg.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)
                .lines()
                .toList();
        Requires.require(dmesg.waitFor() == 0, "the right to read the kernel's log (dmesg)");
        return (int) lines.stream()
                .filter(line -> line.contains("leaking uprobe"))
                .filter(line ->
                        Double.parseDouble(line.substring(1, line.indexOf(']')).strip()) >= since)
                .count();
    }

    /// In seconds, as the kernel's log counts.
    private static double uptime() throws IOException {
        return Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ", -1)[0]);
    }

    /// Some processes with 200 traced functions each.
    private record Traced(List<TargetProcess> processes, StetProcess stet) implements AutoCloseable {
        static Traced start(Path directory, int count) {
            LibraryUsers users = LibraryUsers.in(directory);
            PolicyFiles policy = PolicyFiles.in(directory);
            List<TargetProcess> processes = new ArrayList<>();
            try {
                for (int i = 0; i < count; i++) {
                    processes.add(users.start("a-user", "loop", "500000", "0"));
                }
                Traced traced = new Traced(processes, users.trace(policy, LibraryUsers.ALL_200));
                Events events = Events.of(traced.stet);
                traced.pids().forEach(pid -> events.awaitAttached(0, pid));
                return traced;
            } catch (AssertionError | RuntimeException e) {
                processes.forEach(TargetProcess::close);
                throw e;
            }
        }

        List<Long> pids() {
            return processes.stream().map(TargetProcess::pid).toList();
        }

        void assertUntouched() throws IOException {
            for (long pid : pids()) {
                assertThat(Breakpoints.differences(pid)).isEmpty();
            }
        }

        void assertWell() {
            processes.forEach(process -> assertThat(process.stop()).endsWith("wrong=0"));
        }

        @Override
        public void close() {
            processes.forEach(TargetProcess::close);
            stet.close();
        }
    }
}
