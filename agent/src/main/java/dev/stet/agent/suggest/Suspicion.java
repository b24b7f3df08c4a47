package dev.stet.agent.suggest;

import java.time.Instant;

/// A file that Stet ended at, by its own crash journal.
///
/// @param step what it was doing: `reading`, `attaching to`
/// @param at when that began
/// @param until when Stet tries it again
public record Suspicion(String path, String step, Instant at, Instant until) {}
