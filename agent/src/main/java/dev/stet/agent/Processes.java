package dev.stet.agent;

import dev.stet.agent.AgentEvent.Detached.Why;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Policy;
import dev.stet.policy.Verdict;
import dev.stet.probe.Attachment;
import dev.stet.probe.ProcessExits;
import dev.stet.probe.Uprobes;
import dev.stet.procfs.ProcReader;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Every process that is looked at, and when it is: on events, when the policy or the packs change, and
/// when time may have changed something.
final class Processes implements AutoCloseable, Reconciler.InForce, ExecGate.Before {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    /// What is due later than this is left to [#tick].
    private static final Duration SOON = Duration.ofSeconds(30);
    /// Who was about to run another program and does not is looked at again after this.
    private static final Duration FAILED_EXEC = Duration.ofSeconds(1);

    private static final Duration AT_LEAST = Duration.ofMillis(10);

    private final ProcReader proc;
    private final Reconciler reconciler;
    private final Releases releases;
    private final Admission admission;
    private final RuleBook rules;
    private final Scope scope;
    private final Consumer<AgentEvent> sink;
    private final DebuggerWatch debuggers;
    private final BreakpointWatch breakpoints;
    private final GuardianKeeper guardian;
    private final GoTypeTable types;
    private final Uprobes uprobes;
    private final Budgets budgets;
    private final ScheduledThreadPoolExecutor workers;
    private final Map<Integer, Target> targets = new ConcurrentHashMap<>();
    private final Set<Target> waiting = ConcurrentHashMap.newKeySet();
    private volatile Optional<Policy> policy = Optional.empty();
    private volatile long changedNanos = System.nanoTime();
    private volatile PacksInForce packs;
    private volatile Runnable endings = () -> {};
    private volatile boolean stopping;
    private int lapses;

    /// @param named a person named the functions, and wants to hear of those that are not there
    /// @param payload take the contents that packs take only when they are asked for
    /// @param limits of what probes may cost
    record Settings(Scope scope, boolean named, boolean payload, Budgets.Limits limits) {}

    /// What it works with.
    record Tools(
            ProcReader proc,
            Binaries binaries,
            Uprobes uprobes,
            GoTypeTable types,
            RuleBook rules,
            GuardianKeeper guardian,
            Clock wall) {}

    Processes(Tools tools, Settings settings, List<Pack> packs, Consumer<AgentEvent> sink) {
        this.proc = tools.proc;
        this.rules = tools.rules;
        guardian = tools.guardian;
        types = tools.types;
        uprobes = tools.uprobes;
        this.scope = settings.scope;
        this.packs = new PacksInForce(packs, settings.named);
        this.sink = sink;
        debuggers = new DebuggerWatch(proc::tracerPid);
        breakpoints = new BreakpointWatch(proc, sink);
        budgets = new Budgets(new HitCounts(tools.uprobes), settings.limits, tools.wall, sink, tools.guardian::record);
        releases = new Releases(tools.uprobes, sink);
        admission = new Admission(new Rollouts(System::nanoTime), tools.wall, sink, this::lookAtHeld);
        var probes = new FileProbes.Settings(settings.named, settings.payload);
        reconciler = new Reconciler(
                proc,
                Judge.ofMachine(proc, tools.binaries, tools.wall),
                scope,
                new Reconciler.Hands(
                        new FileProbes(tools.binaries, tools.uprobes, tools.types, releases, probes, sink),
                        new Inherited(proc, tools.binaries, tools.uprobes),
                        releases,
                        admission),
                rules,
                this,
                sink);
        workers = new ScheduledThreadPoolExecutor(
                Math.max(2, Runtime.getRuntime().availableProcessors()),
                Thread.ofPlatform().daemon().name("stet-reconcile-", 0).factory());
        workers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        workers.setRemoveOnCancelPolicy(true);
        workers.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy()); // it is stopping
        var _ = workers.scheduleWithFixedDelay(
                this::watch, DebuggerWatch.PAUSE.toMillis(), DebuggerWatch.PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        var _ = workers.scheduleWithFixedDelay(
                this::weigh, Budgets.PAUSE.toMillis(), Budgets.PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public Optional<Policy> policy() {
        return policy;
    }

    @Override
    public PacksInForce packs() {
        return packs;
    }

    @Override
    public long changedNanos() {
        return changedNanos;
    }

    @Override
    public boolean stopping() {
        return stopping;
    }

    /// Puts a policy in force: first lets go of every process that it exempts by the facts that are
    /// known already, then looks at every process afresh.
    ///
    /// @param ended names of exemptions that time has ended: what they exempted gets its probes with
    ///     care
    /// @param since when the change was noticed, by [System#nanoTime]
    /// @return done when every process is as the policy wants it
    CompletableFuture<AgentEvent.Effect> apply(Optional<Policy> next, Set<String> ended, long since) {
        changedNanos = since;
        policy = next;
        admission.policyChanged();
        if (!ended.isEmpty()) {
            lapses++;
            targets.values().stream()
                    .filter(target -> wasExemptBy(target, ended))
                    .forEach(target -> target.lapse = lapses);
        }
        return sweep(since, target -> !target.attachments().isEmpty() && reconciler.isExemptNow(target), Why.POLICY);
    }

    private static boolean wasExemptBy(Target target, Set<String> rules) {
        return target.verdict instanceof Verdict.Exempt(var _, var by, var _)
                && by.stream().anyMatch(decision -> !decision.isGuard() && rules.contains(decision.rule()));
    }

    /// Puts other packs in force: lets go of every process, and looks at each afresh.
    ///
    /// @param since when the change was noticed, by [System#nanoTime]
    CompletableFuture<AgentEvent.Effect> apply(List<Pack> next, long since) {
        changedNanos = since;
        packs = new PacksInForce(next, packs.named());
        admission.packsChanged();
        return sweep(since, _ -> true, Why.PACKS);
    }

    private interface Unwanted {
        boolean test(Target target);
    }

    private CompletableFuture<AgentEvent.Effect> sweep(long since, Unwanted unwanted, Why why) {
        Releases.Counts before = releases.counts();
        releases.countTouched();
        List<CompletableFuture<Void>> sweep = new ArrayList<>();
        for (Target target : targets.values()) {
            if (unwanted.test(target)) {
                sweep.add(releases.detach(target.takeAttachments(), why, since));
                target.forgetFiles = true; // afterwards: whoever sees it finds nothing that is still to be taken
            }
        }
        sweep.add(rescan());
        return Releases.all(sweep).thenApply(_ -> {
            Releases.Counts now = releases.counts();
            return new AgentEvent.Effect(
                    releases.touched(),
                    now.removed() - before.removed(),
                    now.planted() - before.planted(),
                    Duration.ofNanos(System.nanoTime() - since));
        });
    }

    /// Looks at every process there is.
    CompletableFuture<Void> rescan() {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        targets.values().forEach(target -> all.add(reconcileSoon(target)));
        try {
            for (int pid : proc.pids()) {
                if (scope.mayInclude(pid) && !targets.containsKey(pid)) {
                    discover(pid).ifPresent(target -> all.add(reconcileSoon(target)));
                }
            }
            if (scope instanceof Scope.OneProcess(int pid) && all.isEmpty()) {
                sink.accept(new AgentEvent.Ended(
                        new ProcessIdentity(pid, 0), "?", Optional.empty())); // before it was ever looked at
            }
        } catch (IOException e) {
            sink.accept(new AgentEvent.Notice("cannot list processes: " + e.getMessage()));
        }
        return Releases.all(all);
    }

    /// A process is the copy of another.
    void forked(int pid) {
        if (scope.mayInclude(pid)) {
            look(pid);
        }
    }

    /// A process runs another program. Whatever was attached is let go at once, before anything is
    /// decided.
    ///
    /// @param nanos when, CLOCK_MONOTONIC, which on Linux is [System#nanoTime]
    void execed(int pid, long nanos) {
        Target target = targets.get(pid);
        if (target != null) {
            guardian.ended(target, Optional.empty(), nanos);
            var gone = releases.detach(target.exec(nanos), Why.EXEC, nanos);
            target.afterExec = CompletableFuture.allOf(target.afterExec, gone);
            target.lapse = 0;
        } else if (scope.mayInclude(pid)) {
            discover(pid).ifPresent(found -> {
                var ignored = found.exec(nanos);
            });
        }
        if (scope.mayInclude(pid)) {
            look(pid);
            later(pid); // the kernel tells of an exec before the new program's arguments and user are set
        }
    }

    @Override
    public boolean isProbed(int pid) {
        Target target = targets.get(pid);
        return target != null && target.isProbed();
    }

    /// A process is about to run another program, and waits for this.
    ///
    /// @return done when it has no probes any more
    @Override
    public CompletableFuture<Void> exec(int pid) {
        Target target = targets.get(pid);
        if (target == null) {
            return CompletableFuture.completedFuture(null);
        }
        long left = System.nanoTime();
        Target.Leaving leaving = target.leave(FAILED_EXEC);
        target.forgetFiles = true;
        var ignored =
                workers.schedule(() -> comesBack(target, left), FAILED_EXEC.toMillis() + 1, TimeUnit.MILLISECONDS);
        return CompletableFuture.allOf(
                releases.detach(leaving.attachments(), Why.EXEC, System.nanoTime()), leaving.rest());
    }

    /// A look that was under way when the process left may have taken the word that its files are to be
    /// looked at anew, and then found that nothing may be attached.
    private void comesBack(Target target, long left) {
        if (!target.hasExecedSince(left)) {
            target.forgetFiles = true;
        }
        look(target.identity.pid());
    }

    @Override
    public List<Integer> probed() {
        return targets.values().stream()
                .filter(Target::isProbed)
                .map(target -> target.identity.pid())
                .toList();
    }

    /// A process mapped a file to execute it.
    void mapped(int pid, String path) {
        if (scope.mayInclude(pid) && (packs.mayWant(path) || !targets.containsKey(pid))) {
            look(pid);
        }
    }

    /// Who finds a process gone asks first how it ended.
    ///
    /// @param ask calls [#died] for all that have ended until now
    void beforeEnds(Runnable ask) {
        endings = ask;
    }

    /// A process has ended, or is about to: its last thread is on its way out.
    void died(ProcessExits.Exit exit) {
        Target target = targets.get(exit.process().pid());
        if (target != null && target.identity.equals(exit.process())) {
            target.died(exit.status(), exit.nanos());
            guardian.ended(target, Optional.of(exit.status()), exit.nanos());
        }
    }

    /// A process's main thread has ended. The process may live on in its other threads, or be on its way
    /// out still.
    void exited(int pid) {
        Target target = targets.get(pid);
        if (target == null) {
            return;
        }
        if (proc.threads(pid).size() <= 1) {
            var ignored = ended(target);
        } else {
            later(pid);
        }
    }

    /// Some time has gone by: looks at what is due. To be called twice a minute at least.
    void tick() {
        long now = proc.uptime().toNanos();
        for (Target target : targets.values()) {
            OptionalLong due = target.due;
            if (due.isPresent() && due.getAsLong() <= now) {
                var ignored = reconcileSoon(target);
            }
        }
    }

    private void watch() {
        try {
            debuggers.changed(targets.values()).forEach(target -> {
                var ignored = reconcileSoon(target);
            });
            breakpoints.look(targets.values());
            types.sweep(uprobes::live);
        } catch (RuntimeException e) {
            // A mistake of Stet's must not end the looking for good.
            sink.accept(new AgentEvent.Notice("looking for debuggers and breakpoints: " + e));
        }
    }

    private void weigh() {
        try {
            if (!stopping) {
                budgets.look(targets).forEach(target -> {
                    var ignored = reconcileSoon(target);
                });
            }
        } catch (IOException | RuntimeException e) {
            // A mistake of Stet's must not end the looking for good.
            sink.accept(new AgentEvent.Notice("looking at what probes cost: " + e));
        }
    }

    private void lookAtHeld(Rollouts.Key key) {
        targets.values().stream()
                .filter(target -> target.held.isPresent() && target.rollout.equals(Optional.of(key)))
                .forEach(target -> {
                    var ignored = reconcileSoon(target);
                });
    }

    private void look(int pid) {
        Target known = targets.get(pid);
        Optional<Target> target = known != null ? Optional.of(known) : discover(pid);
        target.ifPresent(found -> {
            var ignored = reconcileSoon(found);
        });
    }

    private void later(int pid) {
        if (!stopping) {
            var ignored = workers.schedule(() -> look(pid), Recheck.FIRST.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private Optional<Target> discover(int pid) {
        // Several threads may find it at once: what two targets had attached, only one would ever let go.
        return proc.identity(pid).map(identity -> {
            Target found = new Target(identity);
            Target first = targets.putIfAbsent(pid, found);
            return first == null ? found : first;
        });
    }

    private CompletableFuture<Void> reconcileSoon(Target target) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (stopping) {
            done.complete(null);
        } else if (target.ask(done)) {
            workers.execute(() -> work(target));
            if (stopping) { // it may have been refused
                done.complete(null);
                target.next().forEach(asked -> asked.complete(null));
            }
        }
        return done;
    }

    /// Reconciles for as long as somebody asks for it.
    private void work(Target target) {
        while (true) {
            List<CompletableFuture<Void>> asked = target.next();
            if (asked.isEmpty()) {
                return;
            }
            CompletableFuture<Void> result = CompletableFuture.completedFuture(null);
            try {
                if (!stopping) {
                    result = reconcile(target);
                }
            } catch (RuntimeException | Error e) {
                // A mistake of Stet's about one process must not end the work for the others.
                sink.accept(new AgentEvent.Notice("process " + target.identity + ": " + e));
                result = leaveAlone(target);
            } finally {
                CompletableFuture<Void> ended = result;
                var ignored = ended.whenComplete((_, _) -> asked.forEach(each -> each.complete(null)));
            }
        }
    }

    /// Nobody knows whether it may be probed: until the next [#tick] it is not.
    private CompletableFuture<Void> leaveAlone(Target target) {
        CompletableFuture<Void> gone = releases.detach(target.takeAttachments(), Why.POLICY, System.nanoTime());
        target.forgetFiles = true;
        target.due = OptionalLong.of(0);
        return gone;
    }

    private CompletableFuture<Void> reconcile(Target target) {
        return switch (reconciler.reconcile(target)) {
            case Reconciler.Outcome.Done(var done) -> {
                target.fades = false;
                schedule(target);
                yield done;
            }
            case Reconciler.Outcome.Ended _ -> {
                endings.run();
                yield ended(target);
            }
            case Reconciler.Outcome.Fading _ -> {
                // How it ends is told with what it had: so nothing is taken from it before that is heard.
                endings.run();
                if (target.ended.isPresent() || target.fades) {
                    yield ended(target);
                }
                target.fades = true;
                later(target.identity.pid());
                yield CompletableFuture.completedFuture(null);
            }
            case Reconciler.Outcome.Reused _ -> {
                endings.run();
                CompletableFuture<Void> done = ended(target);
                look(target.identity.pid());
                yield done;
            }
        };
    }

    private void schedule(Target target) {
        if (target.waits()) {
            waiting.add(target);
        } else {
            waiting.remove(target);
        }
        target.nextLook.ifPresent(look -> look.cancel(false));
        target.nextLook = Optional.empty();
        Optional<Duration> next = reconciler.nextLook(target, waiting.size());
        target.due = next.isPresent()
                ? OptionalLong.of(proc.uptime().plus(next.get()).toNanos())
                : OptionalLong.empty();
        if (next.isPresent() && next.get().compareTo(SOON) <= 0 && !stopping) {
            long millis = Math.max(next.get().toMillis() + 1, AT_LEAST.toMillis());
            target.nextLook = Optional.of(workers.schedule(
                    () -> {
                        var ignored = reconcileSoon(target);
                    },
                    millis,
                    TimeUnit.MILLISECONDS));
        }
        if (targets.get(target.identity.pid()) != target) {
            forget(target); // it has ended while it was looked at
        }
    }

    private void forget(Target target) {
        waiting.remove(target);
        target.nextLook.ifPresent(look -> look.cancel(false));
        admission.ended(target);
        rules.ended(target.identity);
    }

    private CompletableFuture<Void> ended(Target target) {
        if (!targets.remove(target.identity.pid(), target)) {
            return CompletableFuture.completedFuture(null);
        }
        List<Attachment> attachments = target.end();
        forget(target);
        if (target.verdict != null || scope instanceof Scope.OneProcess) {
            sink.accept(new AgentEvent.Ended(target.identity, target.program(), target.ended));
        }
        return releases.detach(attachments, Why.ENDED, System.nanoTime());
    }

    /// What is known about processes now.
    Collection<Target> targets() {
        return targets.values();
    }

    /// What is known about processes now, to be shown; by pid.
    List<AgentState.ProcessState> states() {
        return targets.values().stream()
                .map(target -> target.state(budgets.perSecond(target.identity)))
                .sorted(Comparator.comparingInt(each -> each.process().pid()))
                .toList();
    }

    /// What probes may cost from now on.
    void limit(Budgets.Limits limits) {
        budgets.limit(limits);
    }

    /// What one hit of a breakpoint costs; zero until it is measured.
    Duration hitCost() {
        return budgets.hitCost();
    }

    /// Lets go of everything. Nothing is attached any more when this returns, unless the kernel takes
    /// longer than it has ever been seen to.
    @Override
    public void close() {
        stopping = true;
        long since = System.nanoTime();
        workers.shutdown();
        try {
            // What is being attached now comes back to us first.
            if (!workers.awaitTermination(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                sink.accept(new AgentEvent.Notice("a worker did not end within " + STOP_LIMIT.toSeconds() + " s"));
            }
            Releases.all(targets.values().stream()
                            .map(target -> releases.detach(target.takeAttachments(), Why.STOPPING, since))
                            .toList())
                    .join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        releases.close();
    }
}
