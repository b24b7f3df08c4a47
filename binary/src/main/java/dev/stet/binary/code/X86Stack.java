package dev.stet.binary.code;

/// Follows the stack pointer through the instructions of a part, on x86-64.
final class X86Stack {
    private static final int RSP = 4;
    private static final int RBP = 5;

    /// Sees each instruction with the stack before it.
    interface Visitor {
        void visit(X86Decoder it, StackState stack, int at);
    }

    private final X86Decoder decoder = new X86Decoder();
    private final StackState stack = new StackState();

    /// The state at what jumps go to.
    private long[] states = {};

    /// Visits all instructions in order, after a first pass for the jumps that go back.
    void follow(Part part, Visitor visitor) {
        states = new long[part.decoded];
        pass(part, (_, _, _) -> {});
        pass(part, visitor);
        states = new long[0];
    }

    private void pass(Part part, Visitor visitor) {
        stack.enter();
        long atTable = 0;
        boolean reached = true;
        int at = 0;
        while (at < part.decoded && decoder.decode(part.code, part.from + at, part.from + part.decoded)) {
            if (!reached) {
                restore(states[at] != 0 ? states[at] : atTable);
            }
            visitor.visit(decoder, stack, at);
            step(decoder, stack);
            reached = true;
            switch (decoder.kind()) {
                case JUMP, CONDITIONAL_JUMP, COUNTED_JUMP -> {
                    reached = decoder.kind() != X86Decoder.Kind.JUMP;
                    long target = (long) decoder.next() - part.from + decoder.relative();
                    if (target >= 0 && target < states.length && states[(int) target] == 0) {
                        states[(int) target] = stack.packed();
                    }
                }
                case INDIRECT_JUMP -> {
                    reached = false;
                    atTable = stack.packed();
                }
                case RETURN, FAR_RETURN, STOP -> reached = false;
                case OTHER, CALL, INDIRECT_CALL -> {}
            }
            at = decoder.next() - part.from;
        }
    }

    private void restore(long packed) {
        if (packed == 0) {
            stack.forget();
        } else {
            stack.unpack(packed);
        }
    }

    private static void step(X86Decoder it, StackState stack) {
        if (it.map() != X86Decoder.ONE_BYTE) {
            return;
        }
        int opcode = it.opcode();
        if (opcode >= 0x50 && opcode < 0x60) {
            pushOrPop(it, stack);
            return;
        }
        switch (opcode) {
            case 0x68, 0x6a, 0x9c -> stack.lower(8);
            case 0x9d -> stack.lower(-8);
            case 0x8f -> stack.lower(-8);
            case 0xc8 -> stack.forget();
            case 0xc9 -> {
                stack.toFrame(0);
                stack.lower(-8);
                stack.setFrame(StackState.UNKNOWN);
            }
            case 0xff -> {
                if ((it.reg() & 7) == 6) {
                    stack.lower(8);
                }
            }
            case 0x81, 0x83 -> arithmetic(it, stack, opcode == 0x83 ? 1 : 4);
            case 0x8d -> lea(it, stack);
            case 0x89 -> move(it, stack, it.rm(), it.reg());
            case 0x8b -> move(it, stack, it.reg(), it.rm());
            case 0x01, 0x29, 0x21 -> spoil(it, stack, it.rm());
            case 0x03, 0x2b, 0x23, 0x87 -> spoil(it, stack, it.reg());
            default -> {}
        }
    }

    private static void pushOrPop(X86Decoder it, StackState stack) {
        boolean push = it.opcode() < 0x58;
        int bytes = (it.prefixes() & X86Decoder.OPERAND_16) != 0 ? 2 : 8;
        stack.lower(push ? bytes : -bytes);
        int register = (it.opcode() & 7) | (it.rex() & 1) << 3;
        if (!push && register == RBP) {
            stack.setFrame(StackState.UNKNOWN);
        } else if (!push && register == RSP) {
            stack.setDepth(StackState.UNKNOWN);
        }
    }

    private static void arithmetic(X86Decoder it, StackState stack, int bytes) {
        if (it.isMemory() || it.rm() != RSP) {
            if (!it.isMemory() && it.rm() == RBP && (it.reg() & 7) != 7) {
                stack.setFrame(StackState.UNKNOWN);
            }
            return;
        }
        switch (it.reg() & 7) {
            case 0 -> stack.lower(-it.immediate(bytes));
            case 5 -> stack.lower(it.immediate(bytes));
            case 7 -> {}
            default -> stack.setDepth(StackState.UNKNOWN);
        }
    }

    private static void lea(X86Decoder it, StackState stack) {
        int base = it.base();
        boolean plain = it.index() < 0;
        if (it.reg() == RSP) {
            if (plain && base == RSP) {
                stack.lower(-it.displacement());
            } else if (plain && base == RBP) {
                stack.toFrame(it.displacement());
            } else {
                stack.setDepth(StackState.UNKNOWN);
            }
        } else if (it.reg() == RBP) {
            if (plain && base == RSP) {
                stack.makeFrame(it.displacement());
            } else {
                stack.setFrame(StackState.UNKNOWN);
            }
        }
    }

    private static void move(X86Decoder it, StackState stack, int to, int from) {
        boolean registers = !it.isMemory();
        if (it.opcode() == 0x89 && !registers) {
            return;
        }
        if (to == RSP) {
            if (registers && from == RBP) {
                stack.toFrame(0);
            } else {
                stack.setDepth(StackState.UNKNOWN);
            }
        } else if (to == RBP) {
            if (registers && from == RSP) {
                stack.makeFrame(0);
            } else {
                stack.setFrame(StackState.UNKNOWN);
            }
        }
    }

    private static void spoil(X86Decoder it, StackState stack, int register) {
        boolean toMemory = it.isMemory() && (it.opcode() & 2) == 0;
        if (!toMemory && register == RSP) {
            stack.setDepth(StackState.UNKNOWN);
        } else if (!toMemory && register == RBP) {
            stack.setFrame(StackState.UNKNOWN);
        }
    }

    /// Has it an operand below the stack pointer, within the red zone?
    static boolean usesRedZone(X86Decoder it, StackState stack) {
        if (!it.isMemory() || it.isRipRelative()) {
            return false;
        }
        int base = it.base();
        long below = 0;
        if (base == RSP) {
            below = it.displacement();
        } else if (base == RBP && stack.frame() != StackState.UNKNOWN && stack.depth() != StackState.UNKNOWN) {
            below = (long) it.displacement() - stack.frame() + stack.depth();
        }
        boolean moves = it.map() == X86Decoder.ONE_BYTE && it.opcode() == 0x8d && it.reg() == RSP;
        return !moves && !it.isNop() && below < 0 && below >= -RED_ZONE_BYTES;
    }

    /// What the ABI lets a function use below its stack pointer (System V ABI, AMD64, 3.2.2).
    private static final int RED_ZONE_BYTES = 128;
}
