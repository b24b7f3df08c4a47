package dev.stet.binary.dwarf;

import dev.stet.binary.Location;
import dev.stet.binary.Machine;
import java.util.ArrayList;
import java.util.List;

/// C and C++ on aarch64 (AAPCS64 section 6.8).
final class Aapcs64 {
    private static final int REGISTERS = 8;
    private static final int MAX_HOMOGENEOUS = 4;

    private int integers;
    private int vectors;
    private long stack;
    private boolean lost;

    private Aapcs64() {}

    static CallingConvention convention() {
        return (parameters, results) -> {
            Aapcs64 call = new Aapcs64();
            List<Location> in = parameters.stream().map(call::parameter).toList();
            return new CallingConvention.Places(
                    in, results.stream().map(Aapcs64::result).toList());
        };
    }

    private static Location result(Layout type) {
        if (!type.isKnown()) {
            return CallingConvention.UNKNOWN_TYPE;
        }
        if (type.isEmpty() && !type.traits().byReference()) {
            return CallingConvention.NO_BYTES;
        }
        if (type.traits().byReference() || (homogeneous(type) == 0 && type.size() > 16)) {
            return new Location.Unknown("at the address that x8 held at the first instruction");
        }
        return new Aapcs64().parameter(type);
    }

    private Location parameter(Layout type) {
        if (lost || !type.isKnown()) {
            Location why = lost ? CallingConvention.BEHIND_UNKNOWN : CallingConvention.UNKNOWN_TYPE;
            lost = true;
            return why;
        }
        int same = homogeneous(type);
        if (type.traits().byReference() || (same == 0 && type.size() > 16)) {
            return new Location.Indirect(general(Layout.POINTER));
        }
        if (type.isEmpty()) {
            return CallingConvention.NO_BYTES;
        }
        return same > 0 ? vector(type, same) : general(type);
    }

    private Location vector(Layout type, int count) {
        if (vectors + count > REGISTERS) {
            vectors = REGISTERS;
            return onStack(type);
        }
        long each = type.size() / count;
        List<Location.Piece> pieces = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pieces.add(new Location.Piece(Registers.v(vectors++), each * i, each));
        }
        return count == 1 ? pieces.getFirst().location() : new Location.Pieces(pieces);
    }

    private Location general(Layout type) {
        int count = (int) CallingConvention.padded(type.size(), 8) / 8;
        if (type.align() == 16) {
            integers += integers & 1;
        }
        if (integers + count > REGISTERS) {
            integers = REGISTERS;
            return onStack(type);
        }
        List<Location> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            places.add(Registers.x(integers++));
        }
        return CallingConvention.eightbytes(places, type.size());
    }

    private Location onStack(Layout type) {
        stack = CallingConvention.padded(stack, Math.clamp(type.align(), 8, 16));
        Location at = new Location.Memory(Registers.stackPointer(Machine.AARCH64), stack);
        stack += CallingConvention.padded(type.size(), 8);
        return at;
    }

    /// Of how many floating-point numbers or vectors of one size the value is made (HFA, HVA; section 5.9.5).
    ///
    /// @return 0 if it is not
    private static int homogeneous(Layout type) {
        if (!type.traits().complete()
                || type.leaves().isEmpty()
                || type.traits().variants()) {
            return 0;
        }
        Layout.Leaf first = type.leaves().getFirst();
        for (Layout.Leaf leaf : type.leaves()) {
            boolean vector = leaf.kind() == Layout.Kind.FLOAT || leaf.kind() == Layout.Kind.VECTOR;
            if (!vector || leaf.kind() != first.kind() || leaf.size() != first.size()) {
                return 0;
            }
        }
        long count = type.size() / first.size();
        return count <= MAX_HOMOGENEOUS && type.size() % first.size() == 0 ? (int) count : 0;
    }
}
