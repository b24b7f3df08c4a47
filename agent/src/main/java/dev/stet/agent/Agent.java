package dev.stet.agent;

import dev.stet.kernel.Bpf;
import dev.stet.policy.Policy;
import dev.stet.probe.Call;
import dev.stet.probe.Frame;
import dev.stet.probe.Histogram;
import dev.stet.probe.Redaction;
import dev.stet.probe.Totals;
import dev.stet.probe.Uprobes;
import dev.stet.procfs.ProcReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// The whole engine: finds processes, judges them, keeps their probes as policy wants them, and reports
/// calls and what it does. Events and calls are given to the sinks from several threads, one at a time
/// each.
public final class Agent implements AutoCloseable {
    /// No step takes a tenth of it: looking into a file has limits of its own.
    private static final Duration HANG = Duration.ofSeconds(60);

    private static final Duration REPAIR_LIMIT = Duration.ofSeconds(10);

    private final Options options;
    private final Consumer<AgentEvent> events;
    private final Uprobes uprobes;
    private final Remembered remembered;
    private final GuardianKeeper guardian;
    private final Journal journal;
    private final Leftovers leftovers;
    private final Thread repair =
            Thread.ofPlatform().daemon().name("stet-leftovers").unstarted(this::repair);
    private final Processes processes;
    private final PolicyKeeper policy;
    private final TaskFollower tasks;
    private final Optional<ExecGate> gate;
    private final CallReader calls;
    private final PolicyWatcher watcher;
    private final Optional<PolicyWatcher> quarantineWatcher;
    private final Optional<PackWatcher> packWatcher;
    private final GoTypeTable types;
    private final StackSymbols stacks;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("stet-time").factory());
    private final Instant started;
    private final AtomicBoolean closed = new AtomicBoolean();
    private Optional<ScheduledFuture<?>> nextLook = Optional.empty();
    private volatile boolean stopping;

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
    /// @param limits of what probes may cost; tiers may set others
    /// @param strict hold a probed process that runs another program until its probes are off
    /// @param state where things are kept that a restart must not lose; empty: nowhere
    /// @param clock what people write dates by
    public record Options(
            List<Pack> packs,
            Optional<PackDirectory> ownPacks,
            Scope scope,
            PolicyDirectory policy,
            boolean named,
            Contents contents,
            int ringBytes,
            boolean perfOnly,
            Budgets.Limits limits,
            boolean strict,
            Optional<StateDirectory> state,
            Clock clock) {
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
        started = options.clock.instant();
        this.events = synchronizedSink(events);
        ProcReader proc = new ProcReader(Path.of("/proc"));
        journal = new Journal(options.state.map(StateDirectory::journal), options.clock, this.events);
        Binaries binaries = new Binaries(proc, journal);
        types = new GoTypeTable(proc, binaries);
        stacks = new StackSymbols(proc, binaries::open);
        Uprobes.Mechanism mechanism = mechanism();
        uprobes = new Uprobes(new Uprobes.Options(
                mechanism, options.ringBytes, options.contents.redaction, types::at, new ProcessTarget()));
        remembered = new Remembered(options.state, options.clock, this.events);
        Quarantines quarantines = new Quarantines(remembered.quarantines());
        guardian = new GuardianKeeper(remembered, quarantines, options.clock, this.events);
        processes = new Processes(
                new Processes.Tools(proc, binaries, uprobes, types, remembered.rules(), guardian, options.clock),
                new Processes.Settings(options.scope, options.named, options.contents.payload, options.limits),
                packsAtStart(),
                this.events);
        leftovers = new Leftovers(proc, binaries, mechanism, uprobes::live);
        policy = new PolicyKeeper(options.policy, remembered, quarantines, options.clock, this::inForce, this.events);
        guardian.start(since -> {
            policy.guarded(since);
            if (!stopping) {
                timer.execute(guardian::save); // the disk is not waited for
            }
        });
        try {
            tasks = new TaskFollower(processes, this.events);
            gate = options.strict ? Optional.of(gate(proc)) : Optional.empty();
        } catch (IOException e) {
            uprobes.close();
            throw e;
        }
        this.calls = new CallReader(uprobes, tasks::drain, calls, this.events);
        watcher = new PolicyWatcher(options.policy.path(), this::policyChanged);
        quarantineWatcher = remembered.quarantines().map(own -> new PolicyWatcher(own, this::policyChanged));
        packWatcher = options.ownPacks.map(own -> new PackWatcher(own, this::readPacks));
    }

    private ExecGate gate(ProcReader proc) throws IOException {
        try {
            return new ExecGate(proc, processes, events);
        } catch (IOException e) {
            throw new IOException("the kernel cannot hold programs before they are run: " + e.getMessage(), e);
        }
    }

    private Uprobes.Mechanism mechanism() throws IOException {
        Optional<String> noMulti =
                options.perfOnly ? Optional.of("perf events were asked for") : Bpf.uprobeMultiRefusal();
        noMulti.ifPresent(why -> this.events.accept(new AgentEvent.Notice(why
                + "; using perf events: few breakpoints in each process, and threads that start later are not seen")));
        return noMulti.isPresent() ? Uprobes.Mechanism.PERF : Uprobes.Mechanism.MULTI;
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

    /// Starts: reads the policy, then looks at every process. Returns when each of them has been looked
    /// at once.
    public void start() {
        calls.start();
        tasks.start();
        gate.ifPresent(ExecGate::start);
        watcher.start();
        quarantineWatcher.ifPresent(PolicyWatcher::start);
        packWatcher.ifPresent(PackWatcher::start);
        policy.start(System.nanoTime());
        lookAfter(Duration.ofMillis(1));
        if (!options.named) {
            repair.start();
        }
    }

    /// Takes out what a tracer that was killed has left: beside everything else, and once.
    private void repair() {
        try {
            var ignored = leftovers.look(options.scope, () -> stopping, events);
        } catch (IOException | RuntimeException e) {
            events.accept(new AgentEvent.Notice("looking for breakpoints of a killed tracer: " + e));
        }
    }

    private CompletableFuture<AgentEvent.Effect> inForce(Optional<Policy> next, Set<String> ended, long since) {
        next.ifPresent(guardian::inForce);
        return processes.apply(next, ended, since);
    }

    private void policyChanged(long since) {
        if (stopping) {
            return;
        }
        Duration next = Expiries.LOOK;
        try {
            next = policy.changed(since);
            processes.tick(); // a directory that changes all the time puts off the other look
        } catch (RuntimeException | Error e) {
            // A mistake of Stet's must not end the watching for good.
            events.accept(new AgentEvent.Notice("reading the policy: " + e));
        }
        lookAfter(next);
    }

    /// There is always one look to come.
    private synchronized void lookAfter(Duration pause) {
        if (!stopping) {
            nextLook.ifPresent(look -> look.cancel(false));
            nextLook = Optional.of(timer.schedule(this::look, pause.toMillis() + 1, TimeUnit.MILLISECONDS));
        }
    }

    private void look() {
        if (stopping) {
            return;
        }
        Duration next = Expiries.LOOK;
        try {
            journal.hung(HANG).ifPresent(events);
            processes.tick();
            next = policy.look(System.nanoTime());
            Duration guard = guardian.look(System.nanoTime());
            next = guard.compareTo(next) < 0 ? guard : next;
        } catch (RuntimeException | Error e) {
            // A mistake of Stet's must not end the looking for good.
            events.accept(new AgentEvent.Notice("looking at the clock: " + e));
        }
        lookAfter(next);
    }

    private void readPacks(PackDirectory.Result result, long since) {
        if (stopping) {
            return;
        }
        switch (result) {
            case PackDirectory.Result.Invalid(var problems) -> events.accept(new AgentEvent.PacksRejected(problems));
            case PackDirectory.Result.Valid(var own) -> {
                try {
                    apply(PackDirectory.together(options.packs, own), since);
                } catch (RuntimeException | Error e) {
                    // A mistake of Stet's must not end the watching for good.
                    events.accept(new AgentEvent.Notice("applying packs: " + e));
                }
            }
        }
    }

    private void apply(List<Pack> packs, long since) {
        AgentEvent.Effect effect = processes.apply(packs, since).join();
        events.accept(new AgentEvent.PacksApplied(packs.size(), effect.detached(), effect.attached(), effect.took()));
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
        return calls.totals();
    }

    /// What was counted in the kernel so far, of probes that measure a histogram.
    public List<Histogram> histograms() throws IOException {
        return uprobes.histograms();
    }

    /// Calls left out because their process had run exec by then.
    public long stale() {
        return calls.stale();
    }

    /// What probes may cost from now on; tiers may set others.
    public void limit(Budgets.Limits limits) {
        processes.limit(limits);
    }

    /// What it has and knows now.
    public AgentState state() throws IOException {
        return new AgentState(
                options.clock.instant(),
                started,
                policy.state(),
                processes.packs().packs().stream().map(Pack::name).toList(),
                processes.states(),
                totals(),
                stale(),
                processes.hitCost());
    }

    /// What became of each exemption so far.
    public List<RuleUse> ruleUses() {
        return remembered.rules().uses();
    }

    /// Detaches everything, then reads what is left in the ring. Safe to call twice.
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        stopping = true;
        gate.ifPresent(ExecGate::close);
        tasks.stop(); // nobody tells of processes from here on
        stopTimer();
        try {
            watcher.close();
            if (quarantineWatcher.isPresent()) {
                quarantineWatcher.get().close();
            }
            if (packWatcher.isPresent()) {
                packWatcher.get().close();
            }
        } catch (IOException e) {
            events.accept(new AgentEvent.Notice("cannot stop watching the policy: " + e.getMessage()));
        }
        processes.close();
        awaitRepair();
        policy.stop();
        guardian.save();
        closeJournal();
        try {
            calls.finish();
            tasks.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What it is at is not interrupted: an interrupt would close the file that is being written.
    private void stopTimer() {
        synchronized (this) {
            nextLook.ifPresent(look -> look.cancel(false));
        }
        timer.shutdown();
    }

    /// Who is killed while it detaches leaves breakpoints, and that is about to be over.
    private void awaitRepair() {
        try {
            if (repair.isAlive()) {
                var ignored = repair.join(REPAIR_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeJournal() {
        try {
            journal.close();
        } catch (IOException e) {
            events.accept(new AgentEvent.Notice("cannot close the journal: " + e.getMessage()));
        }
    }

    /// Gives the rings and programs back; totals can no longer be asked for.
    public void release() {
        uprobes.close();
        types.close();
        stacks.close();
    }
}
