package dev.stet.agent.suggest;

import java.time.Instant;
import java.util.Optional;

/// Somebody says that a program ended badly.
///
/// @param place where that is written: `kernel log:17`
/// @param end in which way, as the ledger has it: `SIGSEGV`, `exit 3`; empty if it is not said
/// @param evidence what is written there, for people
public record Finding(Source source, String place, Clue clue, String end, Optional<Instant> at, String evidence) {
    /// Longest text that is kept as evidence.
    private static final int MAX_EVIDENCE = 300;

    public Finding {
        evidence = evidence.length() <= MAX_EVIDENCE ? evidence : evidence.substring(0, MAX_EVIDENCE) + "…";
    }
}
