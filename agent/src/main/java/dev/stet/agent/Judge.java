package dev.stet.agent;

import dev.stet.facts.BuildId;
import dev.stet.facts.Fact;
import dev.stet.facts.ProcessFacts;
import dev.stet.policy.Policy;
import dev.stet.policy.Verdict;
import java.time.Clock;
import java.util.Optional;
import java.util.function.IntFunction;

/// The one decision about a process. Every path that could open a binary for probing or attach a probe comes
/// here first: guards that no rule lifts, then the policy in force.
final class Judge {
    private final int ownPid;
    private final Clock clock;
    private final IntFunction<Fact<BuildId>> buildIds;

    /// @param ownPid of Stet, which is never probed
    /// @param buildIds reads the build ID of a process's executable; asked only if a policy uses it
    Judge(int ownPid, Clock clock, IntFunction<Fact<BuildId>> buildIds) {
        this.ownPid = ownPid;
        this.clock = clock;
        this.buildIds = buildIds;
    }

    /// @param policy empty as long as none has been valid: then nothing is probed
    Verdict judge(ProcessFacts facts, Optional<Policy> policy) {
        if (facts.identity().pid() == ownPid) {
            return Verdict.guarded("stet-itself", "Stet does not probe itself");
        }
        if (facts.kernelThread()) {
            return Verdict.guarded("kernel-thread", "it runs no program");
        }
        if (policy.isEmpty()) {
            return Verdict.guarded("no-valid-policy", "nothing is probed until the policy's files are right");
        }
        return policy.get().decide(complete(facts, policy.get()), clock.instant());
    }

    /// The facts with the build ID, if the policy wants it.
    ProcessFacts complete(ProcessFacts facts, Policy policy) {
        return policy.usesBuildId() && !facts.kernelThread()
                ? facts.withBuildId(buildIds.apply(facts.identity().pid()))
                : facts;
    }
}
