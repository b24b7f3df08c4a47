package dev.stet.binary.code;

import java.util.Arrays;
import java.util.Optional;

/// Which instructions the kernel does not let a uprobe replace: it would have to run a copy of them
/// elsewhere, one step, and cannot (Linux: `arch/x86/kernel/uprobes.c`, `good_insns_64`, `good_2byte_insns`,
/// `is_prefix_bad`, `insn_masking_exception`). Where kernels differ the strictest counts, since one refusal
/// fails the whole link.
public final class X86Refusal {
    private static final boolean[] OUT_OF_PLACE = outOfPlace();

    private static final String WORD_BRANCH = "is a jump or call with a 66 prefix, which the kernel refuses";

    private static final String VEX = "is a vector instruction that the kernel takes for another, which it refuses";

    /// The kernel asks its table of one-byte opcodes about VEX and EVEX, too, although they are others: so it
    /// refuses `vmovdqa`, 6f, because of OUTS.
    private static final boolean[] VEX_REFUSED = vexRefused();

    private X86Refusal() {}

    /// @param it the instruction
    /// @return why it may not be probed; empty if it may
    public static Optional<String> of(X86Decoder it) {
        return Optional.ofNullable(find(it));
    }

    /// Stet's own refusal: probed, a five-byte NOP becomes a call at its first hit (Linux 6.18,
    /// `arch_uprobe_optimize`), which writes below the stack pointer. At a function's entry nothing is there.
    ///
    /// @return null if it may be probed
    static String behindEntry(X86Decoder it) {
        return it.length() == 5 && it.isNop()
                ? "is a five-byte NOP behind the entry: the kernel makes it a call, which writes over the red zone"
                : null;
    }

    /// @return null if it may be probed
    static String find(X86Decoder it) {
        int prefixes = it.prefixes();
        if ((prefixes & X86Decoder.LOCK) != 0) {
            return "has a LOCK prefix: the kernel cannot single-step it";
        }
        if ((prefixes & X86Decoder.IDLE_SEGMENT) != 0) {
            return "has a segment prefix (CS, DS, ES, SS), which the kernel refuses";
        }
        return switch (it.map()) {
            case X86Decoder.ONE_BYTE -> isWordBranch(it) ? WORD_BRANCH : oneByte(it);
            case X86Decoder.TWO_BYTE -> isWordBranch(it) ? WORD_BRANCH : twoByte(it.opcode());
            case X86Decoder.MAP_VEX -> VEX_REFUSED[it.opcode()] ? VEX : null;
            case X86Decoder.MAP_XOP -> "is an XOP instruction, which most kernels take for another";
            default -> null;
        };
    }

    /// Linux: `branch_setup_xol_ops`.
    private static boolean isWordBranch(X86Decoder it) {
        if ((it.prefixes() & X86Decoder.OPERAND_16) == 0) {
            return false;
        }
        return switch (it.kind()) {
            case JUMP, CONDITIONAL_JUMP, CALL -> true;
            case OTHER, RETURN, FAR_RETURN, COUNTED_JUMP, INDIRECT_JUMP, INDIRECT_CALL, STOP -> false;
        };
    }

    /// What some kernel's `good_insns_64` lacks.
    private static final String BAD_OPCODES = "06-07 0e-0f 16-17 1e-1f 26-27 2e-2f 36-37 3e-3f 40-4f 60-62 66-67 6c-6f"
            + " 82-82 9a-9a c4-c5 cc-cf d4-d6 e4-e7 ea-ea ec-f1 f4-f4 fa-fb";

    private static boolean[] vexRefused() {
        boolean[] all = new boolean[256];
        for (String range : BAD_OPCODES.split(" ", -1)) {
            int from = Integer.parseInt(range.substring(0, 2), 16);
            int to = Integer.parseInt(range.substring(3), 16);
            Arrays.fill(all, from, to + 1, true);
        }
        return all;
    }

    private static String oneByte(X86Decoder it) {
        return switch (it.opcode()) {
            case 0xcc -> "is an int3: somebody's breakpoint, or not meant to be run";
            case 0x6c, 0x6d, 0x6e, 0x6f, 0xe4, 0xe5, 0xe6, 0xe7, 0xec, 0xed, 0xee, 0xef ->
                "reads or writes an I/O port, which the kernel refuses";
            case 0xcd, 0xf1 -> "is a software interrupt, which the kernel refuses";
            case 0xcf -> "is an IRET, which the kernel refuses";
            case 0xf4, 0xfa, 0xfb -> "is privileged (%02x), which the kernel refuses".formatted(it.opcode());
            // MOV to SS holds off the very trap that a single step needs.
            case 0x8e -> (it.reg() & 7) == 2 ? "loads the stack segment: the kernel refuses it" : null;
            default -> null;
        };
    }

    private static String twoByte(int opcode) {
        return switch (opcode) {
            case 0x05, 0x34 -> "is a system call, which the kernel refuses";
            case 0x0b -> "is a UD2: not meant to be run";
            case 0x00,
                    0x01,
                    0x02,
                    0x03,
                    0x06,
                    0x07,
                    0x08,
                    0x09,
                    0x20,
                    0x21,
                    0x22,
                    0x23,
                    0x30,
                    0x32,
                    0x33,
                    0x35,
                    0x37,
                    0x78,
                    0x79,
                    0xa6,
                    0xa7,
                    0xaa,
                    0xae -> "is a system instruction (0f %02x), which the kernel refuses".formatted(opcode);
            default -> null;
        };
    }

    static boolean isOutOfPlace(X86Decoder it) {
        return it.map() == X86Decoder.ONE_BYTE && OUT_OF_PLACE[it.opcode()];
    }

    private static boolean[] outOfPlace() {
        boolean[] all = new boolean[256];
        for (int opcode : new int[] {
            0x6c, 0x6d, 0x6e, 0x6f, 0xca, 0xcb, 0xcf, 0xe4, 0xe5, 0xe6, 0xe7, 0xec, 0xed, 0xee, 0xef, 0xfa, 0xfb
        }) {
            all[opcode] = true;
        }
        return all;
    }

    /// An instruction that no program in user space has any use for is a sign that the bytes are data.
    ///
    /// @return what it is
    static String outOfPlace(X86Decoder it) {
        return switch (it.opcode()) {
            case 0x6c, 0x6d, 0x6e, 0x6f, 0xe4, 0xe5, 0xe6, 0xe7, 0xec, 0xed, 0xee, 0xef -> "input or output";
            case 0xca, 0xcb, 0xcf -> "a far return";
            case 0xfa, 0xfb -> "CLI or STI";
            default -> "nothing";
        };
    }
}
