package dev.stet.binary;

/// One instruction by which a function is left.
///
/// @param fileOffset of the instruction's first byte
/// @param kind what it is
public record Exit(long fileOffset, Kind kind) {
    /// The ways to leave.
    public enum Kind {
        /// A return: the stack pointer is what it was at entry, and the result registers hold the result.
        RETURN,
        /// A direct jump to another function, which will return in this one's place: there is no result yet.
        TAIL_JUMP
    }
}
