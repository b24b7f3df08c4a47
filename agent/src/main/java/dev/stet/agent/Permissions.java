package dev.stet.agent;

import dev.stet.policy.Permission;
import dev.stet.policy.Verdict;
import dev.stet.probe.Plan;

/// What policy allows, in the planner's words.
final class Permissions {
    private Permissions() {}

    static Plan.Permission plan(Verdict verdict) {
        Permission permission = verdict.permission();
        return new Plan.Permission(
                permission.returns(), permission.payload(), permission.usdt(), permission.functions());
    }
}
