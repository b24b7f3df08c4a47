package dev.stet.cli;

import dev.stet.agent.Agent;
import dev.stet.agent.AgentEvent;
import dev.stet.probe.Call;
import dev.stet.probe.Frame;
import dev.stet.probe.Histogram;
import dev.stet.probe.Totals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// One run of the agent, from start to detached, however it ends: by itself, by Ctrl-C, by SIGTERM, or
/// because nobody reads its output any more.
final class Session {
    private static final long PATIENCE_MILLIS = 500;

    private final Output output;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final long startNanos = System.nanoTime();
    private Consumer<Agent> whenStarted = _ -> {};
    private Agent agent;
    private boolean finished;

    /// @param output its `whenClosed` is to call [#end]
    Session(Output output) {
        this.output = output;
    }

    /// Makes an output that ends this session when nobody reads it any more.
    static Session toStandardOutput() {
        Session[] session = new Session[1];
        session[0] = new Session(new Output(() -> session[0].end()));
        return session[0];
    }

    Output output() {
        return output;
    }

    /// The functions of a call's stack.
    List<Frame> frames(Call call) {
        return agent.frames(call);
    }

    /// Who is given the agent when it is being started, on a thread of its own.
    void whenStarted(Consumer<Agent> taker) {
        whenStarted = taker;
    }

    /// Lets [#run] come to its end.
    void end() {
        ended.countDown();
    }

    /// Runs until [#end], a signal, or the time is up.
    ///
    /// @param limitMillis at most so long
    /// @param atEnd is given what was counted, once everything is detached
    void run(
            Agent.Options options,
            Consumer<AgentEvent> events,
            Consumer<Call> calls,
            OptionalLong limitMillis,
            Consumer<Report> atEnd) {
        requireRoot();
        Thread hook = Thread.ofPlatform().unstarted(() -> finish(atEnd));
        try {
            agent = new Agent(options, events, new Agent.CallSink() {
                @Override
                public void accept(Call call) {
                    calls.accept(call);
                }

                @Override
                public void flush() {
                    output.flush();
                }
            });
            Runtime.getRuntime().addShutdownHook(hook);
            CountDownLatch started = new CountDownLatch(1);
            var _ = Thread.ofPlatform().daemon().name("stet-open").start(() -> open(started));
            agent.start();
            started.countDown();
            if (limitMillis.isPresent()) {
                var ignored = ended.await(limitMillis.getAsLong(), TimeUnit.MILLISECONDS);
            } else {
                ended.await();
            }
        } catch (IOException e) {
            throw new Failure(ExitCode.UNAVAILABLE, "cannot trace on this machine: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        finish(atEnd);
    }

    /// Who traces comes first: what else there is waits until every process has been looked at, or a
    /// moment.
    private void open(CountDownLatch started) {
        try {
            var ignored = started.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            whenStarted.accept(agent);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What a run came to.
    ///
    /// @param stale calls left out because their process had run exec by then
    record Report(Totals totals, List<Histogram> histograms, long stale, Duration took) {}

    private synchronized void finish(Consumer<Report> atEnd) {
        if (finished) {
            return;
        }
        finished = true;
        agent.close();
        try {
            Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
            atEnd.accept(new Report(agent.totals(), agent.histograms(), agent.stale(), took));
        } catch (IOException e) {
            output.say("cannot read the totals: " + e.getMessage());
        }
        output.flush();
        agent.release();
    }

    /// Tracing takes CAP_BPF, CAP_PERFMON and CAP_SYS_ADMIN together, which is root for all purposes.
    static void requireRoot() {
        if (!mayTrace()) {
            throw new Failure(
                    ExitCode.NOT_PERMITTED,
                    "needs root (capabilities SYS_ADMIN and SYS_PTRACE) to trace; try: sudo ./stet ...");
        }
    }

    /// Has this process the right to look into others, and to attach?
    static boolean mayTrace() {
        try {
            Path status = Path.of("/proc/self/status");
            long effective = Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("CapEff:"))
                    .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                    .findFirst()
                    .orElse(0);
            long sysAdmin = 1L << 21;
            long sysPtrace = 1L << 19;
            return (effective & sysAdmin) != 0 && (effective & sysPtrace) != 0;
        } catch (IOException e) {
            throw new Failure(ExitCode.UNAVAILABLE, "/proc is not mounted: " + e.getMessage());
        }
    }
}
