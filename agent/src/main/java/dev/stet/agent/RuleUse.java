package dev.stet.agent;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What became of a rule so far.
///
/// @param name of the exemption
/// @param firstSeen when Stet first read it
/// @param lastMatched when a process was last found that it exempts; empty if never
/// @param matchedNow processes that it exempts at this moment, or did when Stet last wrote this down
/// @param programs what it has matched, the last ones; not all of them
public record RuleUse(
        String name, Instant firstSeen, Optional<Instant> lastMatched, int matchedNow, List<Program> programs) {
    public RuleUse {
        programs = List.copyOf(programs);
    }

    /// An executable.
    ///
    /// @param exe its path as the target saw it
    /// @param buildId in hex; empty if it was not read, or has none
    public record Program(String exe, Optional<String> buildId) {}
}
