package dev.stet.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A child process and what it has printed. All waiting is bounded, and fails with the output so far.
abstract sealed class Child implements AutoCloseable permits StetProcess, TargetProcess {
    /// A line and when it was read, by [System#nanoTime()].
    record Line(long nanos, String text) {}

    private final String name;
    private final Process process;
    private final Output stdout;
    private final Output stderr;

    Child(String name, ProcessBuilder builder) {
        this(name, builder, _ -> false);
    }

    /// @param taken is offered each line of standard output, on one thread; those it takes are not kept here
    Child(String name, ProcessBuilder builder, Predicate<String> taken) {
        this.name = name;
        try {
            process = builder.start();
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
        stdout = new Output(process.inputReader(), name + " stdout", taken);
        stderr = new Output(process.errorReader(), name + " stderr", _ -> false);
    }

    /// The process id; of the program itself, as no shell stays in between.
    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// The lines of standard output so far.
    List<Line> lines() {
        return stdout.lines();
    }

    /// The lines of standard output so far, as text.
    List<String> stdout() {
        return lines().stream().map(Line::text).toList();
    }

    /// The lines of standard error so far, as text.
    List<String> stderr() {
        return stderr.lines().stream().map(Line::text).toList();
    }

    /// The first line of standard output, from the beginning, that is wanted.
    Line awaitLine(Predicate<String> wanted, Duration limit) {
        return awaitLine(0, wanted, limit);
    }

    /// The first line of standard output that is wanted, of those after the first `from`.
    ///
    /// @param from how many lines not to look at: the size of [#lines()] at some earlier time
    Line awaitLine(int from, Predicate<String> wanted, Duration limit) {
        return await(stdout, from, wanted, limit);
    }

    /// The first line of standard error, from the beginning, that is wanted.
    Line awaitErrorLine(Predicate<String> wanted, Duration limit) {
        return await(stderr, 0, wanted, limit);
    }

    private Line await(Output output, int from, Predicate<String> wanted, Duration limit) {
        try {
            Line found = output.await(from, wanted, limit);
            if (found != null) {
                return found;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        throw new AssertionError("no such line from " + describe("within " + limit));
    }

    /// Sends a signal to this process only.
    ///
    /// @param signal as kill(1) knows it: `TERM`, `USR1`
    void signal(String signal) {
        if (!process.isAlive()) {
            throw new AssertionError("cannot signal " + describe(signal));
        }
        try {
            int exit = new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new AssertionError("kill -" + signal + " failed for " + describe("exit " + exit));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /// Waits for the end of the process and of its output.
    ///
    /// @return the exit code: 128 + n after signal n
    int waitFor(Duration limit) {
        if (!ended(limit)) {
            throw new AssertionError("still running: " + describe("after " + limit));
        }
        return process.exitValue();
    }

    /// Like [#waitFor(Duration)], but tells.
    boolean ended(Duration limit) {
        try {
            if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                return false;
            }
            // A child of the child may hold the pipe open: then the rest of the output is not waited for.
            stdout.join();
            stderr.join();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /// Ends the process if it still runs, first with SIGTERM.
    ///
    /// @throws AssertionError if only SIGKILL ended it: what is tested here ends when asked to
    @Override
    public void close() {
        if (!process.isAlive()) {
            return;
        }
        process.destroy();
        if (!ended(patience())) {
            process.destroyForcibly();
            String how = ended(Duration.ofSeconds(30)) ? "SIGKILL was needed to end " : "not even SIGKILL ended ";
            throw new AssertionError(how + describe("after " + patience()));
        }
    }

    /// How long the process may take to end after SIGTERM.
    abstract Duration patience();

    private String describe(String circumstance) {
        String state = process.isAlive() ? "running" : "exited with " + process.exitValue();
        return "%s (pid %d, %s), %s%n-- stdout, last lines:%n%s%n-- stderr, last lines:%n%s"
                .formatted(name, pid(), state, circumstance, stdout.tail(), stderr.tail());
    }

    /// One stream, read to its end by a thread of its own.
    private static final class Output {
        private static final int TAIL_LINES = 30;

        private final List<Line> lines = new ArrayList<>();
        private final Predicate<String> taken;
        private final Thread reader;
        private boolean ended;

        Output(BufferedReader source, String name, Predicate<String> taken) {
            this.taken = taken;
            reader = Thread.ofPlatform().daemon().name(name).start(() -> read(source));
        }

        private void read(BufferedReader source) {
            try (source) {
                for (String text = source.readLine(); text != null; text = source.readLine()) {
                    if (taken.test(text)) {
                        continue;
                    }
                    synchronized (this) {
                        lines.add(new Line(System.nanoTime(), text));
                        notifyAll();
                    }
                }
            } catch (IOException closed) {
                // the process was destroyed, and the stream with it: the end like any other
            } finally {
                synchronized (this) {
                    ended = true;
                    notifyAll();
                }
            }
        }

        synchronized List<Line> lines() {
            return List.copyOf(lines);
        }

        /// @return null if time ran out, or the stream ended, without such a line
        synchronized Line await(int from, Predicate<String> wanted, Duration limit) throws InterruptedException {
            long deadline = System.nanoTime() + limit.toNanos();
            for (int at = from; ; at++) {
                while (at >= lines.size()) {
                    long nanos = deadline - System.nanoTime();
                    if (ended || nanos <= 0) {
                        return null;
                    }
                    TimeUnit.NANOSECONDS.timedWait(this, nanos);
                }
                if (wanted.test(lines.get(at).text())) {
                    return lines.get(at);
                }
            }
        }

        void join() throws InterruptedException {
            var _ = reader.join(Duration.ofSeconds(2));
        }

        synchronized String tail() {
            return String.join(
                    "\n",
                    lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()).stream()
                            .map(Line::text)
                            .toList());
        }
    }
}
