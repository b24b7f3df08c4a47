package dev.stet.probe.resolve;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// How the bytes that were taken become a [dev.stet.probe.Value]. Shapes refer to takes by number.
public sealed interface Shape {
    /// Some bytes of what was taken.
    ///
    /// @param take number of a take: the word of a number, the bytes of a block
    /// @param offset within it, in bytes
    /// @param size 1 to 8 bytes
    record Bits(int take, int offset, int size) {}

    /// A number. Bit fields are a shift and a width within the bits.
    ///
    /// @param shift bits to drop at the low end
    /// @param width bits to keep: 1 to 64
    record Number(Bits bits, int shift, int width, Kind kind) implements Shape {
        /// All of the bits.
        public Number(Bits bits, Kind kind) {
            this(bits, 0, 8 * bits.size, kind);
        }
    }

    /// What a number means.
    enum Kind {
        SIGNED,
        UNSIGNED,
        /// Nobody said: small numbers as such, large ones in hexadecimal.
        WORD,
        HEX,
        /// A pointer; 0 is nil.
        ADDRESS,
        TRUTH,
        /// A code point.
        CHARACTER,
        /// Nanoseconds.
        DURATION,
        /// IEEE 754, of 4 or 8 bytes.
        REAL
    }

    /// A number with names.
    ///
    /// @param names in the order of the source
    record Enumeration(Number number, Map<Long, String> names) implements Shape {
        public Enumeration {
            names = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(names));
        }
    }

    /// Text: of a [dev.stet.probe.compile.Take.Text] or [dev.stet.probe.compile.Take.Block].
    record Text(int take) implements Shape {}

    /// Bytes that are no text, of a block.
    record Bytes(int take) implements Shape {}

    /// Text in a part of what was taken, up to its NUL: an array of characters.
    ///
    /// @param size bytes of it that were taken; those of a number are 8
    /// @param full how many there are, in bytes
    record TextIn(int take, int offset, int size, long full) implements Shape {}

    /// Bytes in a part of what was taken.
    ///
    /// @param size of what was taken
    /// @param full how many there are
    record BytesIn(int take, int offset, int size, long full) implements Shape {}

    /// What a pointer leads to; nil if that is 0.
    record Behind(Bits pointer, Shape content) implements Shape {}

    /// A structure.
    ///
    /// @param type its name; empty if it has none
    record Fields(String type, List<Field> fields) implements Shape {
        public Fields {
            fields = List.copyOf(fields);
        }
    }

    /// One member.
    record Field(String name, Shape shape) {}

    /// Values in a row.
    ///
    /// @param items what was taken of them
    /// @param count how many there are in the target: a constant for an array, a number for a slice
    record Items(List<Shape> items, Count count) implements Shape {
        public Items {
            items = List.copyOf(items);
        }
    }

    /// How many.
    sealed interface Count {
        /// Always so many.
        record Fixed(long count) implements Count {}

        /// As this number says.
        record Told(Bits bits) implements Count {}

        /// As many as fit into a block's full length.
        ///
        /// @param itemBytes at least 1
        record Filling(int take, int itemBytes) implements Count {}
    }

    /// One of several shapes, by a tag: a Rust enum.
    ///
    /// @param tag empty if there is but one
    record Variants(Optional<Number> tag, List<Variant> variants) implements Shape {
        public Variants {
            variants = List.copyOf(variants);
        }
    }

    /// @param tag empty for the one that is meant by every other tag
    /// @param content empty fields if it has none
    record Variant(String name, OptionalLong tag, Shape content) {}

    /// A Go interface value: the decoder names the dynamic type by its address and, where it knows how, shows
    /// what is in it.
    ///
    /// @param type the word that leads to the type: the type's address, 0 for nil
    /// @param data the pointer to the value
    /// @param head a block, 16 bytes at `data`
    /// @param text a block: the text if what is at `data` begins with a string
    record GoInterface(Bits type, Bits data, int head, int text) implements Shape {}

    /// A Go `error`: what an interface holds, and of what many errors hold.
    ///
    /// @param second a block: the text if a second string follows the first
    /// @param cause the word that leads to the type of the error behind those two, 0 for nil
    /// @param causeValue the word that this is, or points to
    record GoError(GoInterface outer, int second, Bits cause, Bits causeValue) implements Shape {}

    /// The name of the type that an interface of Go holds.
    ///
    /// @param type its address, 0 for nil
    record GoType(Bits type) implements Shape {}

    /// Go's `time.Time` (Go: `src/time/time.go`).
    ///
    /// @param wall flag, seconds and nanoseconds
    /// @param extra seconds since the year 1, or a monotonic clock
    record GoTime(Bits wall, Bits extra) implements Shape {}

    /// A time span of two numbers: Rust's `Duration`.
    record Span(Bits seconds, Bits nanos) implements Shape {}

    /// The first line of an HTTP/1.x request or answer, in a block; nil if it is none.
    record HttpLine(int take) implements Shape {}

    /// Return addresses of a [dev.stet.probe.compile.Take.Stack].
    record Frames(int take) implements Shape {}

    /// A fixed text: no bytes are needed.
    record Fixed(String text) implements Shape {}

    /// It cannot be had, and why: `optimised out`.
    record Missing(String why) implements Shape {}

    /// It was not taken on purpose, and why: an exemption with aspect `payload`.
    record Withheld(String why) implements Shape {}
}
