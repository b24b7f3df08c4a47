package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Location;
import dev.stet.binary.Machine;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.Region;
import java.util.ArrayList;
import java.util.List;

/// Says where an expression (DWARF5 sections 2.5 and 2.6) finds a value at the first instruction of a function.
/// Understands what compilers write for parameters; the rest is [Location.Unknown].
final class Expression {
    private static final int DW_OP_DEREF = 0x06;
    private static final int DW_OP_CONST1U = 0x08;
    private static final int DW_OP_CONSTS = 0x11;
    private static final int DW_OP_AND = 0x1a;
    private static final int DW_OP_PLUS = 0x22;
    private static final int DW_OP_PLUS_UCONST = 0x23;
    private static final int DW_OP_LIT0 = 0x30;
    private static final int DW_OP_REG0 = 0x50;
    private static final int DW_OP_BREG0 = 0x70;
    private static final int DW_OP_REGX = 0x90;
    private static final int DW_OP_FBREG = 0x91;
    private static final int DW_OP_BREGX = 0x92;
    private static final int DW_OP_PIECE = 0x93;
    private static final int DW_OP_NOP = 0x96;
    private static final int DW_OP_CALL_FRAME_CFA = 0x9c;
    private static final int DW_OP_IMPLICIT_VALUE = 0x9e;
    private static final int DW_OP_STACK_VALUE = 0x9f;
    private static final int DW_OP_IMPLICIT_POINTER = 0xa0;
    private static final int DW_OP_ENTRY_VALUE = 0xa3;
    private static final int DW_OP_CONVERT = 0xa8;
    private static final int DW_OP_GNU_IMPLICIT_POINTER = 0xf2;
    private static final int DW_OP_GNU_ENTRY_VALUE = 0xf3;
    private static final int DW_OP_GNU_CONVERT = 0xf7;
    private static final int DW_OP_GNU_PARAMETER_REF = 0xfa;

    /// A struct in pieces has one for each member.
    private static final int MAX_PIECES = 64;

    /// What it is said to be relative to the stack pointer when the function begins.
    ///
    /// @param offset from the stack pointer to the frame base, in bytes
    record FrameBase(long offset, boolean known) {
        static final FrameBase UNKNOWN = new FrameBase(0, false);
    }

    /// What an expression came to.
    sealed interface Result {
        /// It holds at the first instruction.
        record At(Location location) implements Result {}

        /// A slot of the function's own frame, which is filled later.
        ///
        /// @param pointer does it hold an address of the value?
        record Slot(boolean pointer) implements Result {}
    }

    static final Location OPTIMISED_OUT = new Location.Absent("optimised out");

    private final Machine machine;
    private final FrameBase frame;
    private final boolean wide;
    private final Cursor in;

    /// What is being built: a register's or constant's value plus `offset`.
    private int register = -1;

    private boolean constant;
    private boolean slot;

    /// Is it relative to where the stack pointer is when the function begins, and nothing else?
    private boolean framed;

    private boolean pushed;
    private long offset;
    private int derefs;
    private Location value;

    private Expression(Machine machine, FrameBase frame, boolean wide, byte[] code) throws BinaryException {
        this.machine = machine;
        this.frame = frame;
        this.wide = wide;
        this.in = new Cursor(region(code), "location", new Budget());
    }

    /// @param here is it of a list, and so holds at the first instruction even if it speaks of the frame?
    static Result read(Machine machine, FrameBase frame, boolean wide, byte[] code, boolean here)
            throws BinaryException {
        Expression it = new Expression(machine, frame, wide, code);
        try {
            return it.run(here);
        } catch (MalformedBinaryException broken) {
            return new Result.At(new Location.Unknown("its description is broken"));
        }
    }

    private Result run(boolean here) throws BinaryException {
        if (in.atEnd()) {
            return new Result.At(OPTIMISED_OUT);
        }
        List<Location.Piece> pieces = new ArrayList<>();
        long at = 0;
        while (!in.atEnd()) {
            int op = in.u8();
            if (op == DW_OP_PIECE) {
                long size = in.uleb();
                in.require(size >= 0 && size < Integer.MAX_VALUE && pieces.size() < MAX_PIECES, "has a bad piece");
                Location here1 = pushed || value != null ? location() : OPTIMISED_OUT;
                pieces.add(new Location.Piece(here1, at, size));
                at += size;
                clear();
            } else if (!step(op)) {
                return new Result.At(new Location.Unknown("its description uses DW_OP 0x%x".formatted(op)));
            }
        }
        if (!pieces.isEmpty()) {
            return new Result.At(new Location.Pieces(pieces));
        }
        if (slot && !isIncoming() && (!here || (value == null && offset < 0))) {
            return new Result.Slot(derefs > 0);
        }
        return new Result.At(location());
    }

    /// Behind the return address: the caller has put it there.
    private boolean isIncoming() {
        return framed && offset >= Registers.returnAddressBytes(machine);
    }

    private void clear() {
        register = -1;
        constant = false;
        slot = false;
        framed = false;
        pushed = false;
        offset = 0;
        derefs = 0;
        value = null;
    }

    private Location location() {
        if (value != null) {
            return value;
        }
        if (constant) {
            return new Location.Unknown("it is at a fixed address");
        }
        Location at = new Location.Memory(Registers.of(machine, register), offset);
        return switch (derefs) {
            case 0 -> at;
            case 1 -> new Location.Indirect(at);
            default -> new Location.Unknown("it is behind several addresses");
        };
    }

    /// @return false if the operation is not understood here
    private boolean step(int op) throws BinaryException {
        if (value != null) {
            return op == DW_OP_NOP || op == DW_OP_STACK_VALUE;
        }
        if (op >= DW_OP_REG0 && op < DW_OP_REG0 + 32 && !pushed) {
            slot = isSetUp(op - DW_OP_REG0);
            value = Registers.of(machine, op - DW_OP_REG0);
            return true;
        }
        if (op >= DW_OP_BREG0 && op < DW_OP_BREG0 + 32 && !pushed) {
            return relative(op - DW_OP_BREG0, in.sleb());
        }
        if (op >= DW_OP_LIT0 && op < DW_OP_LIT0 + 32) {
            return number(op - DW_OP_LIT0);
        }
        if (op >= DW_OP_CONST1U && op <= DW_OP_CONSTS) {
            return number(literal(op));
        }
        return other(op);
    }

    private boolean other(int op) throws BinaryException {
        switch (op) {
            case DW_OP_REGX -> value = Registers.of(machine, (int) in.uleb());
            case DW_OP_BREGX -> {
                return !pushed && relative((int) in.uleb(), in.sleb());
            }
            case DW_OP_FBREG -> {
                return !pushed && frame(in.sleb());
            }
            case DW_OP_CALL_FRAME_CFA -> {
                slot = true;
                framed = true;
                return !pushed && push(Registers.stackPointer(machine).number(), Registers.returnAddressBytes(machine));
            }
            case DW_OP_PLUS_UCONST -> offset += in.uleb();
            case DW_OP_DEREF -> {
                derefs++;
                return pushed;
            }
            case DW_OP_STACK_VALUE -> {
                return stackValue();
            }
            case DW_OP_IMPLICIT_VALUE -> value = implicit();
            case DW_OP_IMPLICIT_POINTER, DW_OP_GNU_IMPLICIT_POINTER -> {
                in.skip(wide ? 8 : 4);
                in.skipLeb();
                value = new Location.Absent("optimised out, it pointed to a value that is known");
            }
            case DW_OP_ENTRY_VALUE, DW_OP_GNU_ENTRY_VALUE -> {
                return entryValue();
            }
            case DW_OP_GNU_PARAMETER_REF -> {
                in.skip(4);
                value = OPTIMISED_OUT;
            }
            case DW_OP_CONVERT, DW_OP_GNU_CONVERT -> in.skipLeb();
            case DW_OP_NOP -> {}
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean relative(int number, long bytes) {
        slot = isSetUp(number);
        return push(number, bytes);
    }

    /// Has it its meaning only behind the prologue? The stack pointer is moved there, and what a function has to
    /// keep for its caller holds nothing of its own before.
    private boolean isSetUp(int number) {
        return machine == Machine.X86_64
                ? number == 3 || number == 6 || number == 7 || (number >= 12 && number <= 15)
                : number >= 19 && number <= 31;
    }

    private boolean push(int number, long bytes) {
        register = number;
        offset = bytes;
        pushed = true;
        return true;
    }

    private boolean frame(long bytes) {
        slot = true;
        framed = frame.known();
        if (!frame.known()) {
            // Relative to what only the prologue sets up.
            return push(Registers.stackPointer(machine).number(), Long.MIN_VALUE);
        }
        return push(Registers.stackPointer(machine).number(), frame.offset() + bytes);
    }

    private boolean number(long number) throws BinaryException {
        if (!pushed) {
            constant = true;
            pushed = true;
            offset = number;
            return true;
        }
        // A constant behind something is to be added or is a mask of its low bytes; else this is arithmetic.
        int op = in.atEnd() ? 0 : in.u8();
        if (op == DW_OP_AND) {
            return !constant && (number == 0xff || number == 0xffff || number == 0xffff_ffffL);
        }
        offset += number;
        return op == DW_OP_PLUS;
    }

    private long literal(int op) throws BinaryException {
        return switch (op) {
            case 0x08 -> in.u8();
            case 0x09 -> (byte) in.u8();
            case 0x0a -> in.u16();
            case 0x0b -> (short) in.u16();
            case 0x0c -> in.u32();
            case 0x0d -> (int) in.u32();
            case 0x0e, 0x0f -> in.u64();
            case 0x10 -> in.uleb();
            default -> in.sleb();
        };
    }

    private boolean stackValue() {
        if (constant && derefs == 0) {
            value = new Location.Constant(offset);
        } else if (derefs == 1) {
            derefs = 0;
            value = location();
        } else if (pushed && offset == 0 && derefs == 0) {
            value = Registers.of(machine, register);
        } else {
            value = new Location.Unknown(
                    "it is computed from " + Registers.of(machine, register).name());
        }
        return pushed;
    }

    private Location implicit() throws BinaryException {
        long length = in.uleb();
        byte[] bytes = in.copy(length, 64);
        if (length > 8) {
            return new Location.Unknown("it is a constant of " + length + " bytes");
        }
        long number = 0;
        for (int i = bytes.length - 1; i >= 0; i--) {
            number = number << 8 | (bytes[i] & 0xff);
        }
        return new Location.Constant(number);
    }

    /// What the register held when the function began, which is now.
    private boolean entryValue() throws BinaryException {
        long length = in.uleb();
        long end = in.position() + length;
        in.require(length > 0 && end <= in.size(), "has an entry value that runs past its end");
        int op = in.u8();
        int number = op >= DW_OP_REG0 && op < DW_OP_REG0 + 32 ? op - DW_OP_REG0 : -1;
        if (op == DW_OP_REGX) {
            number = (int) in.uleb();
        }
        if (number < 0 || in.position() != end || pushed) {
            return false;
        }
        return push(number, 0);
    }

    private static Region region(byte[] code) {
        return new Region() {
            @Override
            public long size() {
                return code.length;
            }

            @Override
            public ByteView read(long at, long length, String what) throws BinaryException {
                return ByteView.of(code, 0).slice(at, length, what);
            }
        };
    }

    /// Where DW_AT_frame_base is when the function begins.
    static FrameBase frameBase(Machine machine, byte[] code) throws BinaryException {
        if (code.length == 1 && code[0] == (byte) DW_OP_CALL_FRAME_CFA) {
            return new FrameBase(Registers.returnAddressBytes(machine), true);
        }
        // Clang's is RBP, and RBP is what the prologue makes it: not always 16 below the canonical frame address.
        if (code.length > 1
                && code[0] == DW_OP_BREG0 + Registers.stackPointer(machine).number()) {
            Expression it = new Expression(machine, FrameBase.UNKNOWN, false, code);
            if (it.step(it.in.u8()) && it.in.atEnd()) {
                return new FrameBase(it.offset, true);
            }
        }
        return FrameBase.UNKNOWN;
    }
}
