package dev.stet.binary.dwarf;

import java.util.List;

/// What calling conventions want to know of a type: its numbers and addresses, without names.
///
/// @param size in bytes; negative if it is not known
/// @param align in bytes
/// @param leaves in the order of the source; the first [#MAX_LEAVES] of them
/// @param traits what else matters
record Layout(long size, long align, List<Leaf> leaves, Traits traits) {
    /// More are in no register of any convention: Go has 9 + 15, aarch64's Go 16 + 16.
    static final int MAX_LEAVES = 40;

    static final Layout UNKNOWN = new Layout(-1, 1, List.of(), new Traits(true, false, false, false, false));
    static final Layout POINTER = new Layout(8, 8, List.of(new Leaf(0, 8, Kind.INTEGER)), Traits.SCALAR);

    Layout {
        leaves = List.copyOf(leaves);
    }

    /// @param complete are all leaves there?
    /// @param aggregate a struct, union, class or array
    /// @param array has an array of two or more elements
    /// @param variants has shapes that are told apart by a tag
    /// @param byReference is passed by its address, since C++ may not copy its bytes
    record Traits(boolean complete, boolean aggregate, boolean array, boolean variants, boolean byReference) {
        static final Traits SCALAR = new Traits(true, false, false, false, false);
    }

    /// One number.
    ///
    /// @param offset from the beginning of the type, in bytes
    record Leaf(long offset, long size, Kind kind) {}

    /// What kind of register it is for.
    enum Kind {
        INTEGER,
        FLOAT,
        /// Part of a bit field, of which only the place matters.
        BITS,
        /// x86's `long double`.
        X87,
        /// `__m128` and larger.
        VECTOR
    }

    /// The same, passed by its address.
    Layout byReference() {
        Traits by = new Traits(traits.complete(), true, traits.array(), traits.variants(), true);
        return new Layout(Math.max(0, size), align, leaves, by);
    }

    boolean isKnown() {
        return size >= 0;
    }

    /// Has it bytes that matter?
    boolean isEmpty() {
        return isKnown() && (size == 0 || (traits.complete() && leaves.isEmpty())) && !traits.variants();
    }
}
