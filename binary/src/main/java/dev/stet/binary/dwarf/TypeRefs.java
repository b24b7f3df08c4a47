package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Type;
import dev.stet.binary.TypeRef;
import java.util.Objects;
import java.util.Optional;

/// References to types, by where their entries are.
final class TypeRefs {
    /// No type.
    static final TypeRef NOTHING = Nowhere.NOTHING;

    private TypeRefs() {}

    private enum Nowhere implements TypeRef {
        NOTHING;

        @Override
        public Type type() {
            return new Type.Nothing();
        }
    }

    /// To what DW_AT_type says; nothing, if the entry has none.
    static TypeRef of(Dwarf dwarf, Die die) throws BinaryException {
        if (!die.has(At.TYPE)) {
            return NOTHING;
        }
        Optional<Die> type = die.reference(At.TYPE);
        return type.isPresent() ? to(dwarf, type.get()) : new Missing();
    }

    static TypeRef to(Dwarf dwarf, Die die) {
        return new InFile(dwarf, die.unit, die.offset, 0);
    }

    /// To an array without its first dimensions, or to the code behind a Go function value.
    static TypeRef to(Dwarf dwarf, Die die, int part) {
        return new InFile(dwarf, die.unit, die.offset, part);
    }

    /// It is in a file that is not there.
    private record Missing() implements TypeRef {
        @Override
        public Type type() {
            return new Type.Opaque("", -1, "described in another file, which is not there");
        }
    }

    private static final class InFile implements TypeRef {
        private final Dwarf dwarf;
        private final Unit unit;
        private final long offset;
        private final int part;

        InFile(Dwarf dwarf, Unit unit, long offset, int part) {
            this.dwarf = dwarf;
            this.unit = unit;
            this.offset = offset;
            this.part = part;
        }

        @Override
        public Type type() throws BinaryException {
            return dwarf.type(unit, offset, part);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof InFile it
                    && it.unit.file == unit.file
                    && it.unit.inTypes == unit.inTypes
                    && it.offset == offset
                    && it.part == part;
        }

        @Override
        public int hashCode() {
            return Objects.hash(offset, part);
        }

        @Override
        public String toString() {
            return "type at %x%s".formatted(offset, part == 0 ? "" : " part " + part);
        }
    }
}
