package dev.stet.binary.dwarf;

import dev.stet.binary.Location;
import dev.stet.binary.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// C and C++ on x86-64 (System V AMD64 psABI, section 3.2.3).
final class SystemV implements CallingConvention {
    private static final List<String> INTEGER = List.of("rdi", "rsi", "rdx", "rcx", "r8", "r9");
    private static final List<String> INTEGER_RESULT = List.of("rax", "rdx");
    private static final int SSE_REGISTERS = 8;
    private static final int RETURN_ADDRESS_BYTES = 8;

    /// Of eight bytes.
    enum Kind {
        NONE,
        INTEGER,
        SSE,
        /// Upper part of a register whose lower part is the one before.
        UPPER,
        X87
    }

    @Override
    public Places assign(List<Layout> parameters, List<Layout> results) {
        Call call = new Call();
        List<Location> out = results.stream().map(call::result).toList();
        return new Places(parameters.stream().map(call::parameter).toList(), out);
    }

    /// What is taken so far.
    private static final class Call {
        private int integers;
        private int floats;
        private long stack;
        private boolean lost;

        Location result(Layout type) {
            if (!type.isKnown()) {
                lost = true;
                return UNKNOWN_TYPE;
            }
            Optional<List<Kind>> kinds = classify(type);
            if (type.traits().byReference() || kinds.isEmpty()) {
                // Its address comes in RDI and goes out in RAX.
                integers = 1;
                return new Location.Indirect(Registers.x86("rax"));
            }
            if (type.isEmpty()) {
                return NO_BYTES;
            }
            return result(kinds.get(), type.size());
        }

        private static Location result(List<Kind> kinds, long size) {
            List<Location> places = new ArrayList<>();
            int integers = 0;
            int floats = 0;
            int stack = 0;
            for (Kind kind : kinds) {
                switch (kind) {
                    case INTEGER -> places.add(Registers.x86(INTEGER_RESULT.get(integers++)));
                    case SSE -> places.add(Registers.xmm(floats++));
                    case X87 -> places.add(Registers.st(stack++));
                    case NONE -> places.add(NO_BYTES);
                    case UPPER -> {}
                }
            }
            return x87(kinds) ? whole(places, size) : CallingConvention.eightbytes(places, size);
        }

        private static Location whole(List<Location> places, long size) {
            if (places.size() == 1) {
                return places.getFirst();
            }
            long each = size / places.size();
            List<Location.Piece> pieces = new ArrayList<>();
            for (int i = 0; i < places.size(); i++) {
                pieces.add(new Location.Piece(places.get(i), each * i, each));
            }
            return new Location.Pieces(pieces);
        }

        Location parameter(Layout type) {
            if (lost || !type.isKnown()) {
                Location why = lost ? BEHIND_UNKNOWN : UNKNOWN_TYPE;
                lost = true;
                return why;
            }
            if (type.traits().byReference()) {
                return new Location.Indirect(parameter(Layout.POINTER));
            }
            if (type.isEmpty()) {
                return NO_BYTES;
            }
            Optional<List<Kind>> kinds = classify(type).filter(it -> !x87(it));
            return kinds.isPresent() && fits(kinds.get()) ? inRegisters(kinds.get(), type.size()) : onStack(type);
        }

        private boolean fits(List<Kind> kinds) {
            long needed = kinds.stream().filter(it -> it == Kind.INTEGER).count();
            long vectors = kinds.stream().filter(it -> it == Kind.SSE).count();
            return integers + needed <= INTEGER.size() && floats + vectors <= SSE_REGISTERS;
        }

        private Location inRegisters(List<Kind> kinds, long size) {
            List<Location> places = new ArrayList<>();
            for (Kind kind : kinds) {
                switch (kind) {
                    case INTEGER -> places.add(Registers.x86(INTEGER.get(integers++)));
                    case SSE -> places.add(Registers.xmm(floats++));
                    case NONE -> places.add(NO_BYTES);
                    case UPPER, X87 -> {}
                }
            }
            return CallingConvention.eightbytes(places, size);
        }

        private Location onStack(Layout type) {
            stack = CallingConvention.padded(stack, Math.max(8, type.align()));
            Location at = new Location.Memory(Registers.stackPointer(Machine.X86_64), RETURN_ADDRESS_BYTES + stack);
            stack += CallingConvention.padded(type.size(), 8);
            return at;
        }
    }

    private static boolean x87(List<Kind> kinds) {
        return kinds.contains(Kind.X87);
    }

    /// @return empty for memory; what is X87 is in memory too, but as a result
    static Optional<List<Kind>> classify(Layout type) {
        List<Layout.Leaf> leaves = type.leaves();
        boolean one = leaves.size() == 1 && type.traits().complete();
        if (one
                && leaves.getFirst().kind() == Layout.Kind.VECTOR
                && type.size() == leaves.getFirst().size()) {
            // __m256 and __m512 too are in one register.
            return Optional.of(List.of(Kind.SSE));
        }
        if (isComplexX87(type)) {
            return Optional.of(List.of(Kind.X87, Kind.X87));
        }
        if (type.size() > 16 || !type.traits().complete() || type.traits().variants()) {
            return Optional.empty();
        }
        Kind[] kinds = {Kind.NONE, Kind.NONE};
        for (Layout.Leaf leaf : leaves) {
            if (!merge(kinds, leaf)) {
                return Optional.empty();
            }
        }
        if (kinds[0] == Kind.X87) {
            return Optional.of(List.of(Kind.X87));
        }
        return Optional.of(type.size() > 8 ? List.of(kinds[0], kinds[1]) : List.of(kinds[0]));
    }

    /// `_Complex long double`, which only itself is in two x87 registers, and as a result.
    private static boolean isComplexX87(Layout type) {
        return type.size() == 32
                && !type.traits().aggregate()
                && type.leaves().size() == 2
                && type.leaves().getFirst().kind() == Layout.Kind.X87;
    }

    private static boolean merge(Kind[] kinds, Layout.Leaf leaf) {
        if (leaf.offset() < 0 || leaf.offset() + leaf.size() > 16) {
            return false;
        }
        long align = leaf.kind() == Layout.Kind.BITS ? 1 : Math.clamp(leaf.size(), 1, 16);
        if (leaf.offset() % align != 0) {
            return false;
        }
        int first = (int) (leaf.offset() / 8);
        int last = (int) ((leaf.offset() + leaf.size() - 1) / 8);
        for (int i = first; i <= last; i++) {
            Kind kind = switch (leaf.kind()) {
                case INTEGER, BITS -> Kind.INTEGER;
                case FLOAT, VECTOR -> i == first ? Kind.SSE : Kind.UPPER;
                case X87 -> Kind.X87;
            };
            if (kinds[i] == Kind.NONE || (kind == Kind.INTEGER && kinds[i] != Kind.X87)) {
                kinds[i] = kind;
            } else if (kinds[i] != kind && (kind == Kind.X87 || kinds[i] == Kind.X87)) {
                return false;
            } else if (kinds[i] == Kind.UPPER && kind == Kind.SSE) {
                kinds[i] = Kind.SSE;
            }
        }
        return true;
    }
}
