package dev.stet.binary.elf;

/// Whether a file with what was split off a binary is there.
public sealed interface DebugFile {
    /// It is, and belongs to the binary.
    ///
    /// @param path for people
    /// @param elf its sections; those that are loaded have only headers there
    record Found(String path, Elf elf) implements DebugFile {}

    /// It is not.
    ///
    /// @param why for a person: `no debug file for build ID ab12...`
    record Missing(String why) implements DebugFile {}
}
