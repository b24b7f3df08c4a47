package dev.stet.agent;

import dev.stet.facts.MappedFile;
import dev.stet.facts.ProcessFacts;
import dev.stet.kernel.OpenFile;
import dev.stet.kernel.SyscallException;
import dev.stet.policy.Permission;
import dev.stet.probe.Attachment;
import dev.stet.probe.Markers;
import dev.stet.probe.Plan;
import dev.stet.probe.Probe;
import dev.stet.probe.Uprobes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Brings the files of a process to what is allowed: attaches, replaces, lets go. What need not change stays as it
/// is, link for link; what does is attached anew before the old goes, so that no call is missed between.
final class FileProbes {
    private final Binaries binaries;
    private final Uprobes uprobes;
    private final GoTypeTable types;
    private final Releases releases;
    private final Settings settings;
    private final Consumer<AgentEvent> sink;

    /// @param named a person named the functions, and wants to hear of those that are not there
    /// @param payload take the contents that packs take only when they are asked for
    record Settings(boolean named, boolean payload) {}

    /// What is to be done.
    ///
    /// @param begun when the reconciliation began
    /// @param since when what made it necessary was noticed
    record Order(ProcessFacts facts, Permission permission, PacksInForce packs, long begun, long since) {}

    FileProbes(
            Binaries binaries,
            Uprobes uprobes,
            GoTypeTable types,
            Releases releases,
            Settings settings,
            Consumer<AgentEvent> sink) {
        this.binaries = binaries;
        this.uprobes = uprobes;
        this.types = types;
        this.releases = releases;
        this.settings = settings;
        this.sink = sink;
    }

    /// Brings one file to what is allowed.
    ///
    /// @return done when what had to go is gone
    CompletableFuture<Void> bring(Target target, MappedFile mapped, Order order) {
        var key = Target.FileKey.of(mapped);
        Target.FileState before = target.files.get(key);
        if (before != null && before.permission().equals(order.permission)) {
            return CompletableFuture.completedFuture(null);
        }
        long since = System.nanoTime();
        Optional<Target.Probes> old = before == null ? Optional.empty() : before.probes();
        Optional<Target.Probes> now = Optional.empty();
        List<Pack> likely = order.packs.likely(mapped, order.facts, order.permission);
        if (!likely.isEmpty()) {
            now = attach(target, mapped, likely, old, order, since);
        }
        target.files.put(key, new Target.FileState(order.permission, now));
        boolean kept = now.isPresent()
                && old.isPresent()
                && now.get().attachment() == old.get().attachment();
        return old.isEmpty() || kept ? CompletableFuture.completedFuture(null) : letGo(target, old.get(), now, order);
    }

    private CompletableFuture<Void> letGo(Target target, Target.Probes old, Optional<Target.Probes> now, Order order) {
        if (!target.release(old.attachment())) {
            return CompletableFuture.completedFuture(null); // somebody else has let it go already
        }
        if (now.isEmpty()) {
            return releases.detach(List.of(old.attachment()), AgentEvent.Detached.Why.POLICY, order.since);
        }
        long handover = now.get().attachment().succeed(old.attachment());
        return releases.detachReplaced(old.attachment(), handover, order.permission.returns(), order.since);
    }

    /// @return empty if nothing of the file is to be probed, or nothing can be
    private Optional<Target.Probes> attach(
            Target target, MappedFile mapped, List<Pack> likely, Optional<Target.Probes> old, Order order, long since) {
        try (OpenFile file = binaries.open(target.identity.pid(), mapped)) {
            boolean isMain = PacksInForce.isMain(mapped, order.facts);
            PackFit.Candidate candidate = binaries.candidate(file, mapped, isMain);
            List<Probe> probes = probes(likely, candidate, order.permission);
            if (probes.isEmpty()) {
                return Optional.empty();
            }
            Binaries.Analysis analysis =
                    binaries.analyse(file, target.identity.pid(), mapped, probes, Permissions.plan(order.permission));
            if (old.isPresent() && old.get().plan().isSame(analysis.plan())) {
                return old;
            }
            tellMissing(target, mapped, probes, analysis);
            Optional<Attachment> attachment =
                    plant(target, mapped, file, analysis.plan(), old.isPresent(), since, order);
            if (attachment.isPresent() && isMain && candidate.isGo()) {
                types.attached(attachment.get(), mapped);
            }
            return attachment.map(planted -> new Target.Probes(planted, analysis.plan()));
        } catch (SyscallException e) {
            if (e.errno() != SyscallException.ESRCH && e.errno() != SyscallException.ENOENT) {
                refuse(target, mapped.path(), Reason.of(e));
            } // else it has ended, or unmapped the file, meanwhile
        } catch (IOException e) {
            refuse(target, mapped.path(), Reason.of(e));
        }
        return Optional.empty();
    }

    private List<Probe> probes(List<Pack> likely, PackFit.Candidate candidate, Permission permission)
            throws IOException {
        List<Probe> probes = new ArrayList<>();
        for (Pack pack : likely) {
            if (PackFit.fits(pack, candidate)) {
                probes.addAll(pack.probes(settings.payload && permission.payload()));
            }
        }
        return probes;
    }

    private Optional<Attachment> plant(
            Target target, MappedFile mapped, OpenFile file, Plan plan, boolean succeeds, long since, Order order)
            throws IOException {
        List<Plan.Refusal> refusals = plan.refusals().stream()
                .filter(refusal -> !target.isResting(refusal.function())) // that has been told
                .collect(Collectors.toCollection(ArrayList::new));
        Optional<Attachment> made = Optional.empty();
        if (!plan.points().isEmpty()) {
            var process = target.identity;
            if (!target.planting(order.permission.returns())) {
                return Optional.empty();
            }
            try {
                Attachment attachment = binaries.step(
                        file,
                        Binaries.ATTACHING,
                        () -> succeeds
                                ? uprobes.attachSuccessor(process, target.program(), file, mapped.path(), plan.points())
                                : uprobes.attach(process, target.program(), file, mapped.path(), plan.points()));
                refusals.addAll(attachment.refusals());
                made = keep(target, attachment, order.begun, since);
            } finally {
                target.planted();
            }
        }
        if (!refusals.isEmpty()) {
            sink.accept(new AgentEvent.Refused(target.identity, target.program(), mapped.path(), refusals));
        }
        return made;
    }

    private Optional<Attachment> keep(Target target, Attachment attachment, long begun, long since) {
        if (attachment.links().size() == 0) {
            return Optional.empty();
        }
        if (!target.keep(attachment, begun)) {
            target.rejected(releases.drop(attachment));
            return Optional.empty();
        }
        releases.planted(attachment, since);
        return Optional.of(attachment);
    }

    private void tellMissing(Target target, MappedFile mapped, List<Probe> probes, Binaries.Analysis analysis) {
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
    }

    void refuse(Target target, String path, String why) {
        var refusal = new Plan.Refusal("*", why);
        sink.accept(new AgentEvent.Refused(target.identity, target.program(), path, List.of(refusal)));
    }
}
