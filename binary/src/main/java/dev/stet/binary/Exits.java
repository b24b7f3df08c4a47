package dev.stet.binary;

import java.util.List;

/// Where a function is left, or why that cannot be said.
public sealed interface Exits {
    /// Every way out that can be probed.
    ///
    /// @param sites by file offset, each once; empty if the function never returns, or only leaves by
    ///     indirect jumps
    record Sites(List<Exit> sites) implements Exits {
        public Sites {
            sites = List.copyOf(sites);
        }
    }

    /// The function's instructions could not be told apart with certainty, so none of them may be probed but
    /// the first.
    ///
    /// @param why for a person
    record Unknown(String why) implements Exits {}
}
