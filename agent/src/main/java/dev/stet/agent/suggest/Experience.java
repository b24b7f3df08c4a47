package dev.stet.agent.suggest;

import dev.stet.agent.guardian.Build;
import dev.stet.agent.guardian.Case;
import dev.stet.agent.guardian.Noted;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// What Stet has learned of programs, and what runs now: by that a clue is followed to a program.
///
/// @param cases the guardian's ledger
/// @param noted what it has decided, the oldest first
public record Experience(List<Case> cases, List<Noted> noted, List<Running> running) {
    /// Clocks of two sources, and what comes late from one, differ by no more.
    private static final Duration SLACK = Duration.ofMinutes(1);
    /// The kernel keeps so many bytes of a thread's name.
    private static final int COMM = 15;

    public Experience {
        cases = List.copyOf(cases);
        noted = List.copyOf(noted);
        running = List.copyOf(running);
    }

    /// Where a clue leads.
    sealed interface Lead {
        record One(Case known) implements Lead {}

        /// @param cases all that it may be
        record Several(List<Case> cases) implements Lead {
            public Several {
                cases = List.copyOf(cases);
            }
        }

        /// @param why nobody knows
        record None(String why) implements Lead {}
    }

    /// The best of what the clue has decides: what is exact before what is a name.
    Lead follow(Finding finding) {
        Clue clue = finding.clue();
        if (clue.build().isPresent()) {
            return lead(cases(known -> known.build().id().equals(clue.build())), finding);
        }
        if (clue.container().isPresent()) {
            return container(clue.container().get(), finding);
        }
        Optional<Build> ended = endedAs(finding);
        if (ended.isPresent()) {
            return lead(cases(known -> known.build().equals(ended.get())), finding);
        }
        if (clue.exe().isPresent()) {
            return lead(cases(known -> known.build().exe().equals(clue.exe().get())), finding);
        }
        if (clue.name().isPresent()) {
            return lead(
                    cases(known -> isCalled(known.build().name(), clue.name().get())), finding);
        }
        return new Lead.None(
                finding.source() == Source.ALERT
                        ? "which program that is, no label says: exe, build_id or container_id would"
                        : "its container has no ID, so which program it is is not known");
    }

    private List<Case> cases(Predicate<Case> which) {
        return cases.stream().filter(which).toList();
    }

    /// The first process of a container is the one whose end is the container's.
    private Lead container(String id, Finding finding) {
        Optional<Running> first = running.stream()
                .filter(process -> process.container().equals(Optional.of(id)))
                .min(Comparator.comparingLong(Running::startTicks));
        return first.map(process -> lead(cases(known -> known.build().equals(process.build())), finding))
                .orElseGet(() -> new Lead.None("its container does not run here now, so which program it is is not"
                        + " known; ask on its node, while it runs"));
    }

    /// A process of that pid which the guardian saw end at that time.
    private Optional<Build> endedAs(Finding finding) {
        if (finding.clue().pid().isEmpty() || finding.at().isEmpty()) {
            return Optional.empty();
        }
        Instant at = finding.at().get();
        return noted.stream()
                .filter(note -> note.pid().equals(finding.clue().pid()))
                .filter(note -> Duration.between(note.at(), at).abs().compareTo(SLACK) <= 0)
                .map(Noted::build)
                .reduce((_, later) -> later);
    }

    private static boolean isCalled(String program, String name) {
        return program.equals(name) || (name.length() >= COMM && program.startsWith(name));
    }

    private static Lead lead(List<Case> candidates, Finding finding) {
        if (candidates.isEmpty()) {
            return new Lead.None("Stet has seen no such program end, so it has never probed it");
        }
        List<Case> left = candidates;
        if (left.size() > 1 && finding.at().isPresent()) {
            Instant at = finding.at().get().minus(SLACK);
            left = orAll(left, known -> !known.seen().isBefore(at));
        }
        if (left.size() > 1 && !finding.end().isEmpty()) {
            left = orAll(
                    left,
                    known -> known.probed().ends().containsKey(finding.end())
                            || known.unprobed().ends().containsKey(finding.end()));
        }
        return left.size() == 1 ? new Lead.One(left.getFirst()) : new Lead.Several(left);
    }

    private static List<Case> orAll(List<Case> all, Predicate<Case> which) {
        List<Case> some = all.stream().filter(which).toList();
        return some.isEmpty() ? all : some;
    }
}
