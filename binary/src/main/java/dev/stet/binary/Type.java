package dev.stet.binary;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// A type as debug information (DWARF) or Go's run time describes it. Sizes and offsets are bytes.
public sealed interface Type {
    /// As the language writes it: `unsigned int`, `struct conn` is `conn`, `net/http.Request`; empty if it has
    /// none.
    String name();

    /// In bytes; -1 if the binary does not say.
    long size();

    /// A number, a truth value, a character.
    record Base(String name, long size, Encoding encoding) implements Type {}

    /// What the bits of a [Base] mean (DW_ATE_...).
    enum Encoding {
        BOOLEAN,
        SIGNED,
        UNSIGNED,
        FLOAT,
        COMPLEX,
        /// One byte of text, in C.
        CHARACTER,
        /// A code point or unit: C++ `char16_t`, Rust `char`.
        UTF,
        /// Anything else.
        OTHER
    }

    /// An address of something. Go's maps, channels and functions are pointers too.
    record Pointer(String name, long size, Pointer.Kind kind, TypeRef target) implements Type {
        /// What the address means.
        public enum Kind {
            POINTER,
            /// C++ `&`.
            REFERENCE,
            /// C++ `&&`.
            RVALUE_REFERENCE,
            MAP,
            CHANNEL,
            FUNCTION
        }
    }

    /// Several values, one behind the other, or, in a union, all in one place.
    record Composite(String name, long size, Composite.Kind kind, List<Field> fields) implements Type {
        /// What it is in its language.
        public enum Kind {
            STRUCT,
            CLASS,
            UNION,
            /// Rust's, and others' without field names.
            TUPLE,
            /// Address and length, of Go's `string` or Rust's `&str`.
            STRING,
            /// Address and length, and in Go capacity.
            SLICE,
            /// Go's: type word and address.
            INTERFACE
        }

        public Composite {
            fields = List.copyOf(fields);
        }
    }

    /// One member of a composite.
    ///
    /// @param name empty if it has none
    /// @param offset from the beginning of the composite, in bytes
    /// @param bitOffset of a bit field, from bit 0 of the byte at `offset`, in bits; else 0
    /// @param bits width of a bit field; else 0
    /// @param inherited it is a base class, or a field that Go embeds: its members can be named without it
    record Field(String name, TypeRef type, long offset, int bitOffset, int bits, boolean inherited) {
        /// A member that begins at a byte.
        public Field(String name, TypeRef type, long offset) {
            this(name, type, offset, 0, 0, false);
        }
    }

    /// One of several shapes, told apart by a tag: Rust's enums.
    ///
    /// @param tag where the shape is written; empty if there is but one
    record Variants(String name, long size, Optional<Field> tag, List<Variant> variants) implements Type {
        public Variants {
            variants = List.copyOf(variants);
        }
    }

    /// One shape.
    ///
    /// @param tag its value; empty for the shape that is meant by every other one
    /// @param content a composite, which begins where the whole does unless its field says otherwise
    record Variant(String name, OptionalLong tag, Field content) {}

    /// Numbers with names.
    ///
    /// @param signed are the values?
    record Enumeration(String name, long size, boolean signed, List<Constant> constants) implements Type {
        public Enumeration {
            constants = List.copyOf(constants);
        }
    }

    /// One name.
    record Constant(String name, long value) {}

    /// Values of one type, in a row.
    ///
    /// @param count how many; -1 if the binary does not say
    record Array(String name, long size, TypeRef element, long count) implements Type {}

    /// Another name of a type, or the same type with a qualifier, such as `const`.
    ///
    /// @param qualifier `const`, `volatile`, `restrict`, `_Atomic`; empty if it is a name
    record Alias(String name, long size, String qualifier, TypeRef target) implements Type {}

    /// What a pointer to code points to.
    record Callable(String name, List<TypeRef> parameters, List<TypeRef> results) implements Type {
        public Callable {
            parameters = List.copyOf(parameters);
            results = List.copyOf(results);
        }

        @Override
        public long size() {
            return -1;
        }
    }

    /// No value: C's `void`.
    record Nothing() implements Type {
        @Override
        public String name() {
            return "void";
        }

        @Override
        public long size() {
            return -1;
        }
    }

    /// A type of which no more is known.
    ///
    /// @param why for a person: `only declared in this program`
    record Opaque(String name, long size, String why) implements Type {}
}
