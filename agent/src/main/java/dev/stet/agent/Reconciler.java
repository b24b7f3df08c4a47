package dev.stet.agent;

import dev.stet.agent.AgentEvent.Detached.Why;
import dev.stet.facts.MappedFile;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.kernel.Descriptor;
import dev.stet.policy.Moment;
import dev.stet.policy.Permission;
import dev.stet.policy.Policy;
import dev.stet.policy.Verdict;
import dev.stet.procfs.ProcReader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Keeps the probes of one process as policy wants them: reads its facts, judges it, and brings its
/// files to what is allowed. Level-triggered: whatever is told about a process only makes it look at the
/// process again, so an event that was lost costs time and not truth. One process is reconciled by one
/// thread at a time.
final class Reconciler {
    private final ProcReader proc;
    private final Judge judge;
    private final Scope scope;
    private final FileProbes files;
    private final Inherited inherited;
    private final Releases releases;
    private final Admission admission;
    private final RuleBook rules;
    private final Consumer<AgentEvent> sink;
    private final InForce inForce;

    /// What is in force now.
    interface InForce {
        Optional<Policy> policy();

        PacksInForce packs();

        /// When the last change of them was noticed, by [System#nanoTime].
        long changedNanos();

        /// Nothing more is to be attached.
        boolean stopping();
    }

    /// What a look at a process came to.
    sealed interface Outcome {
        /// It is as it should be, once this is done.
        record Done(CompletableFuture<Void> done) implements Outcome {}

        /// There is no such process any more.
        record Ended() implements Outcome {}

        /// What it runs cannot be read any more: its main thread has ended. So have the others, or do so
        /// just now, or live on.
        record Fading() implements Outcome {}

        /// Another process has its pid by now.
        record Reused() implements Outcome {}
    }

    /// @param files bring them to what is allowed
    /// @param releases let go of what is not
    /// @param admission lets new probes in, process by process
    record Hands(FileProbes files, Inherited inherited, Releases releases, Admission admission) {}

    Reconciler(
            ProcReader proc,
            Judge judge,
            Scope scope,
            Hands hands,
            RuleBook rules,
            InForce inForce,
            Consumer<AgentEvent> sink) {
        this.proc = proc;
        this.judge = judge;
        this.scope = scope;
        this.files = hands.files;
        this.inherited = hands.inherited;
        this.releases = hands.releases;
        this.admission = hands.admission;
        this.rules = rules;
        this.inForce = inForce;
        this.sink = sink;
    }

    /// Looks at a process, and does what is to be done.
    Outcome reconcile(Target target) {
        long begun = System.nanoTime();
        if (target.isLeaving()) {
            return new Outcome.Done(CompletableFuture.completedFuture(null)); // it is looked at when it has left
        }
        Optional<Policy> policy = inForce.policy();
        PacksInForce packs = inForce.packs();
        Optional<ProcessFacts> read = proc.facts(target.identity.pid());
        if (read.isEmpty()) {
            return new Outcome.Ended();
        }
        if (!read.get().identity().equals(target.identity)) {
            return new Outcome.Reused();
        }
        if (hasFaded(target, read.get())) {
            return new Outcome.Fading();
        }
        if (!scope.includes(read.get())) {
            admission.withdraw(target); // its place in a roll-out is another's
            rules.ended(target.identity);
            target.idle = true;
            target.facts = KeptFacts.of(read.get());
            return new Outcome.Done(releases.detach(target.takeAttachments(), Why.POLICY, inForce.changedNanos()));
        }
        Mappings mappings = new Mappings(target.identity);
        target.judgedAt = judge.moment(target.known());
        Judge.Judged judged =
                judge.judge(read.get(), policy, target.known(), () -> mappings.areWanted(packs, read.get()));
        tell(target, judged);
        Permission permission = judged.verdict().permission();
        if (!permission.probe()) {
            admission.withdraw(target);
        }
        return new Outcome.Done(
                target.rested(permission).probe() ? bring(target, judged, mappings, packs, begun) : leaveAlone(target));
    }

    /// The kernel has it no more for a process without memory (proc(5), `/proc/PID/exe`).
    private static boolean hasFaded(Target target, ProcessFacts now) {
        ProcessFacts known = target.facts;
        return known != null
                && known.exe().known().isPresent()
                && now.exe().known().isEmpty();
    }

    /// By the facts that are known already, may nothing of it be probed any more?
    boolean isExemptNow(Target target) {
        ProcessFacts known = target.facts;
        if (known == null) {
            return false;
        }
        Verdict verdict = judge.judgeKnown(known, inForce.policy(), target.known());
        boolean mustLook = verdict instanceof Verdict.Undecided(var _, var _, var notRead) && !notRead.isEmpty();
        return !verdict.mayProbe() && !mustLook;
    }

    private void tell(Target target, Judge.Judged judged) {
        Optional<Verdict> before = Optional.ofNullable(target.verdict);
        boolean same = before.equals(Optional.of(judged.verdict())) && target.idle == judged.idle();
        target.facts = KeptFacts.of(judged.facts());
        target.verdict = judged.verdict();
        target.idle = judged.idle();
        if (!same) {
            rules.judged(target.identity, judged.facts(), judged.verdict());
            sink.accept(
                    new AgentEvent.Judged(target.identity, target.program(), before, judged.verdict(), judged.idle()));
        }
    }

    private CompletableFuture<Void> leaveAlone(Target target) {
        target.files.clear();
        var done = releases.detach(target.takeAttachments(), Why.POLICY, inForce.changedNanos());
        return CompletableFuture.allOf(done, scrubLater(target));
    }

    /// Lets in what may be let in, and brings every file to that.
    private CompletableFuture<Void> bring(
            Target target, Judge.Judged judged, Mappings mappings, PacksInForce packs, long begun) {
        List<CompletableFuture<Void>> done = new ArrayList<>();
        boolean others = !target.filesBy.equals(Optional.of(packs));
        if (target.forgetFiles || others) {
            target.forgetFiles = false;
            target.filesBy = Optional.of(packs);
            target.files.clear();
            // What a look that was under way has attached since the others were taken.
            done.add(
                    releases.detach(target.takeAttachments(), others ? Why.PACKS : Why.POLICY, inForce.changedNanos()));
        }
        if (target.files.isEmpty()) {
            target.filesSince = begun;
        } else if (target.hasExecedSince(target.filesSince)) {
            target.files.clear();
            target.filesSince = begun;
            done.add(releases.detach(target.takeAttachments(), Why.POLICY, inForce.changedNanos()));
        }
        Permission wanted = judged.verdict().permission();
        boolean more = mappings.all().stream()
                .anyMatch(mapped -> !target.isLookedAt(mapped, target.rested(wanted))
                        && !packs.likely(mapped, judged.facts(), wanted).isEmpty());
        Permission granted = more ? admission.ask(target, judged, mappings.executable(judged.facts())) : wanted;
        Permission now = target.rested(granted);
        if (now.probe()) {
            if (more && granted.executable()) {
                target.identified(judge.identify(judged.facts()));
            }
            var order = new FileProbes.Order(judged.facts(), now, packs, begun, inForce.changedNanos());
            for (MappedFile mapped : mappings.all()) {
                if (!inForce.stopping()) {
                    done.add(files.bring(target, mapped, order));
                }
            }
        }
        if (mappings.failure().isEmpty()) {
            target.forgetUnmapped(mappings.all());
        }
        mappings.failure().ifPresent(why -> files.refuse(target, "its memory map", why));
        admission.brought(target, granted);
        if (!now.equals(Permission.ALL)) {
            done.add(scrubLater(target));
        }
        return Releases.all(done);
    }

    /// The files that a process maps, read once and only if they are asked for.
    private final class Mappings {
        private final ProcessIdentity process;
        private Optional<List<MappedFile>> read = Optional.empty();
        private Optional<String> failure = Optional.empty();

        Mappings(ProcessIdentity process) {
            this.process = process;
        }

        List<MappedFile> all() {
            if (read.isEmpty()) {
                read = Optional.of(read());
            }
            return read.get();
        }

        private List<MappedFile> read() {
            try {
                return proc.executableMappings(process.pid());
            } catch (NoSuchFileException e) {
                return List.of(); // it has ended
            } catch (IOException e) {
                failure = Optional.of(Reason.of(e));
                return List.of();
            }
        }

        /// May a pack be about one of them?
        boolean areWanted(PacksInForce packs, ProcessFacts facts) {
            return all().stream()
                    .anyMatch(mapped ->
                            !packs.likely(mapped, facts, Permission.ALL).isEmpty());
        }

        /// Which file the executable is, for telling it from another of the same path.
        String executable(ProcessFacts facts) {
            return all().stream()
                    .filter(mapped -> PacksInForce.isMain(mapped, facts))
                    .findFirst()
                    .map(mapped -> mapped.device() + " " + mapped.inode())
                    .orElse("");
        }

        Optional<String> failure() {
            return failure;
        }
    }

    /// Scrubs when what an exec made stale is gone: until then it would be taken for inherited. And one after the
    /// other:
    /// what the one before is taking away would be taken for inherited, too, and be planted once more.
    private CompletableFuture<Void> scrubLater(Target target) {
        target.scrubbed = CompletableFuture.allOf(target.afterExec, target.scrubbed)
                .thenCompose(_ -> inForce.stopping() ? CompletableFuture.completedFuture(null) : scrub(target));
        return target.scrubbed;
    }

    private CompletableFuture<Void> scrub(Target target) {
        List<Descriptor> cleaners = new ArrayList<>();
        try {
            inherited.find(target, cleaners);
        } catch (IOException e) {
            if (proc.identity(target.identity.pid()).isPresent()) {
                files.refuse(target, "its inherited breakpoints", Reason.of(e));
            }
        }
        return releases.close(cleaners);
    }

    /// In how long the process is to be looked at again, if nothing happens before.
    ///
    /// @param undecided how many processes wait for a fact
    Optional<Duration> nextLook(Target target, int undecided) {
        ProcessFacts facts = target.facts;
        Optional<Policy> policy = inForce.policy();
        Moment judgedAt = target.judgedAt;
        if (facts == null || judgedAt == null || policy.isEmpty() || !scope.includes(facts)) {
            return Optional.empty();
        }
        target.looks = target.waits() ? target.looks + 1 : 0;
        return Stream.of(
                        judge.nextChange(facts, policy.get(), judgedAt),
                        admission.nextLook(target),
                        target.waits()
                                ? Optional.of(Recheck.after(target.looks, undecided))
                                : Optional.<Duration>empty())
                .flatMap(Optional::stream)
                .min(Duration::compareTo);
    }
}
