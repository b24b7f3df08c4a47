package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.compile.Word;
import java.util.Optional;
import java.util.OptionalInt;

/// What an expression means in one function.
sealed interface Meaning {
    /// A value of a type that the program describes.
    ///
    /// @param type with its other names
    record Typed(Type type, Place place) implements Meaning {}

    /// A word that was computed, or of which no type is known.
    ///
    /// @param names what its values are called; kept for `(mode & WRITE) == WRITE`
    record Number(Word word, Shape.Kind kind, Rank rank, Optional<Type.Enumeration> names) implements Meaning {
        Number(Word word, Shape.Kind kind, Rank rank) {
            this(word, kind, rank, Optional.empty());
        }

        static Number constant(long value) {
            return new Number(Word.of(value), Shape.Kind.SIGNED, Rank.CONSTANT);
        }

        static Number truth(Word word) {
            return new Number(word, Shape.Kind.TRUTH, Rank.SIGNED);
        }

        static Number untyped(Word word) {
            return new Number(word, Shape.Kind.WORD, Rank.WORD);
        }
    }

    /// Which signs make an operation one without signs.
    enum Rank {
        /// It was written so.
        CONSTANT,
        SIGNED,
        /// Without a sign, of less than 8 bytes.
        SMALL,
        /// Without a sign, of 8 bytes.
        UNSIGNED,
        /// Nobody said.
        WORD
    }

    /// Text or bytes of the target.
    ///
    /// @param form how they are shown
    /// @param max bytes to take at most; empty for as many as the probe takes of any text
    /// @param pointer is it text at an address that somebody gave? Then 0 is nil
    record Text(Stretch stretch, Form form, OptionalInt max, boolean pointer) implements Meaning {}

    /// How bytes are shown.
    enum Form {
        TEXT,
        BYTES,
        HTTP
    }

    /// Text that was written.
    record Literal(String text) implements Meaning {}

    /// What can be shown and nothing else.
    ///
    /// @param what for messages: `fields(...)`
    record Picture(String what, Showing showing) implements Meaning {}

    /// Gives a value its name.
    @FunctionalInterface
    interface Showing {
        Shown show(String name);
    }
}
