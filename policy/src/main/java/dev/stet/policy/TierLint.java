package dev.stet.policy;

import dev.stet.facts.FactKey;
import dev.stet.policy.PolicyLint.Code;
import dev.stet.policy.PolicyLint.Finding;
import java.util.List;

/// What there is to say of tiers.
final class TierLint {
    private TierLint() {}

    static void check(Policy policy, List<Finding> findings) {
        List<Tier> tiers = policy.tiers();
        for (int at = 0; at < tiers.size(); at++) {
            Tier tier = tiers.get(at);
            if (!changesAnything(tier) && !isAskedFor(tier, policy)) {
                findings.add(Finding.of(tier, Code.UNUSED_TIER, "it changes nothing, and no rule asks for it"));
            }
            for (Tier before : tiers.subList(0, at)) {
                if (before.match().equals(tier.match())) {
                    findings.add(Finding.of(
                            tier,
                            Code.SHADOWED_TIER,
                            "all its processes are of tier " + before.name() + ", which counts first"));
                } else if (before.rank() == tier.rank()) {
                    findings.add(Finding.of(
                            tier,
                            Code.SAME_RANK,
                            "a process that is of tier " + before.name()
                                    + " as well is of that one, for its name comes first"));
                }
            }
        }
    }

    private static boolean changesAnything(Tier tier) {
        return tier.mode() != Tier.Mode.FULL
                || !tier.rollout().equals(Tier.Rollout.AT_ONCE)
                || !tier.budget().equals(Tier.Budget.NONE)
                || tier.sensitivity() != Tier.Sensitivity.NORMAL;
    }

    private static boolean isAskedFor(Tier tier, Policy policy) {
        return policy.written().stream().flatMap(rule -> rule.match().clauses()).anyMatch(clause -> switch (clause) {
            case Clause.On<?>(var key, Test.OneOf<?>(var names)) -> key == FactKey.TIER && names.contains(tier.name());
            case Clause.On<?> _, Clause.Age _ -> false;
            case Clause.When(var condition) -> condition.facts().contains(FactKey.TIER);
        });
    }
}
