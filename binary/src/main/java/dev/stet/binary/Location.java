package dev.stet.binary;

import java.util.List;

/// Where a value is, at the first instruction of a function or, a result, when it returns.
public sealed interface Location {
    /// In a register, in its low bytes.
    ///
    /// @param name as assemblers write it: `rdi`, `xmm0`, `x0`
    /// @param number DWARF's for it
    record Register(String name, int number) implements Location {}

    /// In memory.
    ///
    /// @param base register that holds an address; at the entry of a function RSP is the stack pointer as the
    ///     call left it, so on x86-64 the first argument on the stack is at `rsp + 8`
    /// @param offset to add to it, in bytes
    record Memory(Register base, long offset) implements Location {}

    /// At the address that is found there: a large value that is passed by a hidden pointer.
    record Indirect(Location pointer) implements Location {}

    /// In several places, the first bytes first.
    record Pieces(List<Piece> pieces) implements Location {
        public Pieces {
            pieces = List.copyOf(pieces);
        }
    }

    /// A part of a value.
    ///
    /// @param offset within the value, in bytes
    /// @param size in bytes
    record Piece(Location location, long offset, long size) {}

    /// Nowhere: the compiler knows that the value is always this.
    record Constant(long value) implements Location {}

    /// Nowhere: the value has no bytes, or the compiler left it out.
    ///
    /// @param why for a person: `optimised out`
    record Absent(String why) implements Location {}

    /// It cannot be said.
    ///
    /// @param why for a person
    record Unknown(String why) implements Location {}
}
