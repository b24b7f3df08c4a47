package dev.stet.policy;

import java.util.Locale;

/// What an exemption removes.
public enum Aspect {
    /// Every probe, and the reading of the process's binary.
    ALL,
    /// Probes on function exits only.
    RETURNS,
    /// The contents of calls: text, bytes and structures. Calls, numbers and latency stay.
    PAYLOAD;

    /// As documents spell it: `all`.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
