package dev.stet.probe.resolve;

import dev.stet.probe.compile.Word;
import java.util.Optional;

/// A value's bytes, wherever they are: what a shape reads of the record, and what a program computes with.
sealed interface Source permits MemorySource, WordSource {
    /// These bytes in the record; takes them if they are not taken yet.
    ///
    /// @param offset within the value, in bytes
    /// @param size 1 to 8 bytes
    /// @return empty if they cannot be had; [#absence] says why
    Optional<Shape.Bits> bits(long offset, int size);

    /// These bytes as a word, zero-extended.
    ///
    /// @param size 1, 2, 4 or 8 bytes
    /// @return empty if they cannot be had
    Optional<Word> word(long offset, int size);

    /// The value that begins at an offset of this one.
    Source from(long offset);

    /// Its first bytes, one behind the other in the record; takes them if they are not taken yet.
    ///
    /// @param size at most, in bytes
    /// @return empty if none can be had
    Optional<Run> run(long size);

    /// Bytes of a take.
    ///
    /// @param size at least 1
    record Run(int take, int offset, int size) {}

    /// Where the value is.
    ///
    /// @return empty if it is in registers
    Optional<Word> address();

    /// Why some bytes cannot be had, for a person.
    String absence();
}
