package dev.stet.agent;

import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Permission;
import dev.stet.policy.Tier;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// All roll-outs under way, and what came of those before.
final class Rollouts {
    /// After an exemption has ended, whatever the tier says: one process first, for so long.
    static final Tier.Rollout CAREFUL = new Tier.Rollout(1, Duration.ofSeconds(5));

    /// Executables of one machine that are rolled out to at once; the oldest make room.
    private static final int REMEMBERED = 10_000;

    private final LongSupplier nanos;
    private final Map<Key, Rollout> rollouts = new LinkedHashMap<>();

    /// What is rolled out where.
    ///
    /// @param tier empty if it has none
    /// @param exe the executable's path
    /// @param file which file that is, so that a new version begins anew
    /// @param permission what is allowed
    /// @param packs which packs, counted from 0
    /// @param lapse counts ends of exemptions: 0 if none gave the process its probes
    record Key(String tier, String exe, String file, Permission permission, int packs, int lapse) {}

    /// What became of a process that ended.
    ///
    /// @param freed others may have its place
    /// @param halted empty unless this was the one too many
    record End(boolean freed, List<ProcessIdentity> halted) {
        End {
            halted = List.copyOf(halted);
        }

        static final End NOTHING = new End(false, List.of());
    }

    /// @param nanos a clock that nobody sets
    Rollouts(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /// May the process have its probes?
    synchronized Rollout.Answer ask(Key key, Tier.Rollout settings, ProcessIdentity process) {
        Tier.Rollout careful = key.lapse > 0 ? careful(settings) : settings;
        if (careful.first() <= 0) {
            return new Rollout.Answer.Go();
        }
        Rollout rollout = rollouts.computeIfAbsent(key, _ -> new Rollout(careful));
        if (rollouts.size() > REMEMBERED) {
            rollouts.remove(rollouts.keySet().iterator().next());
        }
        return rollout.ask(process, nanos.getAsLong());
    }

    private static Tier.Rollout careful(Tier.Rollout settings) {
        return settings.first() > 0 ? settings : CAREFUL;
    }

    synchronized End ended(Key key, ProcessIdentity process) {
        Rollout rollout = rollouts.get(key);
        if (rollout == null || !rollout.ended(process, nanos.getAsLong())) {
            return End.NOTHING;
        }
        return new End(true, rollout.isHalted() ? rollout.lost() : List.of());
    }

    /// Nothing was attached to the process, or it runs another program by now.
    ///
    /// @return true if others may have its place
    synchronized boolean withdrawn(Key key, ProcessIdentity process) {
        Rollout rollout = rollouts.get(key);
        return rollout != null && rollout.withdrawn(process);
    }

    /// Another policy: what was halted may be tried again.
    synchronized void policyChanged() {
        rollouts.values().removeIf(Rollout::isHalted);
    }

    /// How long until a moment of this clock; never negative.
    Duration until(long moment) {
        return Duration.ofNanos(Math.max(moment - nanos.getAsLong(), 0));
    }
}
