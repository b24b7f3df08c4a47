package dev.stet.binary.code;

import java.util.Optional;

/// Which instructions the kernel does not let a uprobe replace: it would have to run a copy of them
/// elsewhere, one step, and cannot (Linux: `arch/x86/kernel/uprobes.c`, `good_insns_64`, `good_2byte_insns`,
/// `is_prefix_bad`, `insn_masking_exception`). Where kernels differ the strictest counts, since one refusal
/// fails the whole link.
public final class X86Refusal {
    private X86Refusal() {}

    /// @param at where the instruction begins in `code`
    /// @return why it may not be probed; empty if it may
    public static Optional<String> of(byte[] code, int at, X86Decoder.Instruction instruction) {
        for (int i = at; i < at + instruction.opcodeAt(); i++) {
            String refusal = prefix(code[i] & 0xff);
            if (refusal != null) {
                return Optional.of(refusal);
            }
        }
        if (instruction.vex()) {
            return Optional.empty();
        }
        int opcodeAt = at + instruction.opcodeAt();
        int opcode = code[opcodeAt] & 0xff;
        String refusal = opcode == 0x0f ? twoByte(code[opcodeAt + 1] & 0xff) : oneByte(opcode, code, opcodeAt);
        return Optional.ofNullable(refusal);
    }

    private static String prefix(int prefix) {
        return switch (prefix) {
            case 0xf0 -> "has a LOCK prefix: the kernel cannot single-step it";
            case 0x26, 0x2e, 0x36, 0x3e -> "has a segment prefix (%02x), which the kernel refuses".formatted(prefix);
            default -> null;
        };
    }

    private static String oneByte(int opcode, byte[] code, int opcodeAt) {
        return switch (opcode) {
            case 0xcc -> "is an int3: somebody's breakpoint, or not meant to be run";
            case 0x6c, 0x6d, 0x6e, 0x6f, 0xe4, 0xe5, 0xe6, 0xe7, 0xec, 0xed, 0xee, 0xef ->
                "reads or writes an I/O port, which the kernel refuses";
            case 0xcd, 0xf1 -> "is a software interrupt, which the kernel refuses";
            case 0xcf -> "is an IRET, which the kernel refuses";
            case 0xf4, 0xfa, 0xfb -> "is privileged (%02x), which the kernel refuses".formatted(opcode);
            // MOV to SS holds off the very trap that a single step needs.
            case 0x8e -> ((code[opcodeAt + 1] >> 3) & 7) == 2 ? "loads the stack segment: the kernel refuses it" : null;
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

    /// An instruction that no program in user space has any use for is a sign that the bytes are data.
    ///
    /// @return null if it may be code
    public static String outOfPlace(byte[] code, int at, X86Decoder.Instruction instruction) {
        if (instruction.vex()) {
            return null;
        }
        int opcode = code[at + instruction.opcodeAt()] & 0xff;
        return switch (opcode) {
            case 0x6c, 0x6d, 0x6e, 0x6f, 0xe4, 0xe5, 0xe6, 0xe7, 0xec, 0xed, 0xee, 0xef -> "input or output";
            case 0xca, 0xcb, 0xcf -> "a far return";
            case 0xfa, 0xfb -> "CLI or STI";
            default -> null;
        };
    }
}
