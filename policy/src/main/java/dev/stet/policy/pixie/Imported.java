package dev.stet.policy.pixie;

import java.util.List;

/// The exemptions that do what Pixie's list did.
///
/// @param rules one a name
/// @param remarks on single names, a line each
public record Imported(List<Rule> rules, List<String> remarks) {
    public Imported {
        rules = List.copyOf(rules);
        remarks = List.copyOf(remarks);
    }

    /// What a name of the list means.
    public enum Kind {
        /// Executables of that file name.
        PROGRAM,
        /// Node's script of that file name.
        SCRIPT,
        /// Nothing to Pixie, which compares file names alone; clearly one executable to whoever wrote it.
        PATH
    }

    /// An exemption.
    ///
    /// @param name of the exemption
    /// @param entry of the list
    /// @param where the list stood
    /// @param yaml the document, with the line end behind it
    public record Rule(String name, String entry, Kind kind, String where, String yaml) {}
}
