package dev.stet.binary;

import java.util.List;
import java.util.OptionalLong;

/// A probe that the program's author put in: user-level statically defined tracing, a note of
/// `.note.stapsdt` (SystemTap `sys/sdt.h`).
///
/// @param virtualAddress of its instruction, with prelinking undone
/// @param fileOffset of its instruction
/// @param semaphoreOffset file offset of the counter that enables it; empty if it has none
/// @param arguments in order
public record UsdtProbe(
        String provider,
        String name,
        long virtualAddress,
        long fileOffset,
        OptionalLong semaphoreOffset,
        List<Argument> arguments) {
    public UsdtProbe {
        arguments = List.copyOf(arguments);
    }

    /// One argument.
    ///
    /// @param size in bytes: 1, 2, 4, 8; a probe that does not say means 8
    /// @param expression as the assembler writes the operand: `%eax`, `-4(%rbp)`, `$42`, `[sp, 16]`
    public record Argument(int size, Kind kind, String expression) {}

    /// How the bits of an argument are meant.
    public enum Kind {
        SIGNED,
        UNSIGNED,
        FLOAT
    }
}
