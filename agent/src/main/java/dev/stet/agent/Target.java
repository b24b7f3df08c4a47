package dev.stet.agent;

import dev.stet.agent.guardian.Account;
import dev.stet.agent.guardian.Build;
import dev.stet.facts.BuildId;
import dev.stet.facts.ExitStatus;
import dev.stet.facts.Fact;
import dev.stet.facts.MappedFile;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Moment;
import dev.stet.policy.Permission;
import dev.stet.policy.Tier;
import dev.stet.policy.Verdict;
import dev.stet.probe.Attachment;
import dev.stet.probe.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.stream.Collectors;

/// One process, from the moment it is known until it has ended. Only the thread that reconciles it
/// changes it, but for what is synchronized here.
final class Target {
    /// After its last probe is gone, what becomes of a process may still be its doing.
    private static final Duration AFTERMATH = Duration.ofSeconds(2);

    /// Functions that are told of as called most.
    private static final int MAX_BUSIEST = 8;

    final ProcessIdentity identity;

    /// What is attached, and what was looked at and left: the files of this process, by where they are
    /// mapped from. Reset by an exec and by a new policy.
    final Map<FileKey, FileState> files = new HashMap<>();

    /// What its probes were let in by, or nothing: what is more than this has to be let in anew.
    volatile Permission granted = Permission.NONE;

    /// In which roll-out it has or wants them.
    volatile Optional<Rollouts.Key> rollout = Optional.empty();

    /// It may be probed, and waits for its turn: why.
    volatile Optional<String> held = Optional.empty();

    /// When its turn may come; empty if that takes an event.
    volatile OptionalLong heldUntil = OptionalLong.empty();

    /// The end of an exemption let it be probed: which one, counted from 1; 0 if none.
    volatile int lapse;

    /// How it ended, if that was seen.
    volatile Optional<AgentEvent.Ended.How> ended = Optional.empty();

    /// It has no main thread any more. The next look lets it go.
    boolean fades;

    /// Its attachments were taken away in between: `files` is no longer what it says.
    volatile boolean forgetFiles;

    /// Done when what the last exec made stale is gone.
    volatile CompletableFuture<Void> afterExec = CompletableFuture.completedFuture(null);

    /// Done when what was inherited is gone, as far as somebody has looked.
    volatile CompletableFuture<Void> scrubbed = CompletableFuture.completedFuture(null);

    volatile ProcessFacts facts;
    volatile Verdict verdict;

    /// A moment before it was judged by these facts.
    volatile Moment judgedAt;

    /// No pack is about any of its files, or it is out of scope by now, so not everything was looked for
    /// that its verdict turns on.
    volatile boolean idle;

    /// How often it was looked at in vain for a fact that could not be read.
    int looks;

    /// When it is to be looked at again, in nanoseconds of the machine's uptime; empty if nothing but an
    /// event calls for it.
    volatile OptionalLong due = OptionalLong.empty();

    /// The same in earnest, if it is soon.
    volatile Optional<ScheduledFuture<?>> nextLook = Optional.empty();

    /// When the reconciliation began that `files` is of; an exec after that makes it another program's.
    long filesSince;

    /// Which packs `files` was looked at by; empty if it never was.
    Optional<PacksInForce> filesBy = Optional.empty();

    private volatile Set<String> rests = Set.of();

    /// What it runs, if its executable was allowed to be looked into.
    private volatile Optional<Build> build = Optional.empty();

    private final List<Kept> attachments = new ArrayList<>();
    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
    private boolean running;
    private boolean gone;
    private final long discovered = System.nanoTime();
    private long execNanos = Long.MIN_VALUE;
    /// Since when its present program has had probes without a break, and since when just these; only if
    /// it has any.
    private long probedFrom;

    private long settledFrom;
    /// For how long it had probes before that.
    private long probedBefore;
    /// Since when it has had none any more; only if it had some.
    private OptionalLong unprobedFrom = OptionalLong.empty();
    /// Since when something is being attached to it, and whether function exits are.
    private OptionalLong plantingFrom = OptionalLong.empty();

    private boolean plantingReturns;
    /// Done when nothing is being attached.
    private CompletableFuture<Void> planting = CompletableFuture.completedFuture(null);

    private final List<CompletableFuture<Void>> rejected = new ArrayList<>();
    /// Until when nothing may be attached; only if it is about to run another program.
    private long noneUntil = Long.MIN_VALUE;

    /// Which file: what `/proc/PID/maps` says of it.
    record FileKey(String device, long inode, String path) {
        static FileKey of(MappedFile mapped) {
            return new FileKey(mapped.device(), mapped.inode(), mapped.path());
        }
    }

    /// What came of a file.
    ///
    /// @param permission by which it was looked at
    /// @param probes what is attached; empty if nothing is
    record FileState(Permission permission, Optional<Probes> probes) {}

    /// What is attached to a file, and by which plan.
    record Probes(Attachment attachment, Plan plan) {}

    /// @param begun when the reconciliation began that attached it
    private record Kept(Attachment attachment, long begun) {}

    /// How long its present program has run.
    ///
    /// @param unprobed without probes
    /// @param probed with probes; zero if it has none now
    /// @param settled since it got the last of them
    record Span(Duration unprobed, Duration probed, Duration settled) {}

    Target(ProcessIdentity identity) {
        this.identity = identity;
    }

    /// Is it left alone for a fact that may still arrive?
    boolean waits() {
        return verdict instanceof Verdict.Undecided && !idle;
    }

    /// Was the file looked at, by just this permission?
    boolean isLookedAt(MappedFile mapped, Permission permission) {
        FileState state = files.get(FileKey.of(mapped));
        return state != null && state.permission().equals(permission);
    }

    /// A process can map ever other files, and of those that it has no more only what is attached is
    /// still of use.
    void forgetUnmapped(Collection<MappedFile> mapped) {
        if (files.size() > mapped.size()) {
            Set<FileKey> there = mapped.stream().map(FileKey::of).collect(Collectors.toSet());
            files.entrySet().removeIf(file -> file.getValue().probes().isEmpty() && !there.contains(file.getKey()));
        }
    }

    /// The name people know the program by: the last component of its path, or what the process calls
    /// itself.
    String program() {
        ProcessFacts known = facts;
        if (known == null) {
            return "?";
        }
        if (known.exe() instanceof Fact.Known<String> exe) {
            return exe.value().substring(exe.value().lastIndexOf('/') + 1);
        }
        return known.comm().known().orElse("?");
    }

    /// Asks for a reconciliation that begins after this call.
    ///
    /// @param done completed when it has ended
    /// @return true if the caller is to run [#next] now, on some thread
    synchronized boolean ask(CompletableFuture<Void> done) {
        waiting.add(done);
        boolean mine = !running;
        running = true;
        return mine;
    }

    /// Who waits for the reconciliation that begins now; empty if nobody does, and then another call of
    /// [#ask] is needed.
    synchronized List<CompletableFuture<Void>> next() {
        List<CompletableFuture<Void>> now = List.copyOf(waiting);
        waiting.clear();
        running = !now.isEmpty();
        return now;
    }

    /// The process runs another program from this moment on. What was attached later than that is not
    /// touched: the exec may be heard of late.
    ///
    /// @return what was attached before, now stale; the caller is to close it
    synchronized List<Attachment> exec(long nanos) {
        execNanos = Math.max(execNanos, nanos);
        noneUntil = Long.MIN_VALUE;
        List<Attachment> stale = attachments.stream()
                .filter(kept -> kept.begun < nanos)
                .map(Kept::attachment)
                .toList();
        stale.forEach(attachment -> attachment.staleFrom(nanos));
        attachments.removeIf(kept -> kept.begun < nanos);
        build = Optional.empty();
        probedBefore = 0;
        probedFrom = nanos;
        unprobedFrom = OptionalLong.empty();
        granted = Permission.NONE;
        return stale;
    }

    /// For how long it has been known to run its present program.
    synchronized Duration known() {
        return Duration.ofNanos(System.nanoTime() - Math.max(discovered, execNanos));
    }

    /// Was there an exec after this moment?
    synchronized boolean hasExecedSince(long nanos) {
        return nanos < execNanos;
    }

    /// Keeps an attachment, unless an exec came between.
    ///
    /// @param begun when the reconciliation began that attached it
    /// @return false if it is stale, from the exec on, or the process has ended: then it is the caller's
    ///     to close
    synchronized boolean keep(Attachment attachment, long begun) {
        if (begun < execNanos) {
            attachment.staleFrom(execNanos);
            return false;
        }
        if (gone || isLeaving()) {
            return false;
        }
        settledFrom = System.nanoTime();
        if (attachments.isEmpty()) {
            probedFrom = settledFrom;
        }
        attachments.add(new Kept(attachment, begun));
        return true;
    }

    /// Lets one go.
    ///
    /// @return false if it is not there any more: somebody else has taken it
    synchronized boolean release(Attachment attachment) {
        boolean removed = attachments.removeIf(kept -> kept.attachment == attachment);
        unprobed(removed);
        return removed;
    }

    /// The process has ended: nothing is kept of it any more.
    ///
    /// @return what was attached; the caller is to close it
    synchronized List<Attachment> end() {
        gone = true;
        return takeAttachments();
    }

    /// What is attached; the caller is to close it.
    synchronized List<Attachment> takeAttachments() {
        List<Attachment> taken = attachments();
        attachments.clear();
        unprobed(!taken.isEmpty());
        granted = Permission.NONE;
        return taken;
    }

    private void unprobed(boolean removed) {
        if (removed && attachments.isEmpty()) {
            long now = System.nanoTime();
            probedBefore += now - probedFrom;
            unprobedFrom = OptionalLong.of(now);
        }
    }

    /// Something is about to be attached: from here on its end may be due to that.
    ///
    /// @return false if nothing may be, for it is about to run another program
    synchronized boolean planting(boolean returns) {
        if (isLeaving()) {
            return false;
        }
        planting = new CompletableFuture<>();
        plantingFrom = OptionalLong.of(System.nanoTime());
        plantingReturns = returns;
        return true;
    }

    /// It is attached and kept, or is not.
    void planted() {
        CompletableFuture<Void> done;
        synchronized (this) {
            plantingFrom = OptionalLong.empty();
            done = planting;
        }
        var ignored = done.complete(null);
    }

    /// Are its function exits probed, or just about to be?
    synchronized boolean hasReturns() {
        return (plantingFrom.isPresent() && plantingReturns)
                || attachments.stream()
                        .anyMatch(kept -> !kept.attachment.links().exits().isEmpty());
    }

    /// If it ended now without probes, would that be nothing to do with probes? Not if it had some a
    /// moment ago, nor if it is a copy of a process that may have had some, whose breakpoints it
    /// inherits.
    synchronized boolean isUntouched(long nanos) {
        boolean aftermath = unprobedFrom.isPresent() && nanos - unprobedFrom.getAsLong() < AFTERMATH.toNanos();
        return !aftermath && execNanos != Long.MIN_VALUE;
    }

    /// What it runs; empty if nobody has looked, or might look, into its executable.
    Optional<Build> build() {
        ProcessFacts known = facts;
        return build.isPresent() || known == null ? build : build(known);
    }

    /// It is about to run another program: until it does, or for this long, nothing is attached any
    /// more.
    ///
    /// @return what is attached, to be closed, and what else is to be waited for
    synchronized Leaving leave(Duration time) {
        noneUntil = System.nanoTime() + time.toNanos();
        return new Leaving(
                takeAttachments(),
                planting.thenCompose(_ -> CompletableFuture.allOf(rejected.toArray(CompletableFuture[]::new))));
    }

    /// What has to go.
    ///
    /// @param rest done when what is just being attached is gone, too
    record Leaving(List<Attachment> attachments, CompletableFuture<Void> rest) {}

    /// Is it about to run another program?
    synchronized boolean isLeaving() {
        return noneUntil != Long.MIN_VALUE && System.nanoTime() < noneUntil;
    }

    /// Has anything of its, or is getting it?
    synchronized boolean isProbed() {
        return !attachments.isEmpty() || !planting.isDone();
    }

    /// What [#keep] did not want is being let go of.
    synchronized void rejected(CompletableFuture<Void> gone) {
        rejected.removeIf(CompletableFuture::isDone);
        rejected.add(gone);
    }

    /// It is known what it runs.
    void identified(ProcessFacts known) {
        build = build(known);
    }

    private static Optional<Build> build(ProcessFacts known) {
        Optional<String> exe = known.exe().known();
        return switch (known.buildId()) {
            case Fact.Known<BuildId>(var id) -> Optional.of(new Build(Optional.of(id), exe.orElse("?")));
            case Fact.Absent<BuildId> _ -> exe.map(path -> new Build(Optional.empty(), path));
            case Fact.Unreadable<BuildId> _, Fact.NotRead<BuildId> _ -> Optional.empty();
        };
    }

    /// How long its present program has run until then.
    synchronized Span span(long nanos) {
        long all = Math.max(nanos - Math.max(discovered, execNanos), 0);
        if (attachments.isEmpty() && plantingFrom.isEmpty()) {
            return new Span(Duration.ofNanos(Math.max(all - probedBefore, 0)), Duration.ZERO, Duration.ZERO);
        }
        long from = attachments.isEmpty() ? plantingFrom.getAsLong() : probedFrom;
        // What is being planted since then, when it had ended, is not what it had.
        long settled =
                plantingFrom.isPresent() && plantingFrom.getAsLong() <= nanos ? plantingFrom.getAsLong() : settledFrom;
        long probed = probedBefore + Math.max(nanos - from, 1);
        return new Span(
                Duration.ofNanos(Math.max(all - probed, 0)),
                Duration.ofNanos(probed),
                Duration.ofNanos(Math.max(nanos - settled, 1)));
    }

    /// It has ended.
    void died(ExitStatus status, long nanos) {
        Span span = span(nanos);
        Optional<Duration> probed = span.probed().isZero() ? Optional.empty() : Optional.of(span.settled());
        ended = Optional.of(
                new AgentEvent.Ended.How(status, probed, span.unprobed().plus(span.probed())));
    }

    /// The functions that were seen to be called, the most called first.
    List<String> busiest() {
        return attachments().stream()
                .flatMap(attachment -> attachment.calls().stream())
                .sorted(Comparator.comparingLong(Attachment.Calls::count).reversed())
                .limit(MAX_BUSIEST)
                .map(Attachment.Calls::function)
                .distinct()
                .toList();
    }

    /// Functions that are not probed for the time being, because they are called too often; all of them
    /// if [Account.Rest#ALL] is among them.
    ///
    /// @return false if they are the same as before
    boolean rest(Set<String> functions) {
        boolean others = !rests.equals(functions);
        rests = Set.copyOf(functions);
        return others;
    }

    /// Is anything of it not probed for the time being?
    boolean rests() {
        return !rests.isEmpty();
    }

    /// Functions that are not probed for the time being; all of them if [Account.Rest#ALL] is among
    /// them.
    Set<String> resting() {
        return rests;
    }

    boolean isResting(String function) {
        return rests.contains(function);
    }

    /// What is left of a permission while functions rest.
    Permission rested(Permission permission) {
        Set<String> now = rests;
        if (now.isEmpty() || !permission.probe()) {
            return permission;
        }
        return now.contains(Account.Rest.ALL) ? Permission.NONE : Permissions.without(permission, now);
    }

    /// Of its tier.
    Tier.Budget budget() {
        Verdict known = verdict;
        return known == null
                ? Tier.Budget.NONE
                : known.ofTier().map(Tier::budget).orElse(Tier.Budget.NONE);
    }

    /// Of the guardian.
    Tier.Sensitivity sensitivity() {
        Verdict known = verdict;
        return known == null
                ? Tier.Sensitivity.NORMAL
                : known.ofTier().map(Tier::sensitivity).orElse(Tier.Sensitivity.NORMAL);
    }

    /// What is known of it now, to be shown.
    ///
    /// @param perSecond how often its breakpoints were hit in the last second, by function
    AgentState.ProcessState state(Map<String, Long> perSecond) {
        ProcessFacts known = facts;
        return new AgentState.ProcessState(
                identity,
                program(),
                known == null ? Optional.empty() : known.exe().known(),
                known == null ? Optional.empty() : known.uid().known(),
                known != null && known.kernelThread(),
                Optional.ofNullable(verdict),
                idle,
                held,
                attachments().stream().map(Target::file).toList(),
                resting(),
                perSecond.values().stream().mapToLong(Long::longValue).sum(),
                perSecond.entrySet().stream()
                        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                        .limit(MAX_BUSIEST)
                        .map(each -> new AgentState.Hot(each.getKey(), each.getValue()))
                        .toList());
    }

    private static AgentState.FileState file(Attachment attachment) {
        return new AgentState.FileState(
                attachment.path(),
                attachment.points().size(),
                attachment.breakpoints(),
                attachment.points().stream()
                        .map(point -> point.probe().pack())
                        .distinct()
                        .sorted()
                        .toList());
    }

    synchronized List<Attachment> attachments() {
        return attachments.stream().map(Kept::attachment).toList();
    }
}
