package dev.stet.probe;

import java.util.List;
import java.util.Optional;

/// What a capture took from one call.
public sealed interface Value {
    /// A number with a sign.
    record Signed(long value) implements Value {}

    /// A number without, of up to 64 bits.
    record Unsigned(long value) implements Value {}

    /// Bits nobody explained: to be shown as a number if small and in hexadecimal if not.
    record Word(long bits) implements Value {}

    /// Bits to be shown in hexadecimal.
    record Hex(long bits) implements Value {}

    /// A pointer that is not nil.
    record Address(long address) implements Value {}

    record Truth(boolean value) implements Value {}

    /// A number with a fraction.
    ///
    /// @param single it has the precision of a `float`
    record Real(double value, boolean single) implements Value {}

    /// A code point, or what should be one.
    record Character(int codePoint) implements Value {}

    /// A time span in nanoseconds.
    record Duration(long nanos) implements Value {}

    /// A number with a name: `READY`, or `READ|WRITE` of flags.
    record Named(String name, long value) implements Value {}

    /// @param text as UTF-8, with U+FFFD for what is none
    /// @param takenBytes how much of it there is here, in bytes of the target
    /// @param fullBytes how long it is in the target; -1 if that is not known, which is when C text was cut
    record Text(String text, long takenBytes, long fullBytes) implements Value {
        /// Is this its beginning only?
        public boolean cut() {
            return fullBytes != takenBytes;
        }
    }

    /// @param latin1 a char from 0 to 255 for each byte
    /// @param fullBytes how many there are in the target
    record Bytes(String latin1, long fullBytes) implements Value {
        /// Is this their beginning only?
        public boolean cut() {
            return fullBytes != latin1.length();
        }
    }

    /// A structure.
    ///
    /// @param type its name; empty if it has none
    record Fields(String type, List<Field> fields) implements Value {
        public Fields {
            fields = List.copyOf(fields);
        }
    }

    /// A member of a structure.
    record Field(String name, Value value) {}

    /// Values in a row.
    ///
    /// @param fullCount how many there are in the target
    record Items(List<Value> items, long fullCount) implements Value {
        public Items {
            items = List.copyOf(items);
        }

        /// Are these the first ones only?
        public boolean cut() {
            return fullCount != items.size();
        }
    }

    /// One of several shapes: `Some(5)`, `None`.
    record Variant(String name, Optional<Value> content) implements Value {}

    /// What an interface or a trait object holds: the type it has at run time and, if it is known, the value.
    record Dynamic(String type, Optional<Value> value) implements Value {}

    /// Return addresses, the innermost first; [Call] knows whose.
    record Frames(List<Long> addresses) implements Value {
        public Frames {
            addresses = List.copyOf(addresses);
        }
    }

    /// A null pointer, a nil interface, a nil map.
    record Nil() implements Value {}

    /// It was not to be had: a bad pointer, or a page that the kernel could not wait for.
    record Unreadable() implements Value {}

    /// It is nowhere.
    ///
    /// @param why for a person: `optimised out`
    record Missing(String why) implements Value {}

    /// It is there, and is not shown.
    ///
    /// @param why for a person: `redacted: password`, `exempt: payload`
    record Withheld(String why) implements Value {}
}
