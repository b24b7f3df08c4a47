package dev.stet.binary.code;

import dev.stet.binary.BinaryException;

/// Says of the indirect jumps of a function whether they leave it.
sealed interface Jumps permits X86Jumps, ArmJumps {
    /// Where an indirect jump goes.
    enum Goes {
        /// To somewhere in the function: a switch, or a computed goto.
        WITHIN,
        /// To another function, in the place of this one.
        OUT,
        UNDECIDED
    }

    /// What is known of the binary's addresses.
    interface Places {
        /// Is an instruction of the function there?
        boolean isWithin(long virtualAddress);

        /// Does another function begin there?
        boolean isEntry(long virtualAddress);

        /// The eight bytes at the address; 0 if there are none in the file.
        long word(long virtualAddress) throws BinaryException;
    }

    /// More than that is no function of a compiler's, but an interpreter or a table: nothing is decided.
    int MAX_BYTES = 1 << 20;

    /// Judges the jumps at `part.indirect`.
    ///
    /// @return as many, in the same order
    Goes[] judge(Part part, Places places) throws BinaryException;
}
