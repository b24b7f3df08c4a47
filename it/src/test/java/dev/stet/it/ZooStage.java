package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.it.Events.Event;
import dev.stet.it.ZooTarget.Expected;
import dev.stet.it.ZooTarget.Naive;
import dev.stet.it.ZooTarget.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Where one target is run once: a directory of its own, and somebody who probes, or nobody.
abstract sealed class ZooStage implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Path directory;
    private final boolean exempts;

    private ZooStage(Path directory, boolean exempts) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.exempts = exempts;
    }

    /// Nobody probes.
    static final class Alone extends ZooStage {
        Alone(Path directory) throws IOException {
            super(directory, false);
        }

        @Override
        void probe(long pid, String program) {}
    }

    /// Stet does.
    static final class Probed extends ZooStage {
        private final Events events;
        private final Expected expected;
        private final int from;
        private final boolean byPid;
        private StetProcess own;

        /// @param exempts does the target ask to be left alone, by its environment?
        /// @param byPid is the target's executable in no directory, so that it needs a Stet of its own?
        Probed(Path directory, StetProcess stet, Expected expected, boolean exempts, boolean byPid) throws IOException {
            super(directory, exempts);
            this.events = Events.of(stet);
            this.expected = expected;
            this.from = events.now();
            this.byPid = byPid;
        }

        /// Waits until Stet has done what it is expected to do.
        @Override
        void probe(long pid, String program) {
            if (byPid) {
                own = StetProcess.start("trace", "-p", Long.toString(pid), "--json", "work(arg1) -> ret");
                var ignored = Events.of(own).awaitAttached(0, pid);
                return;
            }
            await(expected, pid);
        }

        private void await(Expected what, long pid) {
            switch (what) {
                case Expected.Probed _, Expected.NeedsRule _ -> {
                    var ignored = events.awaitAttached(from, pid);
                }
                case Expected.Exempt(String rule) -> {
                    var ignored = events.await(
                            from,
                            "verdict",
                            event -> event.number("pid") == pid
                                    && event.text("verdict").equals("exempt")
                                    && event.json().toString().contains(rule));
                }
                case Expected.Undecided(String why) -> {
                    var ignored = events.await(
                            from,
                            "verdict",
                            event -> event.number("pid") == pid
                                    && event.text("verdict").equals("undecided")
                                    && event.json().toString().contains(why));
                }
                case Expected.Refused(String why) -> {
                    var ignored = events.await(
                            from,
                            "refused",
                            event -> event.number("pid") == pid
                                    && event.json().toString().contains(why));
                }
            }
        }

        @Override
        void awaitExempt(TargetProcess process, String rule) {
            await(new Expected.Exempt(rule), process.pid());
        }

        /// Asserts that so many calls were seen, in all processes of the target.
        void assertSeen(int calls) throws InterruptedException {
            Events seenBy = own == null ? events : Events.of(own);
            int start = own == null ? from : 0;
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (seen(seenBy, start) < calls && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
            assertThat(seen(seenBy, start)).as("calls that were seen").isGreaterThanOrEqualTo(calls);
        }

        private static long seen(Events events, int from) {
            List<Child.Line> lines = events.stet().lines();
            return lines.subList(from, lines.size()).stream()
                    .filter(line -> line.text().startsWith("{\"type\":\"call\""))
                    .count();
        }

        /// What Stet said of it, for a failure.
        String said() {
            return events.since(from, "attached").size() + " attached; "
                    + events.since(from, "refused").stream().map(Event::json).toList()
                    + events.since(from, "notice").stream().map(Event::json).toList();
        }

        @Override
        public void close() {
            if (own != null) {
                own.close();
            }
        }
    }

    /// A tool does that thinks of nothing.
    static final class Naively extends ZooStage {
        private final Naive naive;
        private TargetProcess tool;

        Naively(Path directory, Naive naive) throws IOException {
            super(directory, false);
            this.naive = naive;
        }

        @Override
        Path copy(Path program, String name) throws IOException {
            Path copy = super.copy(program, name);
            if (naive.before()) {
                attach(copy.toString());
            }
            return copy;
        }

        @Override
        void probe(long pid, String program) {
            attach(directory().resolve(program).toString());
        }

        private void attach(String file) {
            if (tool != null) {
                return;
            }
            List<String> arguments = new ArrayList<>(List.of(naive.how(), file, naive.symbol()));
            if (naive.privately()) {
                arguments.add("private");
            }
            tool = TargetProcess.start(Targets.zoo("naive"), arguments.toArray(String[]::new));
            var ignored = tool.awaitLine(line -> line.equals("attached"), LIMIT);
        }

        @Override
        public void close() {
            if (tool != null) {
                tool.close();
            }
        }
    }

    Path directory() {
        return directory;
    }

    /// Puts a program into the directory.
    final Path copy(Path program) throws IOException {
        return copy(program, program.getFileName().toString());
    }

    Path copy(Path program, String name) throws IOException {
        return Files.copy(program, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    /// Starts a program of the directory and waits until it is ready.
    TargetProcess start(Path program, String... arguments) {
        List<String> all = new ArrayList<>(List.of(exempts ? "STET_EXEMPT=all" : "ZOO=1", program.toString()));
        all.addAll(List.of(arguments));
        TargetProcess process = TargetProcess.start(Requires.tool("env"), all.toArray(String[]::new));
        try {
            process.awaitReady();
        } catch (AssertionError e) {
            if (end(process).exit() == Outcome.STUCK) {
                process.close();
                throw e;
            }
            // It ended before it was ready: that, too, is an outcome.
        }
        return process;
    }

    /// Has a running program probed, or left alone, as it is expected.
    ///
    /// @param program its name in the directory
    abstract void probe(long pid, String program);

    /// Has a program of the directory probed, or left alone, that runs under its own name.
    void probe(TargetProcess process, String program) {
        probe(process.pid(), program);
    }

    /// If it is Stet that probes: waits until this process is exempt by the rule.
    void awaitExempt(TargetProcess process, String rule) {}

    /// Tells a program to go on, and waits for its end.
    Outcome finish(TargetProcess process) {
        if (process.isAlive()) {
            process.signal("USR1");
        }
        return end(process);
    }

    /// Waits for the end of a program.
    Outcome end(TargetProcess process) {
        int exit;
        try {
            exit = process.waitFor(ZooTarget.PATIENCE);
        } catch (AssertionError stuck) {
            exit = Outcome.STUCK;
        }
        return new Outcome(
                exit,
                process.stdout().stream()
                        .filter(line -> !line.startsWith("ready "))
                        .toList());
    }

    @Override
    public void close() {}
}
