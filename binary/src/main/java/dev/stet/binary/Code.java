package dev.stet.binary;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The instructions of one function.
///
/// @param fileOffset of the first byte
/// @param instructions by offset
/// @param usesRedZone does it write below the stack pointer, where a nop that the kernel turns into a call
///     would write over it?
public record Code(long fileOffset, List<Instruction> instructions, boolean usesRedZone) {
    public Code {
        instructions = List.copyOf(instructions);
    }

    /// @param offset from the function's first byte
    /// @param refusal why it cannot or must not be probed, with the instruction as subject; empty if it may be
    public record Instruction(int offset, int length, Optional<String> refusal) {}

    /// Which instruction begins at the offset from the function's first byte.
    ///
    /// @return its index; empty if none begins there
    public OptionalInt indexOf(int offset) {
        int low = 0;
        int high = instructions.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (instructions.get(middle).offset() < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < instructions.size() && instructions.get(low).offset() == offset
                ? OptionalInt.of(low)
                : OptionalInt.empty();
    }
}
