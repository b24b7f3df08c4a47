package dev.stet.agent;

import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Tier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// How new probes come to the processes of one executable: to the first few, and, when those have lived with them
/// for a while, to the rest. A first one that ends within that time is replaced, and the time begins anew; three
/// in a row, and no more get any. Knows no clock: moments are given to it, in nanoseconds of any origin.
final class Rollout {
    /// One program that ends soon may be a short one. Three have something in common.
    private static final int MAX_ENDED = 3;

    private final Tier.Rollout settings;
    private final Map<ProcessIdentity, Long> first = new LinkedHashMap<>();
    private final List<ProcessIdentity> ended = new ArrayList<>();
    private long lastEnded = Long.MIN_VALUE;
    private boolean open;

    /// May a process have its probes?
    sealed interface Answer {
        /// Now.
        record Go() implements Answer {}

        /// Not yet.
        ///
        /// @param until when it may be asked again with hope; empty: when something happens to one of the first
        /// @param why for a person
        record Wait(OptionalLong until, String why) implements Answer {}

        /// Not any more.
        ///
        /// @param ended those that ended soon after they got theirs
        record Halted(List<ProcessIdentity> ended) implements Answer {
            public Halted {
                ended = List.copyOf(ended);
            }
        }
    }

    Rollout(Tier.Rollout settings) {
        this.settings = settings;
        open = settings.first() <= 0;
    }

    /// Asks for a process, which counts as probed from now on if the answer is [Answer.Go].
    Answer ask(ProcessIdentity process, long now) {
        if (isHalted()) {
            return new Answer.Halted(ended);
        }
        if (open || first.containsKey(process)) {
            return new Answer.Go();
        }
        if (first.size() < settings.first()) {
            first.put(process, now);
            return new Answer.Go();
        }
        long over = began() + settings.watch().toNanos();
        if (now - over >= 0) {
            open = true;
            first.clear();
            ended.clear();
            return new Answer.Go();
        }
        return new Answer.Wait(OptionalLong.of(over), why());
    }

    /// When the last of the first was let in, or one of them ended.
    private long began() {
        return Math.max(
                lastEnded, first.values().stream().mapToLong(each -> each).max().orElseThrow());
    }

    private String why() {
        return "new probes come to %d %s of its executable first, which %s being watched for %d s"
                .formatted(
                        settings.first(),
                        settings.first() == 1 ? "process" : "processes",
                        settings.first() == 1 ? "is" : "are",
                        Math.max(settings.watch().toSeconds(), 1));
    }

    /// A process that was let in has its probes now, which may have taken a while: from here on it is watched.
    void attached(ProcessIdentity process, long now) {
        first.computeIfPresent(process, (_, _) -> now);
    }

    /// A process has ended.
    ///
    /// @return true if somebody else may have its place now, or nobody may any more
    boolean ended(ProcessIdentity process, long now) {
        Long since = first.remove(process);
        if (since == null || isHalted()) {
            return false;
        }
        if (now - since >= settings.watch().toNanos()) {
            ended.clear(); // it lived long enough: those before it did not end for their probes
        } else {
            ended.add(process);
            lastEnded = now;
        }
        return true;
    }

    /// It turned out that nothing was attached to a process, or it runs another program by now.
    ///
    /// @return true if somebody else may have its place now
    boolean withdrawn(ProcessIdentity process) {
        return first.remove(process) != null;
    }

    /// Those of the first that ended soon, one after the other.
    List<ProcessIdentity> lost() {
        return List.copyOf(ended);
    }

    boolean isHalted() {
        return ended.size() >= MAX_ENDED;
    }
}
