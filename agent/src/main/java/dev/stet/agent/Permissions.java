package dev.stet.agent;

import dev.stet.facts.Glob;
import dev.stet.policy.ExemptionYaml;
import dev.stet.policy.Permission;
import dev.stet.probe.Plan;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// What policy allows: in the planner's words, and two of them together.
final class Permissions {
    private Permissions() {}

    static Plan.Permission plan(Permission permission) {
        return new Plan.Permission(
                permission.returns(), permission.payload(), permission.usdt(), permission.functions());
    }

    /// What both allow.
    static Permission both(Permission a, Permission b) {
        if (a.equals(b)) {
            return a;
        }
        return new Permission(
                a.probe() && b.probe(),
                a.returns() && b.returns(),
                a.payload() && b.payload(),
                a.usdt() && b.usdt(),
                a.executable() && b.executable(),
                union(a.packs(), b.packs()),
                union(a.functions(), b.functions()),
                union(a.libraries(), b.libraries()));
    }

    /// What is left without these functions.
    static Permission without(Permission permission, Set<String> functions) {
        List<Glob> names = functions.stream()
                .map(function -> Glob.name(ExemptionYaml.escaped(function)))
                .toList();
        return new Permission(
                permission.probe(),
                permission.returns(),
                permission.payload(),
                permission.usdt(),
                permission.executable(),
                permission.packs(),
                union(permission.functions(), names),
                permission.libraries());
    }

    /// Does one allow nothing that the other does not?
    static boolean isWithin(Permission narrow, Permission wide) {
        return !narrow.probe() || both(narrow, wide).equals(narrow);
    }

    private static List<Glob> union(List<Glob> a, List<Glob> b) {
        return Stream.concat(a.stream(), b.stream())
                .distinct()
                .sorted(Comparator.comparing(Glob::toString))
                .toList();
    }
}
