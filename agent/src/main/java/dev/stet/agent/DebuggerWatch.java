package dev.stet.agent;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Which processes a debugger has come to, or left, since their hazards were read. The kernel tells nobody of that, so
/// it is asked: of the processes whose verdict turns on it and that have probes, or would have them but for it.
final class DebuggerWatch {
    /// How often to ask.
    static final Duration PAUSE = Duration.ofSeconds(1);
    /// At most so many processes each time, in turn; some 20 microseconds each.
    static final int AT_ONCE = 500;

    private static final String ATTACHED = "debugger-attached";

    private final Function<Integer, Optional<Integer>> tracerPid;
    private int turn;

    /// @param tracerPid of a process: 0 if it has none, empty if that cannot be read
    DebuggerWatch(Function<Integer, Optional<Integer>> tracerPid) {
        this.tracerPid = tracerPid;
    }

    /// Those to be looked at again.
    List<Target> changed(Collection<Target> targets) {
        List<Target> watched = targets.stream().filter(DebuggerWatch::isWatched).toList();
        int first = watched.size() > AT_ONCE ? turn % watched.size() : 0;
        turn = first + AT_ONCE;
        return IntStream.range(0, Math.min(watched.size(), AT_ONCE))
                .mapToObj(i -> watched.get((first + i) % watched.size()))
                .filter(this::hasChanged)
                .toList();
    }

    private static boolean isWatched(Target target) {
        return hazards(target).isPresent() && (!target.attachments().isEmpty() || wasAttached(target));
    }

    private boolean hasChanged(Target target) {
        return tracerPid
                .apply(target.identity.pid())
                .filter(tracer -> (tracer != 0) != wasAttached(target))
                .isPresent();
    }

    private static boolean wasAttached(Target target) {
        return hazards(target).filter(found -> found.contains(ATTACHED)).isPresent();
    }

    private static Optional<Set<String>> hazards(Target target) {
        ProcessFacts facts = target.facts;
        return facts != null && facts.get(FactKey.HAZARDS) instanceof Fact.Known<Set<String>>(var found)
                ? Optional.of(found)
                : Optional.empty();
    }
}
