package dev.stet.agent;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.policy.Moment;
import dev.stet.policy.Policy;
import dev.stet.policy.Tree;
import dev.stet.policy.Verdict;
import dev.stet.procfs.ProcReader;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// The one decision about a process. Every path that could open a binary for probing or attach a probe comes
/// here first: guards that no rule lifts, then the policy in force.
final class Judge {
    private final int ownPid;
    private final FactSource source;
    private final Timekeeper time;

    /// What only a look into the executable tells.
    private static final Set<FactKey<?>> OPENING = Set.of(
            FactKey.HAZARDS, FactKey.BUILD_ID, FactKey.SECTIONS, FactKey.LANGUAGE, FactKey.MODULES, FactKey.SHA256);

    /// A verdict with everything that it was made of.
    ///
    /// @param idle not everything was read that the verdict turns on, for nothing will be attached in any case
    record Judged(ProcessFacts facts, Verdict verdict, boolean idle) {}

    /// @param ownPid of Stet, which is never probed
    /// @param source of facts that a decision turns on
    Judge(int ownPid, FactSource source, Timekeeper time) {
        this.ownPid = ownPid;
        this.source = source;
        this.time = time;
    }

    /// Of the processes of this machine.
    static Judge ofMachine(ProcReader proc, Binaries binaries) {
        return ofMachine(proc, binaries, Clock.systemUTC());
    }

    /// The same by another clock.
    static Judge ofMachine(ProcReader proc, Binaries binaries, Clock wall) {
        return new Judge(
                (int) ProcessHandle.current().pid(),
                new MachineFacts(proc, binaries, Metadata.NONE),
                new Timekeeper(wall, proc::uptime));
    }

    /// Decides, and reads for that what the decision turns on and nothing else.
    ///
    /// @param policy empty as long as none has been valid: then nothing is probed
    /// @param known for how long Stet has known the process to run its present program
    Judged judge(ProcessFacts facts, Optional<Policy> policy, Duration known) {
        return judge(facts, policy, known, () -> true);
    }

    /// Decides; what only the executable tells is read last, and only if it is worth it.
    ///
    /// @param wanted might anything be attached if the verdict allows it? Asked only if the executable
    ///     would have to be opened
    Judged judge(ProcessFacts facts, Optional<Policy> policy, Duration known, BooleanSupplier wanted) {
        Optional<Verdict> guard = guard(facts, policy);
        if (guard.isPresent()) {
            return new Judged(facts, guard.get(), false);
        }
        Moment moment = time.moment(known);
        ProcessFacts read = facts;
        while (true) {
            Verdict verdict = policy.orElseThrow().decide(read, moment);
            Set<FactKey<?>> unread = unread(read, verdict);
            Set<FactKey<?>> cheap = new HashSet<>(unread);
            cheap.removeAll(OPENING);
            if (unread.isEmpty()) {
                return new Judged(read, verdict, false);
            }
            if (cheap.isEmpty() && !wanted.getAsBoolean()) {
                return new Judged(read, verdict, true);
            }
            read = source.read(read, cheap.isEmpty() ? unread : cheap);
        }
    }

    /// This moment.
    ///
    /// @param known as of [#judge]
    Moment moment(Duration known) {
        return time.moment(known);
    }

    /// In how long the verdict can change by nothing but the process's age, or because a rule waits no longer for a
    /// fact. Empty if never.
    ///
    /// @param judged not after it was judged: what has become due since then is due at once, with a negative answer
    Optional<Duration> nextChange(ProcessFacts facts, Policy policy, Moment judged) {
        return policy.nextChange(facts, judged)
                .map(left -> left.minus(time.uptime().get().minus(judged.uptime())));
    }

    /// By the facts that are known already.
    Verdict judgeKnown(ProcessFacts facts, Optional<Policy> policy, Duration known) {
        return guard(facts, policy).orElseGet(() -> policy.orElseThrow().decide(facts, time.moment(known)));
    }

    /// What every part of every rule says, and the facts that were read for that.
    ///
    /// @param asked the facts that rules ask for
    record Explained(ProcessFacts facts, Tree.Whole whole, Set<FactKey<?>> asked) {}

    /// Decides, and reads every fact that any rule asks for, so that nothing is left open that can be known.
    ///
    /// @param known as of [#judge]
    /// @param also facts to read, whether or not a rule asks
    Explained explain(ProcessFacts facts, Optional<Policy> policy, Duration known, Set<FactKey<?>> also) {
        Judged judged = judge(facts, policy, known);
        if (guard(facts, policy).isPresent()) {
            Tree.Whole guarded = new Tree.Whole(judged.verdict(), Optional.empty(), List.of());
            return new Explained(readMore(judged.facts(), also), guarded, Set.of());
        }
        Moment moment = time.moment(known);
        Set<FactKey<?>> asked = TreeClauses.facts(policy.orElseThrow().explain(judged.facts(), moment));
        ProcessFacts read = readMore(readMore(judged.facts(), asked), also);
        return new Explained(read, policy.orElseThrow().explain(read, moment), asked);
    }

    private ProcessFacts readMore(ProcessFacts facts, Set<FactKey<?>> keys) {
        Set<FactKey<?>> missing = keys.stream()
                .filter(key -> !key.equals(FactKey.TIER) && facts.get(key) instanceof Fact.NotRead)
                .collect(Collectors.toUnmodifiableSet());
        return missing.isEmpty() ? facts : source.read(facts, missing);
    }

    /// The same facts, with what tells the program from its other builds.
    ProcessFacts identify(ProcessFacts facts) {
        return readMore(facts, Set.of(FactKey.BUILD_ID));
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
                : Optional.of(
                        Verdict.guarded("no-valid-policy", "nothing is probed until the policy's files are right"));
    }

    private static Set<FactKey<?>> unread(ProcessFacts facts, Verdict verdict) {
        return verdict instanceof Verdict.Undecided(var _, var _, var notRead)
                ? notRead.stream()
                        .filter(key -> facts.get(key) instanceof Fact.NotRead)
                        .collect(Collectors.toUnmodifiableSet())
                : Set.of();
    }
}
