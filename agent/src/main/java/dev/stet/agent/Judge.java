package dev.stet.agent;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.policy.Moment;
import dev.stet.policy.Policy;
import dev.stet.policy.Verdict;
import dev.stet.procfs.ProcReader;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The one decision about a process. Every path that could open a binary for probing or attach a probe comes
/// here first: guards that no rule lifts, then the policy in force.
final class Judge {
    private final int ownPid;
    private final FactSource source;
    private final Timekeeper time;

    /// A verdict with everything that it was made of.
    record Judged(ProcessFacts facts, Verdict verdict) {}

    /// @param ownPid of Stet, which is never probed
    /// @param source of facts that a decision turns on
    Judge(int ownPid, FactSource source, Timekeeper time) {
        this.ownPid = ownPid;
        this.source = source;
        this.time = time;
    }

    /// Of the processes of this machine.
    static Judge ofMachine(ProcReader proc, Binaries binaries) {
        return new Judge(
                (int) ProcessHandle.current().pid(),
                new MachineFacts(proc, binaries, Metadata.NONE),
                new Timekeeper(Clock.systemUTC(), proc::uptime));
    }

    /// Decides, and reads for that what the decision turns on and nothing else.
    ///
    /// @param policy empty as long as none has been valid: then nothing is probed
    /// @param known for how long Stet has known the process to run its present program
    Judged judge(ProcessFacts facts, Optional<Policy> policy, Duration known) {
        Optional<Verdict> guard = guard(facts, policy);
        if (guard.isPresent()) {
            return new Judged(facts, guard.get());
        }
        Moment moment = time.moment(known);
        ProcessFacts read = facts;
        while (true) {
            Verdict verdict = policy.orElseThrow().decide(read, moment);
            Set<FactKey<?>> wanted = wanted(read, verdict);
            if (wanted.isEmpty()) {
                return new Judged(read, verdict);
            }
            read = source.read(read, wanted);
        }
    }

    /// By the facts that are known already.
    Verdict judgeKnown(ProcessFacts facts, Optional<Policy> policy, Duration known) {
        return guard(facts, policy).orElseGet(() -> policy.orElseThrow().decide(facts, time.moment(known)));
    }

    private Optional<Verdict> guard(ProcessFacts facts, Optional<Policy> policy) {
        if (facts.identity().pid() == ownPid) {
            return Optional.of(Verdict.guarded("stet-itself", "Stet does not probe itself"));
        }
        if (facts.kernelThread()) {
            return Optional.of(Verdict.guarded("kernel-thread", "it runs no program"));
        }
        return policy.isPresent()
                ? Optional.empty()
                : Optional.of(Verdict.guarded(
                        "no-valid-policy", "nothing is probed until the policy's files are right"));
    }

    private static Set<FactKey<?>> wanted(ProcessFacts facts, Verdict verdict) {
        return verdict instanceof Verdict.Undecided(var _, var _, var notRead)
                ? notRead.stream()
                        .filter(key -> facts.get(key) instanceof Fact.NotRead)
                        .collect(Collectors.toUnmodifiableSet())
                : Set.of();
    }
}
