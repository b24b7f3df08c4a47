package dev.stet.probe;

import java.util.List;

/// What to look at in which functions of a binary.
///
/// @param pack the pack it comes from, for output
/// @param functions a name, or a pattern of names ([dev.stet.facts.Glob#name])
/// @param atEntry what to take when the function is called
/// @param atReturn what to take when it returns
/// @param returns follow each call to its end: results and latency
public record Probe(String pack, String functions, List<Capture> atEntry, List<Capture> atReturn, boolean returns) {
    public Probe {
        atEntry = List.copyOf(atEntry);
        atReturn = List.copyOf(atReturn);
    }

    /// The same without anything at the return.
    public Probe entryOnly() {
        return new Probe(pack, functions, atEntry, List.of(), false);
    }
}
