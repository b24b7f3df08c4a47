package dev.stet.agent;

import dev.stet.kernel.Bpf;
import dev.stet.kernel.TaskEvents;
import dev.stet.kernel.TaskEvents.TaskEvent;
import dev.stet.policy.Policy;
import dev.stet.policy.ReadResult;
import dev.stet.policy.yaml.Problem;
import dev.stet.probe.Call;
import dev.stet.probe.Frame;
import dev.stet.probe.Histogram;
import dev.stet.probe.Redaction;
import dev.stet.probe.Totals;
import dev.stet.probe.Uprobes;
import dev.stet.procfs.ProcReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// The whole engine: finds processes, judges them, keeps their probes as policy wants them, and reports
/// calls and what it does. Events and calls are given to the sinks from several threads, one at a time each.
public final class Agent implements AutoCloseable {
    /// Room for the records of a burst of forks on one CPU.
    private static final int TASK_PAGES = 256;
    /// Calls that are held at once between the ring and the sink.
    private static final int BATCH = 4096;
    /// How often calls of processes that have ended are cleared away.
    private static final long SWEEP_NANOS = 10_000_000_000L;
    /// How often calls are looked for that were left without a return.
    private static final long LEFT_NANOS = 500_000_000L;
    /// At the end, while there are calls whose end was not seen.
    private static final int LAST_LOOKS = 3;
    private static final long LAST_LOOK_NANOS = 60_000_000L;

    private final Options options;
    private final Consumer<AgentEvent> events;
    private final CallSink calls;
    private final Uprobes uprobes;
    private final Reconciler reconciler;
    private final TaskEvents tasks;
    private final PolicyWatcher watcher;
    private final Optional<PackWatcher> packWatcher;
    private final GoTypeTable types;
    private final StackSymbols stacks;
    private final Thread taskThread;
    private final Thread callThread;
    private final ScheduledExecutorService expiry = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("stet-expiry").factory());
    private ScheduledFuture<?> nextExpiry;
    private int generation;
    private volatile boolean stopping;
    private volatile boolean detached;
    private final LongAdder stale = new LongAdder();
    private final AtomicBoolean closed = new AtomicBoolean();

    /// Takes calls, from one thread.
    public interface CallSink {
        void accept(Call call);

        /// No more calls are there for the moment: what was held back should be shown.
        void flush();
    }

    /// @param packs what to probe where
    /// @param scope which processes
    /// @param policy where the exemptions are
    /// @param named a person named the functions, and wants to hear of those that are not there
    /// @param ownPacks a directory of more packs, which is watched
    /// @param contents which of calls' contents are taken, and what is taken out of them
    /// @param ringBytes of the ring buffer, a power of two
    /// @param perfOnly attach as kernels without uprobe_multi do, on any kernel
    public record Options(
            List<Pack> packs,
            Optional<PackDirectory> ownPacks,
            Scope scope,
            PolicyDirectory policy,
            boolean named,
            Contents contents,
            int ringBytes,
            boolean perfOnly) {
        public Options {
            packs = List.copyOf(packs);
        }
    }

    /// @param payload take the contents that packs take only when they are asked for
    /// @param redaction what is taken away from values before anybody sees them
    public record Contents(boolean payload, Redaction redaction) {}

    /// Opens what it needs of the kernel, and attaches nothing yet.
    ///
    /// @throws IOException if the kernel has not what it takes, or denies it
    public Agent(Options options, Consumer<AgentEvent> events, CallSink calls) throws IOException {
        this.options = options;
        this.events = synchronizedSink(events);
        this.calls = calls;
        Optional<String> noMulti =
                options.perfOnly ? Optional.of("perf events were asked for") : Bpf.uprobeMultiRefusal();
        noMulti.ifPresent(why -> this.events.accept(new AgentEvent.Notice(why
                + "; using perf events: few breakpoints in each process, and threads that start later are not seen")));
        Uprobes.Mechanism mechanism = noMulti.isPresent() ? Uprobes.Mechanism.PERF : Uprobes.Mechanism.MULTI;
        ProcReader proc = new ProcReader(Path.of("/proc"));
        Binaries binaries = new Binaries(proc);
        Judge judge = Judge.ofMachine(proc, binaries);
        types = new GoTypeTable(proc, binaries);
        stacks = new StackSymbols(proc, binaries::open);
        uprobes = new Uprobes(new Uprobes.Options(
                mechanism, options.ringBytes, options.contents.redaction, types::at, new ProcessTarget()));
        reconciler = new Reconciler(
                proc,
                binaries,
                judge,
                uprobes,
                types,
                new Reconciler.Settings(options.scope, options.named, options.contents.payload),
                packsAtStart(),
                this.events);
        try {
            tasks = new TaskEvents(TASK_PAGES);
            watcher = new PolicyWatcher(options.policy, this::read);
            packWatcher = options.ownPacks.isPresent()
                    ? Optional.of(new PackWatcher(options.ownPacks.get(), this::readPacks))
                    : Optional.empty();
        } catch (IOException e) {
            uprobes.close();
            throw e;
        }
        taskThread = Thread.ofPlatform().daemon().name("stet-tasks").unstarted(this::followTasks);
        callThread = Thread.ofPlatform().daemon().name("stet-calls").unstarted(this::followCalls);
    }

    /// With one's own, if they are right; if not, they are told of when they are read next.
    private List<Pack> packsAtStart() {
        return options.ownPacks.isPresent()
                        && options.ownPacks.get().read() instanceof PackDirectory.Result.Valid(var own)
                ? PackDirectory.together(options.packs, own)
                : options.packs;
    }

    private static Consumer<AgentEvent> synchronizedSink(Consumer<AgentEvent> sink) {
        Object lock = new Object();
        return event -> {
            synchronized (lock) {
                sink.accept(event);
            }
        };
    }

    /// Starts: reads the policy, then looks at every process. Returns when each of them has been looked at
    /// once.
    public void start() {
        callThread.start();
        taskThread.start();
        watcher.start();
        packWatcher.ifPresent(PackWatcher::start);
        read(options.policy.read(), System.nanoTime());
    }

    private synchronized void read(ReadResult result, long since) {
        if (stopping) {
            return;
        }
        switch (result) {
            case ReadResult.Invalid(List<Problem> problems) -> {
                events.accept(new AgentEvent.PolicyRejected(problems));
                if (generation == 0) {
                    reconciler.apply(Optional.empty(), since).join();
                }
            }
            case ReadResult.Valid(Policy policy, List<Problem> warnings) -> {
                generation++;
                Reconciler.Sweep sweep =
                        reconciler.apply(Optional.of(policy), since).join();
                events.accept(new AgentEvent.PolicyApplied(
                        generation,
                        generation == 1 ? AgentEvent.PolicyApplied.Cause.START : AgentEvent.PolicyApplied.Cause.FILES,
                        policy.written().size(),
                        List.of(),
                        new AgentEvent.Effect(
                                0, sweep.detached(), sweep.attached(), Duration.ofNanos(System.nanoTime() - since)),
                        warnings));
                scheduleExpiry(policy);
            }
        }
    }

    private synchronized void readPacks(PackDirectory.Result result, long since) {
        if (stopping) {
            return;
        }
        switch (result) {
            case PackDirectory.Result.Invalid(var problems) -> events.accept(new AgentEvent.PacksRejected(problems));
            case PackDirectory.Result.Valid(var own) -> {
                List<Pack> packs = PackDirectory.together(options.packs, own);
                Reconciler.Sweep sweep = reconciler.apply(packs, since).join();
                Duration took = Duration.ofNanos(System.nanoTime() - since);
                events.accept(new AgentEvent.PacksApplied(packs.size(), sweep.detached(), sweep.attached(), took));
            }
        }
    }

    /// When the next exemption ends, every process is looked at again.
    private void scheduleExpiry(Policy policy) {
        if (nextExpiry != null) {
            nextExpiry.cancel(false);
        }
        Instant now = Instant.now();
        policy.nextChange(now).ifPresent(end -> {
            long millis = Math.max(Duration.between(now, end).toMillis() + 1, 1);
            nextExpiry = expiry.schedule(
                    () -> read(options.policy.read(), System.nanoTime()), millis, TimeUnit.MILLISECONDS);
        });
    }

    private void followTasks() {
        try {
            while (!stopping) {
                tasks.await(1000);
                drainTasks();
            }
        } catch (IOException e) {
            events.accept(new AgentEvent.Notice("new processes are no longer noticed: " + e.getMessage()));
        }
    }

    private void drainTasks() {
        synchronized (tasks) {
            if (!stopping) {
                tasks.drain(this::follow);
            }
        }
    }

    private void follow(TaskEvent event) {
        switch (event) {
            case TaskEvent.Fork(int pid, int _, long _) -> reconciler.forked(pid);
            case TaskEvent.Exec(int pid, long nanos) -> reconciler.execed(pid, nanos);
            case TaskEvent.Mapped(int pid, String path, long _) -> reconciler.mapped(pid, path);
            case TaskEvent.Exit(int pid, long _) -> reconciler.exited(pid);
            case TaskEvent.Lost(long count) -> {
                events.accept(new AgentEvent.Notice(
                        "the kernel dropped " + count + " process events; looking at every process again"));
                var ignored = reconciler.rescan();
            }
        }
    }

    private void followCalls() {
        try {
            long swept = System.nanoTime();
            long lookedForLeft = swept;
            while (!detached) {
                uprobes.await(LEFT_NANOS / 1_000_000);
                deliverCalls();
                if (System.nanoTime() - lookedForLeft > LEFT_NANOS) {
                    uprobes.findLeft(this::deliver);
                    calls.flush();
                    lookedForLeft = System.nanoTime();
                }
                if (System.nanoTime() - swept > SWEEP_NANOS) {
                    uprobes.sweep();
                    swept = System.nanoTime();
                }
            }
            deliverCalls();
            findLast();
            calls.flush();
        } catch (IOException e) {
            events.accept(new AgentEvent.Notice("calls are no longer read: " + e.getMessage()));
        }
    }

    /// That a thread has ended in a call takes two looks, and a call of some age.
    private void findLast() throws IOException {
        uprobes.findLeft(this::deliver);
        for (int look = 0; look < LAST_LOOKS && uprobes.totals().unfinished() > 0; look++) {
            LockSupport.parkNanos(LAST_LOOK_NANOS);
            uprobes.findLeft(this::deliver);
        }
    }

    /// Gives what is in the ring to the sink, in batches. Between taking a batch and giving it every exec
    /// that was before it is heard of, so that no call of a new program passes for one of the old.
    private void deliverCalls() {
        List<Call> batch = new ArrayList<>();
        int taken;
        do {
            batch.clear();
            taken = uprobes.drain(BATCH, batch::add);
            if (taken > 0) {
                drainTasks();
            }
            batch.forEach(this::deliver);
        } while (taken == BATCH);
        calls.flush();
    }

    private void deliver(Call call) {
        if (call.isStale()) {
            stale.increment();
        } else {
            calls.accept(call);
        }
    }

    /// The functions of a call's stack, the innermost first. To be asked by the call sink only.
    public List<Frame> frames(Call call) {
        return call.stack().isEmpty()
                ? List.of()
                : stacks.frames(call.attachment().process().pid(), call.stack(), System.nanoTime()).stream()
                        .map(frame -> new Frame(frame.function(), frame.offset(), frame.file()))
                        .toList();
    }

    /// What was counted so far.
    public Totals totals() throws IOException {
        return uprobes.totals();
    }

    /// What was counted in the kernel so far, of probes that measure a histogram.
    public List<Histogram> histograms() throws IOException {
        return uprobes.histograms();
    }

    /// Calls left out because their process had run exec by then.
    public long stale() {
        return stale.sum();
    }

    /// Detaches everything, then reads what is left in the ring. Safe to call twice.
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        synchronized (tasks) {
            stopping = true; // nobody tells the reconciler anything from here on
        }
        expiry.shutdownNow();
        try {
            watcher.close();
            if (packWatcher.isPresent()) {
                packWatcher.get().close();
            }
        } catch (IOException e) {
            events.accept(new AgentEvent.Notice("cannot stop watching the policy: " + e.getMessage()));
        }
        reconciler.close();
        detached = true;
        tasks.wake();
        uprobes.wake();
        try {
            taskThread.join();
            callThread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        tasks.close();
    }

    /// Gives the rings and programs back; totals can no longer be asked for.
    public void release() {
        uprobes.close();
        types.close();
        stacks.close();
    }
}
