package dev.stet.agent;

import dev.stet.agent.PolicyPlan.Change;
import dev.stet.agent.PolicyPlan.Idle;
import dev.stet.facts.ProcessFacts;
import dev.stet.policy.Exemption;
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

/// Decides about all processes with one policy and with another, and tells what differs.
public final class PolicyPlanner {
    /// Whoever asks waits for no fact any longer.
    private static final Duration LONG = Duration.ofDays(365);

    private final Judge judge;
    private final Instant now;

    /// Is told how far it is.
    public interface Progress {
        /// @param done of so many processes
        void at(int done, int of);
    }

    PolicyPlanner(Judge judge, Instant now) {
        this.judge = judge;
        this.now = now;
    }

    /// Of this machine as it is.
    ///
    /// @throws IOException if its processes cannot be listed
    public static PolicyPlan ofMachine(Policy before, Policy after, Progress progress) throws IOException {
        ProcReader proc = new ProcReader(Path.of("/proc"));
        Judge judge = Judge.ofMachine(proc, new Binaries(proc));
        return new PolicyPlanner(judge, Instant.now()).plan(processes(proc), before, after, progress);
    }

    /// The rules of a policy that match no process of this machine, as [PolicyPlan#idle].
    ///
    /// @throws IOException if its processes cannot be listed
    public static PolicyPlan ofMachine(Policy policy) throws IOException {
        return ofMachine(policy, policy, (_, _) -> {});
    }

    /// By pid.
    private static List<ProcessFacts> processes(ProcReader proc) throws IOException {
        int own = (int) ProcessHandle.current().pid();
        return proc.pids().stream()
                .filter(pid -> pid != own)
                .sorted()
                .map(proc::facts)
                .flatMap(Optional::stream)
                .filter(facts -> !facts.kernelThread())
                .toList();
    }

    PolicyPlan plan(List<ProcessFacts> processes, Policy before, Policy after, Progress progress) {
        List<Change> changes = new ArrayList<>();
        List<ProcessFacts> read = new ArrayList<>();
        Set<String> matching = new HashSet<>();
        int undecided = 0;
        for (ProcessFacts process : processes) {
            progress.at(read.size(), processes.size());
            Judge.Judged was = judge.judge(process, Optional.of(before), LONG);
            Judge.Judged is = judge.judge(was.facts(), Optional.of(after), LONG);
            Optional<PolicyPlan.Effect> effect = PolicyPlan.effect(was.verdict(), is.verdict());
            effect.ifPresent(it -> changes.add(new Change(is.facts(), it, was.verdict(), is.verdict())));
            undecided += effect.isEmpty() && is.verdict() instanceof Verdict.Undecided ? 1 : 0;
            if (is.verdict() instanceof Verdict.Exempt(var _, var by, var _)) {
                by.forEach(decision -> matching.add(decision.rule()));
            }
            read.add(is.facts());
        }
        progress.at(read.size(), processes.size());
        List<Idle> idle = after.exemptions().stream()
                .filter(rule -> counts(rule, after) && !matching.contains(rule.name()))
                .flatMap(rule -> idle(rule, after, read).stream())
                .toList();
        return new PolicyPlan(changes, processes.size() - changes.size(), undecided, idle);
    }

    private boolean counts(Exemption rule, Policy policy) {
        return !rule.isBuiltIn() && rule.isInForce(now) && !policy.isLifted(rule);
    }

    /// Empty if a process matches, whatever other rules say of it.
    private Optional<Idle> idle(Exemption rule, Policy policy, List<ProcessFacts> read) {
        Policy alone = Policy.of(List.of(rule), policy.tiers(), policy.settings());
        List<Integer> open = new ArrayList<>();
        for (ProcessFacts process : read) {
            Verdict verdict = judge.judge(process, Optional.of(alone), LONG).verdict();
            boolean ofRule = verdict.decisions().stream()
                    .anyMatch(decision -> decision.rule().equals(rule.name()));
            if (ofRule && verdict instanceof Verdict.Exempt) {
                return Optional.empty();
            }
            if (ofRule) {
                open.add(process.identity().pid());
            }
        }
        return Optional.of(new Idle(rule, open));
    }
}
