package dev.stet.binary;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// The instructions of one function, or why they cannot be told apart. Offsets are in bytes from the
/// function's first byte.
public sealed interface Code {
    /// The bytes are not all code, or not of this binary: nothing behind the entry may be probed.
    ///
    /// @param why for a person
    record Unknown(String why) implements Code {}

    /// What is known of the stack frame.
    ///
    /// @param loweredAt the first instruction that runs with a lowered stack pointer; empty if none does
    /// @param pointerAt the first instruction that runs with the frame pointer set; empty if it never is
    /// @param usesRedZone does it use memory below the stack pointer? What a probe writes there is lost to
    ///     it. Also yes where that cannot be told.
    record Frame(OptionalInt loweredAt, OptionalInt pointerAt, boolean usesRedZone) {}

    /// All of them.
    non-sealed interface Instructions extends Code {
        /// Of the function's first byte.
        long fileOffset();

        /// In bytes as the binary says it, padding and what is no code included.
        int size();

        /// Where the last instruction that is not padding ends.
        int end();

        /// How many bytes at the end are no code, though the binary counts them to the function.
        int data();

        Frame frame();

        /// Does an instruction begin at the offset? Only there may a probe be.
        boolean begins(int offset);

        /// Where instructions begin, ascending.
        IntStream offsets();

        /// The length of the instruction at the offset, in bytes.
        ///
        /// @return empty if none begins there
        OptionalInt length(int offset);

        /// Why there can or must be no probe at the offset, with the instruction as the subject: `has a LOCK
        /// prefix: ...`.
        ///
        /// @return empty if there may be one
        Optional<String> refusal(int offset);
    }
}
