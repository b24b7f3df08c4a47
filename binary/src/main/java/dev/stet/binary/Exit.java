package dev.stet.binary;

import java.util.Optional;
import java.util.OptionalLong;

/// One instruction by which a function is left.
///
/// @param fileOffset of the instruction's first byte
/// @param kind what it is
/// @param condition when it leaves; empty if always
/// @param target of a direct jump: the virtual address of the function that it goes to
public record Exit(long fileOffset, Kind kind, Optional<Condition> condition, OptionalLong target) {
    public Exit {
        if ((kind == Kind.CONDITIONAL_TAIL_JUMP) != condition.isPresent()) {
            throw new IllegalArgumentException(kind + " with condition " + condition);
        }
    }

    /// An exit that always leaves.
    public Exit(long fileOffset, Kind kind) {
        this(fileOffset, kind, Optional.empty(), OptionalLong.empty());
    }

    /// The ways to leave.
    public enum Kind {
        /// A return: the stack pointer is what it was at entry, and the result registers hold the result.
        RETURN,
        /// A direct jump to another function, which will return in this one's place: there is no result yet.
        TAIL_JUMP,
        /// A direct jump to another function that is not always taken. A probe on it also fires when the
        /// function goes on: whoever sees it must test the condition.
        CONDITIONAL_TAIL_JUMP,
        /// A jump to an address from a register or from memory, with the stack pointer back where it was at
        /// entry: a tail call of a function that only run time knows.
        INDIRECT_TAIL_JUMP
    }

    /// Does a probe on it fire only when the function is left?
    public boolean isCertain() {
        return kind != Kind.CONDITIONAL_TAIL_JUMP;
    }
}
