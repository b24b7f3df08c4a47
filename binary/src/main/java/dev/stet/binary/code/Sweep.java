package dev.stet.binary.code;

import java.util.Optional;

/// Decodes parts of functions, for one kind of processor. Not safe for use by several threads.
sealed interface Sweep permits X86Sweep, ArmSweep {
    /// Decodes all of the part, whose place is set, and notes in it what is found.
    ///
    /// @return why that is not possible
    Optional<String> sweep(Part part);
}
