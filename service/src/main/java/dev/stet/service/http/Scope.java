package dev.stet.service.http;

/// What somebody may ask of the agent.
public enum Scope {
    /// To see everything that it sees, and to change nothing.
    READ,
    /// To change what is probed, too.
    CHANGE;

    boolean covers(Scope needed) {
        return compareTo(needed) >= 0;
    }
}
