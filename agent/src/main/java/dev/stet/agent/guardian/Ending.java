package dev.stet.agent.guardian;

import dev.stet.facts.ExitStatus;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A process has ended, or runs another program now.
///
/// @param build what it ran
/// @param status empty if it runs another program
/// @param unprobed for how long it ran without probes
/// @param probed for how long it ran since it got its first probe; zero if it never had any
/// @param settled for how long it ran since it last got more probes
/// @param returns function exits were probed
/// @param functions those that were called, the most called first
/// @param sensitivity of its tier
public record Ending(
        Instant at,
        ProcessIdentity process,
        Build build,
        Optional<ExitStatus> status,
        Duration unprobed,
        Duration probed,
        Duration settled,
        boolean returns,
        List<String> functions,
        Tier.Sensitivity sensitivity) {
    public Ending {
        functions = List.copyOf(functions);
    }

    /// Had it probes?
    boolean wasProbed() {
        return !probed.isZero();
    }

    /// In which way it ended, if not well: `SIGSEGV`, `exit 3`; empty if nobody need wonder. That somebody stopped it
    /// (SIGTERM, SIGKILL and the like) is nothing to wonder about.
    String end() {
        return status.filter(how -> !how.isWell()).map(ExitStatus::toString).orElse("");
    }
}
