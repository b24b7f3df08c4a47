package dev.stet.agent.guardian;

/// How much a quarantine takes away; each takes more than the one before.
public enum Level {
    /// Probes at function exits.
    RETURNS,
    /// Those, and all probes in the function that was called most.
    FUNCTIONS,
    /// All.
    ALL
}
