package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.compile.Word;

/// What an expression stands for in one function.
sealed interface Meaning {
    /// A value of a type that the program describes.
    record Value(Type type, Place place) implements Meaning {}

    /// A word, and what it is a number of.
    ///
    /// @param width bits that count: 8, 16, 32, 64
    /// @param sign is it to be taken with or without a sign, or is that not known?
    record Number(Word word, int width, Shape.Kind kind, Sign sign) implements Meaning {
        /// A word of which nothing is known.
        static Number untyped(Word word) {
            return new Number(word, 64, Shape.Kind.WORD, Sign.UNKNOWN);
        }

        /// A number of 64 bits with a sign.
        static Number signed(Word word) {
            return new Number(word, 64, Shape.Kind.SIGNED, Sign.SIGNED);
        }
    }

    /// How numbers compare, and are divided.
    enum Sign {
        SIGNED,
        UNSIGNED,
        UNKNOWN
    }

    /// Text, or bytes, of the target.
    ///
    /// @param max bytes to take
    record Content(Stretch stretch, int max, boolean isText) implements Meaning {}

    /// Something that is shown and cannot be computed with.
    record Ready(Shown shown) implements Meaning {}

    /// Text of the expression itself.
    record Fixed(String text) implements Meaning {}

    /// `nil`
    record Nil() implements Meaning {}

    /// The name of one of an enumeration's values, or of nothing: what it is compared with tells.
    record Enumerator(String name) implements Meaning {}
}
