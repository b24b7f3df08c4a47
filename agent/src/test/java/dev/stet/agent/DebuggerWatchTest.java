package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Of processes that have no probes; a debugger that comes to one that has is in `GuideTest`.
class DebuggerWatchTest {
    private final Map<Integer, Integer> tracers = new HashMap<>();
    private final List<Integer> asked = new ArrayList<>();
    private final DebuggerWatch watch = new DebuggerWatch(pid -> {
        asked.add(pid);
        return Optional.ofNullable(tracers.get(pid));
    });

    private static Target target(int pid, Fact<Set<String>> hazards) {
        Target target = new Target(new ProcessIdentity(pid, 1));
        target.facts = ProcessFacts.of(target.identity, 1, false).with(FactKey.HAZARDS, hazards);
        return target;
    }

    private static Target debugged(int pid) {
        return target(pid, Fact.of(Set.of("debugger-attached", "seccomp")));
    }

    @Test
    void theDebuggerHasLeft() {
        tracers.put(7, 0);
        tracers.put(8, 4711);
        Target left = debugged(7);
        assertThat(watch.changed(List.of(left, debugged(8), debugged(9)))).containsExactly(left);
        assertThat(asked).containsExactly(7, 8, 9);
    }

    @Test
    void nobodyIsAskedOfWhomNothingTurnsOnIt() {
        Target notRead = target(7, Fact.notRead());
        Target withoutProbes = target(8, Fact.of(Set.of("seccomp")));
        Target unknown = new Target(new ProcessIdentity(9, 1));
        assertThat(watch.changed(List.of(notRead, withoutProbes, unknown))).isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void ofManyEachHasItsTurn() {
        int all = 2 * DebuggerWatch.AT_ONCE + 100;
        List<Target> targets = IntStream.rangeClosed(1, all)
                .mapToObj(DebuggerWatchTest::debugged)
                .toList();
        for (int i = 0; i < 3; i++) {
            asked.clear();
            assertThat(watch.changed(targets)).isEmpty();
            assertThat(asked).hasSize(DebuggerWatch.AT_ONCE);
            tracers.keySet().removeAll(asked);
            asked.forEach(pid -> tracers.put(pid, 1));
        }
        assertThat(tracers).hasSize(all);
    }
}
