package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.it.Events.Event;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is probed after an exec and after a fork is what the policy says of the process as it is then.
class ExecForkTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int EXECS = 7;

    /// Nobody, who owns nothing here.
    private static final String OTHER_UID = "65534";

    @TempDir
    private Path directory;

    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    @Test
    void exemptProgramThatATracedOneBecomesHasNoBreakpoint() throws IOException {
        LibraryUsers users = LibraryUsers.in(directory);
        PolicyFiles policy = PolicyFiles.in(directory);
        policy.exempt("by-name", "{exe: {name: exempt-user}}");
        List<Double> reported = new ArrayList<>();
        List<TargetProcess> processes = new ArrayList<>();
        try {
            for (int i = 0; i < EXECS; i++) {
                processes.add(startThatRuns(users, users.program("exempt-user"), "50000"));
            }
            try (StetProcess stet = users.trace(policy, LibraryUsers.SHARED_FN, LibraryUsers.ALL_200)) {
                for (TargetProcess process : processes) {
                    reported.add(becomesExempt(process, Events.of(stet)));
                }
            }
        } finally {
            processes.forEach(TargetProcess::close);
        }
        Figure.print("from exec to the last of 402 stale breakpoints gone: median %.1f ms, longest %.1f ms of %d"
                .formatted(
                        Figure.median(reported),
                        reported.stream().max(Double::compare).orElseThrow(),
                        reported.size()));
        assertThat(reported).allSatisfy(millis -> assertThat(millis).isBetween(0.0, 2000.0));
    }

    /// @return how long the last stale breakpoint stayed, in milliseconds, as Stet says
    private static double becomesExempt(TargetProcess process, Events events) throws IOException {
        long pid = process.pid();
        var _ = events.awaitAttached(0, pid);
        var _ = events.awaitCall(0, pid);
        exec(process);
        Event detached = events.await(
                0,
                "detached",
                event -> event.number("pid") == pid && event.text("why").equals("exec"));
        // The event says that the last one is gone: nothing is waited for here.
        assertThat(Breakpoints.differences(pid)).isEmpty();
        assertThat(detached.number("breakpoints")).isGreaterThanOrEqualTo(402);
        var _ = events.awaitVerdict(0, pid, "exempt");
        assertThat(Breakpoints.differences(pid)).isEmpty();
        assertNoCallAfterExec(events.calls(0, pid));
        assertThat(process.stop()).endsWith("wrong=0");
        return Figure.millis(detached.number("tookNanos"));
    }

    @Test
    void otherProgramThatATracedOneBecomesIsTraced() {
        LibraryUsers users = LibraryUsers.in(directory);
        PolicyFiles policy = PolicyFiles.in(directory);
        policy.exempt("by-name", "{exe: {name: exempt-user}}");
        try (TargetProcess process = startThatRuns(users, "second-user");
                StetProcess stet = users.trace(policy, LibraryUsers.SHARED_FN)) {
            Events events = Events.of(stet);
            var _ = events.awaitCall(0, process.pid());
            exec(process);
            var _ = events.await(
                    0,
                    "call",
                    event -> event.number("pid") == process.pid()
                            && event.text("process").equals("second-user"));
            stopAndCheckCalls(process, events, process.pid());
        }
    }

    @Test
    void programOutOfScopeThatATracedOneBecomesHasNoBreakpoint() throws IOException {
        LibraryUsers users = LibraryUsers.in(directory);
        PolicyFiles policy = PolicyFiles.in(directory);
        try (TargetProcess process = startThatRuns(users, Targets.uselib(), "1000");
                StetProcess stet = users.trace(policy, LibraryUsers.SHARED_FN)) {
            Events events = Events.of(stet);
            long pid = process.pid();
            var _ = events.awaitCall(0, pid);
            int before = events.now();
            exec(process);
            var _ = events.await(
                    before,
                    "detached",
                    event -> event.number("pid") == pid && event.text("why").equals("exec"));
            assertThat(Breakpoints.differences(pid)).isEmpty();
            assertNoCallAfterExec(events.calls(0, pid));
        }
    }

    @Test
    void childIsTracedLikeItsParent() throws IOException {
        LibraryUsers users = LibraryUsers.in(directory);
        PolicyFiles policy = PolicyFiles.in(directory);
        try (TargetProcess parent = users.start("a-user", "--action", "fork", "loop", "1000", "0");
                StetProcess stet = users.trace(policy, LibraryUsers.SHARED_FN)) {
            Events events = Events.of(stet);
            var _ = events.awaitCall(0, parent.pid());
            parent.signal("USR1");
            try (Forked child = Forked.of(parent)) {
                var _ = events.awaitAttached(0, child.pid());
                Event call = events.awaitCall(0, child.pid());
                assertThat(call.number("tid")).isEqualTo(child.pid());
                int from = events.now();
                var _ = events.awaitCall(from, child.pid());
                assertThat(Breakpoints.in(child.pid())).isNotEmpty();
                assertThat(Events.assertEveryCall(events.calls(0, child.pid()))).isPositive();
            }
            stopAndCheckCalls(parent, events, parent.pid());
        }
    }

    /// The child has its parent's breakpoints in its memory before Stet can know that it is there. Stet is
    /// held up while the child becomes another user's, so that it sees the child as exempt from the first.
    @Test
    void exemptChildIsRidOfWhatItInherited() throws IOException, InterruptedException {
        assertInheritedBreakpointsGo("fork");
    }

    /// As daemons do it: the process that is forked by a traced one ends before anybody looks, having forked
    /// the one that stays.
    @Test
    void exemptGrandchildIsRidOfWhatItInherited() throws IOException, InterruptedException {
        assertInheritedBreakpointsGo("forktwice");
    }

    /// Nothing is held up here: the child is seen before or after it changes its user, and is judged as what
    /// it is by then when the policy is looked at next.
    @Test
    void childThatBecomesExemptIsLetGoAtTheNextChangeOfPolicy() throws IOException, InterruptedException {
        LibraryUsers users = LibraryUsers.in(directory);
        PolicyFiles policy = PolicyFiles.in(directory);
        policy.exempt("by-uid", "{uid: " + OTHER_UID + "}");
        try (TargetProcess parent = startThatForks(users, "fork");
                StetProcess stet = users.trace(policy, LibraryUsers.SHARED_FN)) {
            Events events = Events.of(stet);
            var _ = events.awaitCall(0, parent.pid());
            parent.signal("USR1");
            try (Forked child = Forked.of(parent)) {
                int from = events.now();
                policy.exempt("another", "{exe: {name: nobody-has-this-name}}");
                var _ = events.awaitApplied(from);
                var _ = events.awaitVerdict(0, child.pid(), "exempt");
                var _ = Breakpoints.of(List.of(child.pid())).untilGone(LIMIT);
                assertStaysUntouched(child.pid());
            }
            stopAndCheckCalls(parent, events, parent.pid());
        }
    }

    private void assertInheritedBreakpointsGo(String how) throws IOException, InterruptedException {
        LibraryUsers users = LibraryUsers.in(directory);
        PolicyFiles policy = PolicyFiles.in(directory);
        policy.exempt("by-uid", "{uid: " + OTHER_UID + "}");
        try (TargetProcess parent = startThatForks(users, how);
                StetProcess stet = users.trace(policy, LibraryUsers.SHARED_FN, LibraryUsers.ALL_200)) {
            Events events = Events.of(stet);
            var _ = events.awaitAttached(0, parent.pid());
            stet.signal("STOP");
            long start;
            Breakpoints inherited;
            Forked forked;
            try {
                parent.signal("USR1");
                forked = Forked.of(parent);
                inherited = Breakpoints.of(List.of(forked.pid()));
            } finally {
                start = System.nanoTime();
                stet.signal("CONT");
            }
            try (Forked child = forked) {
                assertThat(inherited.count()).isGreaterThanOrEqualTo(402);
                var _ = events.awaitVerdict(0, child.pid(), "exempt");
                long gone = inherited.untilGone(LIMIT);
                Figure.print("%s: %d inherited breakpoints of an exempt child gone %.1f ms after Stet could see it"
                        .formatted(how, inherited.count(), Figure.millis(gone - start)));
                assertStaysUntouched(child.pid());
                assertThat(events.calls(0, child.pid())).isEmpty();
                // The parent is traced as before.
                assertThat(Breakpoints.in(parent.pid())).hasSize(inherited.count());
                int from = events.now();
                var _ = events.awaitCall(from, parent.pid());
            }
            assertThat(parent.stop()).endsWith("wrong=0");
        }
    }

    private static TargetProcess startThatForks(LibraryUsers users, String how) {
        return users.start("a-user", "--action", how, "--uid", OTHER_UID, "loop", "1000", "0");
    }

    private static TargetProcess startThatRuns(LibraryUsers users, String next) {
        return startThatRuns(users, users.program(next), "1000");
    }

    private static TargetProcess startThatRuns(LibraryUsers users, Path next, String micros) {
        List<String> arguments = new ArrayList<>(List.of("--action", "exec", next.toString()));
        arguments.addAll(LibraryUsers.arguments("loop", micros, "0"));
        arguments.addAll(List.of("--", "loop", micros, "0"));
        return users.start("first-user", arguments.toArray(String[]::new));
    }

    /// Returns when the new program has opened the library.
    private static void exec(TargetProcess process) {
        int from = process.lines().size();
        process.signal("USR1");
        var _ = process.awaitLine(from, line -> line.startsWith("ready "), LIMIT);
    }

    /// The programs count their calls from 0, so one of the second would be seen to begin again.
    private static void assertNoCallAfterExec(List<Event> calls) {
        assertThat(calls).allSatisfy(call -> assertThat(call.text("process")).isEqualTo("first-user"));
        assertThat(calls.stream()
                        .filter(call -> call.text("function").equals("shared_fn"))
                        .map(call -> call.json().path("args").path("arg1").asLong())
                        .toList())
                .isNotEmpty()
                .isSorted()
                .doesNotHaveDuplicates();
    }

    /// The process's calls, from the first that was seen to its last, but for those before an exec.
    private static void stopAndCheckCalls(TargetProcess process, Events events, long pid) {
        String done = process.stop();
        assertThat(done).endsWith("wrong=0");
        long rounds = Long.parseLong(done.replaceAll(".* rounds=(\\d+) .*", "$1"));
        var _ = events.await(0, "ended", event -> event.number("pid") == pid);
        var _ = events.await(
                0,
                "call",
                event -> event.number("pid") == pid
                        && event.json().path("args").path("arg1").asLong() == rounds - 1);
        List<Event> calls = events.calls(0, pid);
        String program = calls.getLast().text("process");
        assertThat(Events.assertEveryCall(calls.stream()
                        .filter(call -> call.text("process").equals(program))
                        .toList()))
                .isEqualTo(rounds - 1);
    }

    private static void assertStaysUntouched(long pid) throws IOException {
        for (int look = 0; look < 10; look++) {
            assertThat(Breakpoints.differences(pid)).isEmpty();
        }
    }

    /// A child of a target's own, which nobody else ends.
    private record Forked(long pid) implements AutoCloseable {
        static Forked of(TargetProcess parent) {
            String line = parent.awaitLine(text -> text.startsWith("child pid="), LIMIT)
                    .text();
            return new Forked(Long.parseLong(line.replace("child pid=", "")));
        }

        @Override
        public void close() {
            ProcessHandle.of(pid).ifPresent(child -> {
                var _ = child.destroy();
                try {
                    var _ = child.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                } catch (ExecutionException | TimeoutException e) {
                    var _ = child.destroyForcibly();
                    throw new AssertionError("child " + pid + " does not end", e);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new AssertionError("interrupted", e);
                }
            });
        }
    }
}
