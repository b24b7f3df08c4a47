package dev.stet.policy.pixie;

import dev.stet.policy.Exemption;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// What became of one exemption.
public sealed interface Exported {
    Exemption exemption();

    /// It is in the list.
    ///
    /// @param names for it; never empty
    /// @param changes how the list is broader or longer-lived than what was written, and was allowed to be
    record As(Exemption exemption, SortedSet<String> names, List<String> changes) implements Exported {
        public As {
            names = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(names));
            changes = List.copyOf(changes);
        }
    }

    /// It is not in the list.
    ///
    /// @param why never empty
    record Refused(Exemption exemption, List<String> why) implements Exported {
        public Refused {
            why = List.copyOf(why);
        }
    }
}
