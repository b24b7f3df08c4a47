package dev.stet.binary.dwarf;

import dev.stet.binary.Location;
import dev.stet.binary.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Go's own conventions: ABIInternal since 1.17 (amd64) and 1.18 (arm64), before it everything on the stack
/// (`src/cmd/compile/abi-internal.md`).
final class GoRegisters implements CallingConvention {
    private static final List<String> X86 = List.of("rax", "rbx", "rcx", "rdi", "rsi", "r8", "r9", "r10", "r11");
    private static final int X86_FLOATS = 15;
    private static final int AARCH64_REGISTERS = 16;

    /// Both machines keep a word for the return address between the stack pointer and the arguments.
    private static final int LINK_BYTES = 8;

    private final Machine machine;
    private final int maxIntegers;
    private final int maxFloats;
    private final boolean registers;

    private GoRegisters(Machine machine, boolean registers, int maxIntegers, int maxFloats) {
        this.machine = machine;
        this.maxIntegers = registers ? maxIntegers : 0;
        this.maxFloats = registers ? maxFloats : 0;
        this.registers = registers;
    }

    /// @param minor the 22 of Go 1.22
    static GoRegisters of(Machine machine, int minor) {
        return machine == Machine.X86_64
                ? new GoRegisters(machine, minor >= 17, X86.size(), X86_FLOATS)
                : new GoRegisters(machine, minor >= 18, AARCH64_REGISTERS, AARCH64_REGISTERS);
    }

    @Override
    public Places assign(List<Layout> parameters, List<Layout> results) {
        Call call = new Call();
        List<Location> in = parameters.stream().map(call::place).toList();
        call.stack = CallingConvention.padded(call.stack, 8);
        call.integers = 0;
        call.floats = 0;
        return new Places(in, results.stream().map(call::place).toList());
    }

    private final class Call {
        private int integers;
        private int floats;
        private long stack;
        private boolean lost;

        Location place(Layout type) {
            if (lost || !type.isKnown()) {
                Location why = lost ? BEHIND_UNKNOWN : UNKNOWN_TYPE;
                lost = true;
                return why;
            }
            int integersBefore = integers;
            int floatsBefore = floats;
            Optional<Location> place = registers ? inRegisters(type) : Optional.empty();
            if (place.isPresent()) {
                return type.size() == 0 ? NO_BYTES : place.get();
            }
            integers = integersBefore;
            floats = floatsBefore;
            stack = CallingConvention.padded(stack, Math.max(1, type.align()));
            Location at = new Location.Memory(Registers.stackPointer(machine), LINK_BYTES + stack);
            stack += type.size();
            return type.size() == 0 ? NO_BYTES : at;
        }

        /// All of it or nothing.
        private Optional<Location> inRegisters(Layout type) {
            if (type.traits().array() || !type.traits().complete()) {
                return Optional.empty();
            }
            List<Location.Piece> pieces = new ArrayList<>();
            for (Layout.Leaf leaf : type.leaves()) {
                boolean isFloat = leaf.kind() == Layout.Kind.FLOAT;
                if (isFloat ? floats == maxFloats : integers == maxIntegers) {
                    return Optional.empty();
                }
                Location.Register register = isFloat ? vector(floats++) : integer(integers++);
                pieces.add(new Location.Piece(register, leaf.offset(), leaf.size()));
            }
            return Optional.of(
                    pieces.size() == 1 && pieces.getFirst().size() == type.size()
                            ? pieces.getFirst().location()
                            : new Location.Pieces(pieces));
        }

        private Location.Register integer(int i) {
            return machine == Machine.X86_64 ? Registers.x86(X86.get(i)) : Registers.x(i);
        }

        private Location.Register vector(int i) {
            return machine == Machine.X86_64 ? Registers.xmm(i) : Registers.v(i);
        }
    }
}
