package dev.stet.agent;

import dev.stet.agent.AgentEvent.Detached.Why;
import dev.stet.facts.Fact;
import dev.stet.facts.Glob;
import dev.stet.facts.MappedFile;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.kernel.Descriptor;
import dev.stet.kernel.OpenFile;
import dev.stet.kernel.SyscallException;
import dev.stet.policy.Policy;
import dev.stet.policy.Verdict;
import dev.stet.probe.Attachment;
import dev.stet.probe.Markers;
import dev.stet.probe.Plan;
import dev.stet.probe.Probe;
import dev.stet.probe.Uprobes;
import dev.stet.procfs.ProcReader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Keeps the probes of every process as policy wants them. Level-triggered: whatever is told about a process
/// only makes it look at the process again, so an event that was lost costs time and not truth. One process
/// is reconciled by one thread at a time.
final class Reconciler implements AutoCloseable {
    private static final Duration RECHECK = Duration.ofMillis(200);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final ProcReader proc;
    private final Binaries binaries;
    private final Judge judge;
    private final Uprobes uprobes;
    private final GoTypeTable types;
    private final Settings settings;
    private final Consumer<AgentEvent> sink;
    private final Detacher detacher = new Detacher();
    private final ScheduledThreadPoolExecutor workers;
    private final Map<Integer, Target> targets = new ConcurrentHashMap<>();
    private final AtomicInteger planted = new AtomicInteger();
    private final AtomicInteger removed = new AtomicInteger();
    private volatile Optional<Policy> policy = Optional.empty();
    private volatile long policyNanos = System.nanoTime();
    private volatile List<Pack> packs;
    private volatile boolean stopping;

    /// @param named a person named the functions, and wants to hear of those that are not there
    /// @param payload take the contents that packs take only when they are asked for
    record Settings(Scope scope, boolean named, boolean payload) {}

    /// What a sweep over all processes did, in breakpoints.
    record Sweep(int detached, int attached) {}

    Reconciler(
            ProcReader proc,
            Binaries binaries,
            Judge judge,
            Uprobes uprobes,
            GoTypeTable types,
            Settings settings,
            List<Pack> packs,
            Consumer<AgentEvent> sink) {
        this.proc = proc;
        this.binaries = binaries;
        this.judge = judge;
        this.uprobes = uprobes;
        this.types = types;
        this.settings = settings;
        this.packs = List.copyOf(packs);
        this.sink = sink;
        workers = new ScheduledThreadPoolExecutor(
                Math.max(2, Runtime.getRuntime().availableProcessors()),
                Thread.ofPlatform().daemon().name("stet-reconcile-", 0).factory());
        workers.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /// Puts a policy in force: first lets go of every process that it exempts by the facts that are known
    /// already, then looks at every process afresh.
    ///
    /// @param since when the change was noticed, by [System#nanoTime]
    /// @return done when every process is as the policy wants it
    CompletableFuture<Sweep> apply(Optional<Policy> next, long since) {
        policyNanos = since;
        policy = next;
        int plantedBefore = planted.get();
        int removedBefore = removed.get();
        List<CompletableFuture<Void>> sweep = new ArrayList<>();
        for (Target target : targets.values()) {
            ProcessFacts known = target.facts;
            if (known != null
                    && !target.attachments().isEmpty()
                    && !judge.judgeKnown(known, next, target.known()).mayProbe()) {
                target.forgetFiles = true;
                sweep.add(detach(target.takeAttachments(), Why.POLICY, since));
            }
        }
        sweep.add(rescan());
        return CompletableFuture.allOf(sweep.toArray(CompletableFuture[]::new))
                .thenApply(_ -> new Sweep(removed.get() - removedBefore, planted.get() - plantedBefore));
    }

    /// Puts other packs in force: lets go of every process, and looks at each afresh.
    ///
    /// @param since when the change was noticed, by [System#nanoTime]
    CompletableFuture<Sweep> apply(List<Pack> next, long since) {
        packs = List.copyOf(next);
        int plantedBefore = planted.get();
        int removedBefore = removed.get();
        List<CompletableFuture<Void>> sweep = new ArrayList<>();
        for (Target target : targets.values()) {
            target.forgetFiles = true;
            sweep.add(detach(target.takeAttachments(), Why.PACKS, since));
        }
        sweep.add(rescan());
        return CompletableFuture.allOf(sweep.toArray(CompletableFuture[]::new))
                .thenApply(_ -> new Sweep(removed.get() - removedBefore, planted.get() - plantedBefore));
    }

    /// Looks at every process there is.
    CompletableFuture<Void> rescan() {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        targets.values().forEach(target -> all.add(reconcileSoon(target)));
        try {
            for (int pid : proc.pids()) {
                if (settings.scope.mayInclude(pid) && !targets.containsKey(pid)) {
                    discover(pid).ifPresent(target -> all.add(reconcileSoon(target)));
                }
            }
            if (settings.scope instanceof Scope.OneProcess(int pid) && all.isEmpty()) {
                sink.accept(new AgentEvent.Ended(new ProcessIdentity(pid, 0), "?")); // before it was ever looked at
            }
        } catch (IOException e) {
            sink.accept(new AgentEvent.Notice("cannot list processes: " + e.getMessage()));
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }

    /// A process is the copy of another.
    void forked(int pid) {
        if (settings.scope.mayInclude(pid)) {
            look(pid);
        }
    }

    /// A process runs another program. Whatever was attached is let go at once, before anything is decided.
    ///
    /// @param nanos when, CLOCK_MONOTONIC, which on Linux is [System#nanoTime]
    void execed(int pid, long nanos) {
        Target target = targets.get(pid);
        if (target != null) {
            target.afterExec = CompletableFuture.allOf(target.afterExec, detach(target.exec(nanos), Why.EXEC, nanos));
        }
        if (settings.scope.mayInclude(pid)) {
            look(pid);
            later(pid); // the kernel tells of an exec before the new program's arguments and user are set
        }
    }

    /// A process mapped a file to execute it.
    void mapped(int pid, String path) {
        if (settings.scope.mayInclude(pid) && (isWanted(path) || !targets.containsKey(pid))) {
            look(pid);
        }
    }

    /// May a pack be about it? What an executable is called nobody knows, but libraries are told apart by
    /// their names.
    private boolean isWanted(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        boolean mayBeMain = path.startsWith("/") && !name.contains(".so");
        return inForce(true).stream().anyMatch(pack -> PackFit.mayFit(pack, name, mayBeMain));
    }

    /// The packs, and what tells how calls end: of Go always, of other languages for a person's own functions.
    private List<Pack> inForce(boolean returns) {
        List<Pack> all = new ArrayList<>(packs);
        boolean follows =
                returns && all.stream().flatMap(pack -> pack.probes().stream()).anyMatch(Probe::returns);
        if (follows) {
            all.add(new Pack(Markers.PACK, new Pack.Binary.GoMain(), Markers.ofGo()));
        }
        if (follows && settings.named) {
            all.add(library("libgcc_s.so*", Markers.ofUnwinder()));
            all.add(library("libstdc++.so*", Markers.ofCxx()));
            all.add(library("libc.so*", Markers.ofC()));
        }
        return all;
    }

    private static Pack library(String name, List<Probe> probes) {
        return new Pack(Markers.PACK, new Pack.Binary.Library(Glob.name(name)), probes);
    }

    /// A process's main thread has ended. The process may live on in its other threads, or be on its way out
    /// still.
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

    private void look(int pid) {
        Target known = targets.get(pid);
        Optional<Target> target = known != null ? Optional.of(known) : discover(pid);
        target.ifPresent(found -> {
            var ignored = reconcileSoon(found);
        });
    }

    private void later(int pid) {
        if (!stopping) {
            var ignored = workers.schedule(() -> look(pid), RECHECK.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private Optional<Target> discover(int pid) {
        Optional<Target> found = proc.identity(pid).map(Target::new);
        found.ifPresent(target -> targets.put(pid, target));
        return found;
    }

    private CompletableFuture<Void> reconcileSoon(Target target) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (stopping) {
            done.complete(null);
        } else if (target.ask(done)) {
            workers.execute(() -> work(target));
        }
        return done;
    }

    /// Reconciles for as long as somebody asks for it.
    private void work(Target target) {
        while (true) {
            List<CompletableFuture<Void>> waiting = target.next();
            if (waiting.isEmpty()) {
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
            } finally {
                CompletableFuture<Void> ended = result;
                var ignored = ended.whenComplete((_, _) -> waiting.forEach(each -> each.complete(null)));
            }
        }
    }

    private CompletableFuture<Void> reconcile(Target target) {
        long begun = System.nanoTime();
        Optional<Policy> current = policy;
        Optional<ProcessFacts> read = proc.facts(target.identity.pid());
        if (read.isEmpty()) {
            return ended(target);
        }
        if (!read.get().identity().equals(target.identity)) {
            CompletableFuture<Void> done = ended(target);
            look(target.identity.pid()); // another process has the pid by now
            return done;
        }
        if (!settings.scope.includes(read.get())) {
            target.facts = read.get();
            return detach(target.takeAttachments(), Why.POLICY, policyNanos);
        }
        Judge.Judged judged = judge.judge(read.get(), current, target.known());
        ProcessFacts facts = judged.facts();
        target.facts = facts;
        Verdict verdict = judged.verdict();
        if (!verdict.equals(target.verdict)) {
            Optional<Verdict> before = Optional.ofNullable(target.verdict);
            target.verdict = verdict;
            sink.accept(new AgentEvent.Judged(target.identity, target.program(), before, verdict, false));
        }
        if (verdict instanceof Verdict.Undecided) {
            later(target.identity.pid());
        }
        if (!verdict.mayProbe()) {
            target.files.clear();
            var done = detach(target.takeAttachments(), Why.POLICY, policyNanos);
            return CompletableFuture.allOf(done, scrubLater(target));
        }
        CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
        Plan.Permission permission = Permissions.plan(verdict);
        if (target.forgetFiles) {
            target.forgetFiles = false;
            target.files.clear();
        }
        if (target.files.isEmpty()) {
            target.filesSince = begun;
        } else if (target.files.values().stream()
                        .anyMatch(state -> !state.permission().equals(permission))
                || target.hasExecedSince(target.filesSince)) {
            target.files.clear();
            target.filesSince = begun;
            done = detach(target.takeAttachments(), Why.POLICY, policyNanos);
        }
        attach(target, facts, permission, begun);
        return permission.returns() ? done : CompletableFuture.allOf(done, scrubLater(target));
    }

    /// Attaches to every file that is mapped, wanted, and not looked at yet.
    private void attach(Target target, ProcessFacts facts, Plan.Permission permission, long begun) {
        List<MappedFile> mappings;
        try {
            mappings = proc.executableMappings(target.identity.pid());
        } catch (NoSuchFileException e) {
            return; // it has ended
        } catch (IOException e) {
            refuse(target, "its memory map", "*", Reason.of(e));
            return;
        }
        for (MappedFile mapped : mappings) {
            var key = new Target.FileKey(mapped.device(), mapped.inode(), mapped.path());
            if (target.files.putIfAbsent(key, new Target.FileState(permission)) != null) {
                continue;
            }
            boolean isMain =
                    facts.exe() instanceof Fact.Known<String> exe && exe.value().equals(mapped.path());
            List<Pack> likely = inForce(permission.returns()).stream()
                    .filter(pack -> PackFit.mayFit(pack, mapped.name(), isMain))
                    .toList();
            if (!likely.isEmpty() && !stopping) {
                attach(target, mapped, isMain, likely, permission, begun);
            }
        }
    }

    private void attach(
            Target target,
            MappedFile mapped,
            boolean isMain,
            List<Pack> likely,
            Plan.Permission permission,
            long begun) {
        long since = System.nanoTime();
        try (OpenFile file = binaries.open(target.identity.pid(), mapped)) {
            List<Probe> probes = new ArrayList<>();
            PackFit.Candidate candidate = binaries.candidate(file, mapped, isMain);
            for (Pack pack : likely) {
                if (PackFit.fits(pack, candidate)) {
                    probes.addAll(pack.probes(settings.payload && permission.payload()));
                }
            }
            if (probes.isEmpty()) {
                return;
            }
            Binaries.Analysis analysis = binaries.analyse(file, target.identity.pid(), mapped, probes, permission);
            if (settings.named) {
                probes.stream()
                        .filter(probe -> !probe.pack().equals(Markers.PACK))
                        .map(probe -> probe.site().text())
                        .filter(analysis.missing()::containsKey)
                        .forEach(function -> sink.accept(new AgentEvent.NotFound(
                                target.identity,
                                mapped.path(),
                                function,
                                analysis.missing().get(function))));
            }
            List<Plan.Refusal> refusals = new ArrayList<>(analysis.plan().refusals());
            if (!analysis.plan().points().isEmpty()) {
                Attachment attachment = uprobes.attach(
                        target.identity,
                        target.program(),
                        file,
                        mapped.path(),
                        analysis.plan().points());
                if (candidate.isMain() && candidate.isGo()) {
                    types.attached(attachment, mapped);
                }
                refusals.addAll(attachment.refusals());
                kept(target, attachment, begun, since);
            }
            if (!refusals.isEmpty()) {
                sink.accept(new AgentEvent.Refused(target.identity, target.program(), mapped.path(), refusals));
            }
        } catch (SyscallException e) {
            if (e.errno() != SyscallException.ESRCH && e.errno() != SyscallException.ENOENT) {
                refuse(target, mapped.path(), "*", Reason.of(e));
            } // else it has ended, or unmapped the file, meanwhile
        } catch (IOException e) {
            refuse(target, mapped.path(), "*", Reason.of(e));
        }
    }

    private void kept(Target target, Attachment attachment, long begun, long since) {
        if (attachment.links().size() == 0) {
            return;
        }
        if (!target.keep(attachment, begun) || stopping) {
            var ignored = detach(List.of(attachment), Why.EXEC, since);
            return;
        }
        if (!Markers.isOnly(attachment)) {
            planted.addAndGet(attachment.breakpoints());
            sink.accept(new AgentEvent.Attached(attachment, Duration.ofNanos(System.nanoTime() - since)));
        }
    }

    private void refuse(Target target, String path, String what, String why) {
        var refusal = new Plan.Refusal(what, why);
        sink.accept(new AgentEvent.Refused(target.identity, target.program(), path, List.of(refusal)));
    }

    /// Scrubs when what an exec made stale is gone: until then it would be taken for inherited.
    private CompletableFuture<Void> scrubLater(Target target) {
        return target.afterExec.thenCompose(_ -> stopping ? CompletableFuture.completedFuture(null) : scrub(target));
    }

    /// Removes breakpoints that a process has inherited by fork and that are not its own. The kernel takes a
    /// breakpoint out of every process in which nothing wants it, but only when a probe at that place is
    /// detached: so one that does nothing is attached and detached. Which there are is read from the
    /// process's memory, for it may be the child of a child that nobody saw.
    private CompletableFuture<Void> scrub(Target target) {
        int pid = target.identity.pid();
        List<Attachment> own = target.attachments();
        List<Descriptor> cleaners = new ArrayList<>();
        try {
            for (MappedFile mapped : proc.executableMappings(pid)) {
                SortedSet<Long> foreign = new TreeSet<>();
                uprobes.live().stream()
                        .filter(attachment -> attachment.path().equals(mapped.path()) && !own.contains(attachment))
                        .forEach(attachment -> foreign.addAll(attachment.offsets()));
                own.forEach(attachment -> foreign.removeAll(attachment.offsets()));
                List<Long> planted = Breakpoints.planted(pid, mapped, foreign);
                if (!planted.isEmpty()) {
                    try (OpenFile file = binaries.open(pid, mapped)) {
                        List<Long> ours = Breakpoints.notInFile(file, planted);
                        if (!ours.isEmpty()) {
                            cleaners.add(uprobes.attachNothing(pid, file, ours));
                        }
                    }
                }
            }
        } catch (IOException e) {
            if (proc.identity(pid).isPresent()) {
                refuse(target, "its inherited breakpoints", "*", Reason.of(e));
            }
        }
        return detacher.close(cleaners);
    }

    private CompletableFuture<Void> ended(Target target) {
        if (targets.remove(target.identity.pid(), target)) {
            List<Attachment> attachments = target.takeAttachments();
            if (target.verdict != null || settings.scope instanceof Scope.OneProcess) {
                sink.accept(new AgentEvent.Ended(target.identity, target.program()));
            }
            return detach(attachments, Why.ENDED, System.nanoTime());
        }
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> detach(Collection<Attachment> attachments, Why why, long since) {
        if (attachments.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return CompletableFuture.allOf(attachments.stream()
                .map(attachment -> detacher.detach(List.of(attachment)).thenRun(() -> {
                    uprobes.forget(attachment);
                    Duration took = Duration.ofNanos(System.nanoTime() - since);
                    if (!Markers.isOnly(attachment)) {
                        removed.addAndGet(attachment.breakpoints());
                        sink.accept(new AgentEvent.Detached(attachment, why, took));
                    }
                }))
                .toArray(CompletableFuture[]::new));
    }

    /// What is known about processes now, by pid.
    Collection<Target> targets() {
        return targets.values();
    }

    /// Lets go of everything. Nothing is attached any more when this returns, unless the kernel takes longer
    /// than it has ever been seen to.
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
            CompletableFuture.allOf(targets.values().stream()
                            .map(target -> detach(target.takeAttachments(), Why.STOPPING, since))
                            .toArray(CompletableFuture[]::new))
                    .join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        detacher.close();
    }
}
