package dev.stet.agent;

import dev.stet.facts.Fact;
import dev.stet.facts.ProcessFacts;
import dev.stet.policy.Aspect;
import dev.stet.policy.Exemption;
import dev.stet.policy.Tier;
import dev.stet.policy.Verdict;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What would change on this machine if another policy were in force. Nothing is attached or detached to know it.
///
/// @param changes the processes that would be handled in another way, by pid
/// @param unchanged how many would not; kernel threads and Stet itself are not counted
/// @param undecided how many of those are left alone because a fact is not known, with either policy
/// @param idle rules of the new policy that are in force and match no process here; not those that come with Stet
public record PolicyPlan(List<Change> changes, int unchanged, int undecided, List<Idle> idle) {
    public PolicyPlan {
        changes = List.copyOf(changes);
        idle = List.copyOf(idle);
    }

    /// What becomes of a process, the gravest last.
    public enum Effect {
        /// The same probes, with another tier's care.
        RETIERED,
        /// Other parts of it are exempt.
        PARTLY,
        /// It was not probed and would be.
        GAINED,
        /// It was probed, and would be left alone until a fact is known.
        UNDECIDED,
        /// It was probed and would not be.
        LOST
    }

    /// A process that would be handled in another way.
    public record Change(ProcessFacts facts, Effect effect, Verdict before, Verdict after) {
        /// What is exempt now and would be probed.
        public Set<Aspect> more() {
            return without(aspects(before), aspects(after));
        }

        /// What is probed now and would be exempt.
        public Set<Aspect> less() {
            return without(aspects(after), aspects(before));
        }

        private static Set<Aspect> without(Set<Aspect> some, Set<Aspect> others) {
            Set<Aspect> left = new HashSet<>(some);
            left.removeAll(others);
            return left;
        }
    }

    /// A rule that matches no process for certain.
    ///
    /// @param open pids of which it is not known, for a fact is not
    public record Idle(Exemption rule, List<Integer> open) {
        public Idle {
            open = List.copyOf(open);
        }
    }

    /// The changes of one program.
    ///
    /// @param exe its path as the processes see it
    public record Program(Fact<String> exe, List<Change> changes) {
        public Program {
            changes = List.copyOf(changes);
        }
    }

    /// The changes by program, the most affected first.
    public List<Program> programs() {
        Map<String, List<Change>> byExe = changes.stream()
                .collect(Collectors.groupingBy(
                        change -> change.facts().exe().toString(), TreeMap::new, Collectors.toList()));
        return byExe.values().stream()
                .map(all -> new Program(all.getFirst().facts().exe(), all))
                .sorted(Comparator.comparingInt(
                                (Program program) -> program.changes().size())
                        .reversed())
                .toList();
    }

    /// How many processes it befalls.
    public long count(Effect effect) {
        return changes.stream().filter(change -> change.effect() == effect).count();
    }

    /// Would anything change?
    public boolean isEmpty() {
        return changes.isEmpty();
    }

    /// Empty if nothing becomes of it.
    static Optional<Effect> effect(Verdict before, Verdict after) {
        if (after instanceof Verdict.Undecided) {
            return before.mayProbe() ? Optional.of(Effect.UNDECIDED) : Optional.empty();
        }
        if (before.mayProbe() != after.mayProbe()) {
            return Optional.of(after.mayProbe() ? Effect.GAINED : Effect.LOST);
        }
        if (!after.mayProbe()) {
            return Optional.empty();
        }
        if (!aspects(before).equals(aspects(after))) {
            return Optional.of(Effect.PARTLY);
        }
        return care(before).equals(care(after)) ? Optional.empty() : Optional.of(Effect.RETIERED);
    }

    private static Set<Aspect> aspects(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Trace _ -> Set.of();
            case Verdict.Exempt(var aspects, var _, var _) -> aspects;
            case Verdict.Undecided _ -> Set.of(Aspect.ALL);
        };
    }

    /// A tier without where it is written.
    private static List<Object> care(Verdict verdict) {
        Optional<Tier> tier = verdict.ofTier();
        return tier.stream()
                .flatMap(it -> Stream.<Object>of(it.name(), it.mode(), it.rollout(), it.budget(), it.sensitivity()))
                .toList();
    }
}
