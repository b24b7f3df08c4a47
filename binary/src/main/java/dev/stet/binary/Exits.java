package dev.stet.binary;

import java.util.List;

/// Where a function is left, or why that cannot be said.
public sealed interface Exits {
    /// Every way out that is known.
    ///
    /// @param sites by file offset, each once; empty if the function never returns
    /// @param unseen ways by which the function may be left, too, and which are not sites; empty if the
    ///     sites are all there are
    record Sites(List<Exit> sites, List<Unseen> unseen) implements Exits {
        public Sites {
            sites = List.copyOf(sites);
            unseen = List.copyOf(unseen);
        }

        /// Sees every call that begins also an end, if it does not end by an exception or with the process?
        public boolean isComplete() {
            return unseen.isEmpty();
        }
    }

    /// The function's instructions could not be told apart with certainty, so none of them may be probed but
    /// the first.
    ///
    /// @param why for a person
    record Unknown(String why) implements Exits {}

    /// An instruction that may leave the function in a way that cannot be followed.
    ///
    /// @param fileOffset of the instruction
    /// @param why with the instruction as the subject, for a person: `jumps into the middle of foo`
    record Unseen(long fileOffset, String why) {}
}
