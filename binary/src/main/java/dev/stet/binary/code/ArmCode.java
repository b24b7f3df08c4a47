package dev.stet.binary.code;

import java.util.Optional;

/// Tells aarch64 instructions apart by their bits (Arm ARM C4.1), and which of them the kernel does not let a
/// uprobe replace (Linux: `arch/arm64/kernel/probes/decode-insn.c`; where kernels differ the strictest
/// counts).
public final class ArmCode {
    static final int BYTES = 4;

    private ArmCode() {}

    /// The instruction at the index, which must have four bytes.
    public static int word(byte[] code, int at) {
        return (code[at] & 0xff) | (code[at + 1] & 0xff) << 8 | (code[at + 2] & 0xff) << 16 | code[at + 3] << 24;
    }

    private static boolean is(int word, int mask, int value) {
        return (word & mask) == value;
    }

    /// RET, with any register.
    static boolean isReturn(int word) {
        return is(word, 0xfffffc1f, 0xd65f0000);
    }

    /// RETAA, RETAB; RETAASPPC, RETABSPPC.
    static boolean isCheckedReturn(int word) {
        return is(word, 0xfffffbff, 0xd65f0bff) || is(word, 0xff80001f, 0x5500001f);
    }

    static boolean isJump(int word) {
        return is(word, 0xfc000000, 0x14000000);
    }

    static boolean isCall(int word) {
        return is(word, 0xfc000000, 0x94000000);
    }

    /// B.cond, and BC.cond with bit 4.
    static boolean isFlagsJump(int word) {
        return is(word, 0xff000000, 0x54000000);
    }

    /// CBZ, CBNZ.
    static boolean isZeroJump(int word) {
        return is(word, 0x7e000000, 0x34000000);
    }

    /// TBZ, TBNZ.
    static boolean isBitJump(int word) {
        return is(word, 0x7e000000, 0x36000000);
    }

    static boolean isConditionalJump(int word) {
        return isFlagsJump(word) || isZeroJump(word) || isBitJump(word);
    }

    static boolean isIndirectJump(int word) {
        return is(word, 0xfffffc1f, 0xd61f0000);
    }

    /// BRAA and its like, which check the address.
    static boolean isCheckedIndirectJump(int word) {
        return is(word, 0xfefff800, 0xd61f0800);
    }

    /// BLR, BLRAA and its like.
    static boolean isIndirectCall(int word) {
        return is(word, 0xfffffc1f, 0xd63f0000) || is(word, 0xfefff800, 0xd63f0800);
    }

    /// UDF, BRK, HLT: nothing runs behind it.
    static boolean isStop(int word) {
        return is(word, 0xffff0000, 0) || is(word, 0xffe0001f, 0xd4200000) || is(word, 0xffe0001f, 0xd4400000);
    }

    static boolean isNop(int word) {
        return word == 0xd503201f;
    }

    /// How far a direct jump goes, in bytes from its own beginning.
    static long relative(int word) {
        if (isJump(word) || isCall(word)) {
            return (long) (word << 6 >> 6) * BYTES;
        }
        return isBitJump(word) ? (long) (word << 13 >> 18) * BYTES : (long) (word << 8 >> 13) * BYTES;
    }

    /// LDR (literal) of any kind: its bytes are data among the code.
    static boolean isLiteralLoad(int word) {
        return is(word, 0x3b000000, 0x18000000) && !is(word, 0xff000000, 0xd8000000);
    }

    /// How far the data of a literal load is, in bytes from its own beginning.
    static long literal(int word) {
        return (long) (word << 8 >> 13) * BYTES;
    }

    /// How much a literal load reads.
    static int literalBytes(int word) {
        int size = word >>> 30;
        boolean vector = (word & 1 << 26) != 0;
        return vector ? 4 << Math.min(size, 2) : size == 1 ? 8 : 4;
    }

    /// LDXR and its like, which begin what must not be interrupted.
    static boolean isExclusiveLoad(int word) {
        return is(word, 0x3fc00000, 0x08400000);
    }

    static boolean isExclusiveStore(int word) {
        return is(word, 0x3fc00000, 0x08000000);
    }

    /// Why it may not be probed, with the instruction as the subject.
    ///
    /// @return empty if it may
    public static Optional<String> refusal(int word) {
        if (is(word, 0x1c000000, 0x14000000)) {
            return system(word);
        }
        if (is(word, 0xffff0000, 0)) {
            return Optional.of("is not meant to be run");
        }
        if (isLiteralLoad(word) || is(word, 0xff000000, 0xd8000000)) {
            return Optional.of("reads data beside the code, which it would not find from a copy");
        }
        if (is(word, 0x3f800000, 0x08000000)) {
            return Optional.of("is one of an exclusive load and store, which a probe would never let succeed");
        }
        if (is(word, 0x3b200c00, 0x19000400)) {
            return Optional.of("is one of a series that copies memory, which the kernel refuses");
        }
        return Optional.empty();
    }

    private static Optional<String> system(int word) {
        if (isCheckedReturn(word) || isCheckedIndirectJump(word) || is(word, 0xfefff800, 0xd63f0800)) {
            return Optional.of("jumps to an address that it authenticates, which the kernel refuses");
        }
        if (is(word, 0xff000010, 0x54000010)) {
            return Optional.of("is a BC.cond, which the kernel does not know");
        }
        if (is(word, 0xff000000, 0xd4000000)) {
            return Optional.of("is a system call or a breakpoint, which the kernel refuses");
        }
        if (is(word, 0xfff8f01f, 0xd500401f) || is(word, 0xfff00000, 0xd5100000)) {
            return Optional.of("writes a system register, which the kernel refuses");
        }
        if (is(word, 0xffffffe0, 0xd53b4220)) {
            return Optional.of("reads DAIF, which the kernel refuses");
        }
        if (word == 0xd69f03e0 || is(word, 0xfffffbff, 0xd69f0bff)) {
            return Optional.of("is an ERET, which the kernel refuses");
        }
        if (is(word, 0xfffff01f, 0xd503201f)) {
            return hint(word >> 5 & 0x7f);
        }
        return Optional.empty();
    }

    /// Of the hints the kernel steps over those that cannot fault: NOP, XPACLRI, PACIA1716, PACIB1716,
    /// PACIAZ, PACIASP, PACIBZ, PACIBSP and BTI.
    private static Optional<String> hint(int number) {
        return switch (number) {
            case 0, 7, 8, 10, 24, 25, 26, 27, 32, 34, 36, 38 -> Optional.empty();
            default -> Optional.of("is a hint (%d) that the kernel refuses".formatted(number));
        };
    }
}
