package dev.stet.binary;

/// Whether types and parameters are known.
public sealed interface DebugInfo {
    /// There is DWARF.
    ///
    /// @param version 2 to 5: the highest in use
    /// @param producer the compiler, as it names itself in the first unit that does; empty if none does
    /// @param file where it was found: `this file`, or the name of the separate one
    record Present(int version, String producer, String file) implements DebugInfo {}

    /// The types are in other files, which the program names (split DWARF).
    ///
    /// @param file the first one, `main.dwo`
    record Split(int version, String file) implements DebugInfo {}

    /// There is none.
    ///
    /// @param why for a person: `stripped; no /usr/lib/debug/.build-id/8f/...debug`
    record Missing(String why) implements DebugInfo {}
}
