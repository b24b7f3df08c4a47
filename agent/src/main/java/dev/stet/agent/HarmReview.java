package dev.stet.agent;

import dev.stet.agent.guardian.Build;
import dev.stet.agent.guardian.Case;
import dev.stet.agent.guardian.Noted;
import dev.stet.agent.suggest.Experience;
import dev.stet.agent.suggest.Finding;
import dev.stet.agent.suggest.KernelLog;
import dev.stet.agent.suggest.Proposer;
import dev.stet.agent.suggest.Reading;
import dev.stet.agent.suggest.Refusal;
import dev.stet.agent.suggest.Running;
import dev.stet.agent.suggest.Suggestion;
import dev.stet.agent.suggest.Suspicion;
import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.kernel.KernelMessages;
import dev.stet.policy.Aspect;
import dev.stet.policy.Decision;
import dev.stet.policy.Moment;
import dev.stet.policy.Policy;
import dev.stet.policy.Verdict;
import dev.stet.procfs.ProcReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Brings together what was found about programs that ended badly with what Stet knows of them: the state directory
/// and the processes of this machine. Changes nothing.
public final class HarmReview {
    /// Of the kernel's log, which is 1 MiB at most where nobody made it larger.
    private static final int MAX_KERNEL_BYTES = 16 << 20;

    private static final int MAX_JOURNAL_BYTES = 16 << 20;
    /// Whoever asks waits for no fact any longer.
    private static final Duration LONG = Duration.ofDays(365);

    private final ProcReader proc = new ProcReader(Path.of("/proc"));
    private final StateDirectory state;
    /// A policy for each rule, so that what others do not know keeps none from an answer.
    private final List<Policy> alone;
    private final Instant now;
    private final List<Refusal> refusals = new ArrayList<>();

    /// @param policy people's, without the guardian's quarantines
    public HarmReview(StateDirectory state, Policy policy, Instant now) {
        this.state = state;
        this.now = now;
        alone = policy.exemptions().stream()
                .filter(rule -> !policy.isLifted(rule))
                .map(rule -> Policy.of(List.of(rule)))
                .toList();
    }

    /// What follows from what was found.
    ///
    /// @param refusals sources of Stet's own that could not be read
    public record Reviewed(List<Suggestion> suggestions, List<Refusal> refusals) {
        public Reviewed {
            suggestions = List.copyOf(suggestions);
            refusals = List.copyOf(refusals);
        }
    }

    private interface Access<T> {
        T read() throws IOException;
    }

    /// Judges findings.
    ///
    /// @param own what the ledger and the crash journal have to tell counts as found, too
    public Reviewed review(List<Finding> found, boolean own) {
        List<Case> cases = orElse(state.guardianLedger(), List.of(), () -> GuardianLog.cases(state));
        List<Noted> noted = orElse(state.guardianLog(), List.of(), () -> GuardianLog.noted(state));
        List<Suspicion> suspicions = orElse(state.journal(), List.of(), this::suspicions);
        Set<String> dangerous = suspicions.stream().map(Suspicion::path).collect(Collectors.toSet());
        List<Running> running = orElse(Path.of("/proc"), List.of(), () -> running(dangerous));
        List<Finding> all = new ArrayList<>(found);
        if (own) {
            all.addAll(Proposer.ofLedger(cases, state.guardianLedger().toString()));
        }
        Proposer proposer =
                new Proposer(new Experience(cases, noted, running), own ? suspicions : List.of(), this::exempt);
        return new Reviewed(proposer.suggest(all), refusals);
    }

    private <T> T orElse(Path place, T otherwise, Access<T> access) {
        try {
            return access.read();
        } catch (IOException e) {
            refusals.add(new Refusal(place.toString(), Reason.of(e)));
            return otherwise;
        }
    }

    private List<Suspicion> suspicions() throws IOException {
        return Journal.suspects(state.journal(), MAX_JOURNAL_BYTES, now).stream()
                .map(suspect -> new Suspicion(suspect.path(), suspect.step(), suspect.at(), suspect.until()))
                .toList();
    }

    /// @param dangerous programs whose files are not to be looked into: they have ended Stet
    private List<Running> running(Set<String> dangerous) throws IOException {
        MachineFacts source = new MachineFacts(proc, new Binaries(proc), Metadata.NONE);
        List<Running> running = new ArrayList<>();
        for (int pid : proc.pids()) {
            Optional<ProcessFacts> read = proc.facts(pid).filter(facts -> !facts.kernelThread());
            if (read.isEmpty() || !(read.get().exe() instanceof Fact.Known<String>(var exe))) {
                continue;
            }
            Set<FactKey<?>> wanted = dangerous.contains(exe)
                    ? Set.of(FactKey.CONTAINER_ID)
                    : Set.of(FactKey.CONTAINER_ID, FactKey.BUILD_ID);
            ProcessFacts facts = source.read(read.get(), wanted);
            running.add(new Running(
                    pid,
                    facts.identity().startTicks(),
                    new Build(facts.buildId().known(), exe),
                    facts.get(FactKey.CONTAINER_ID).known()));
        }
        return running;
    }

    /// The rule that exempts a program from these aspects by its path and its build ID alone.
    private Optional<String> exempt(Build build, List<String> wanted) {
        ProcessFacts facts = ProcessFacts.of(Explainer.nobody(), 0, false).with(FactKey.EXE, build.exe());
        facts = build.id().isPresent()
                ? facts.with(FactKey.BUILD_ID, build.id().get())
                : facts.with(FactKey.BUILD_ID, Fact.absent());
        Moment moment = new Moment(now, LONG, LONG);
        List<Decision> by = new ArrayList<>();
        Set<Aspect> aspects = new HashSet<>();
        for (Policy each : alone) {
            if (each.decide(facts, moment) instanceof Verdict.Exempt(var some, var why, var _)) {
                aspects.addAll(some);
                by.addAll(why);
            }
        }
        return covers(aspects, wanted)
                ? Optional.of(by.stream().map(Decision::ruleText).distinct().collect(Collectors.joining(", ")))
                : Optional.empty();
    }

    private static boolean covers(Set<Aspect> aspects, List<String> wanted) {
        return aspects.contains(Aspect.ALL)
                || (!wanted.isEmpty() && wanted.stream().allMatch(text -> covers(aspects, text)));
    }

    private static boolean covers(Set<Aspect> aspects, String wanted) {
        int colon = wanted.indexOf(':');
        String name = wanted.substring(colon + 1).replaceAll("\\\\(.)", "$1");
        return aspects.stream().anyMatch(aspect -> switch (aspect) {
            case Aspect.Function(var glob) -> wanted.startsWith("function:") && glob.matches(name);
            case Aspect.Library(var glob) -> wanted.startsWith("library:") && glob.matches(name);
            case Aspect.Pack _ -> false;
            case Aspect.Kind kind -> kind.toString().equals(wanted);
        });
    }

    /// What the kernel's log has of this machine's start until now.
    public static Reading kernelLog(Instant now) {
        try {
            Instant boot = now.minus(new ProcReader(Path.of("/proc")).uptime());
            return KernelLog.read("/dev/kmsg", KernelMessages.read(MAX_KERNEL_BYTES), Optional.of(boot));
        } catch (IOException e) {
            return Reading.refused("/dev/kmsg", Reason.of(e) + "; --kernel-log takes a file of it");
        }
    }
}
