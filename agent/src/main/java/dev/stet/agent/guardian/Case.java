package dev.stet.agent.guardian;

import java.time.Instant;

/// What is known of one program.
///
/// @param unprobed how it lives without probes
/// @param probed how it lives with them
/// @param seen when anything was last heard of it
public record Case(Build build, Exposure unprobed, Exposure probed, Circuit circuit, Instant seen) {
    /// Of which nothing is known.
    public static Case of(Build build, Instant now) {
        return new Case(build, Exposure.NONE, Exposure.NONE, new Circuit.Closed(now, 0), now);
    }

    Case with(Circuit next) {
        return new Case(build, unprobed, probed, next, seen);
    }
}
