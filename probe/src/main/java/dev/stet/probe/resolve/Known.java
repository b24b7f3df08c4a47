package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.compile.Word;

/// What a type of a language's library means beyond its fields.
sealed interface Known {
    /// It is text.
    record Text(Stretch stretch) implements Known {}

    /// It is values in a row.
    ///
    /// @param bytes how long the row is, in bytes
    record Row(Word address, Word bytes, Type element) implements Known {}

    /// It has so many of something, of which none is taken.
    ///
    /// @param offset of the number, in bytes
    record Counted(long offset) implements Known {}

    /// It is a pointer with rules.
    record Address(long offset) implements Known {}

    /// It is a value or nothing.
    ///
    /// @param flag offset of the byte that is 0 for nothing
    /// @param value the value, if there is one
    record Maybe(long flag, Inside.Member value) implements Known {}

    /// It is seconds, of 8 bytes, and nanoseconds, of 4.
    record Span(long seconds, long nanos) implements Known {}
}
