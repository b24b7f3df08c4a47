package dev.stet.binary;

/// When a conditional jump is taken. Registers have the numbers of the machine's encoding.
public sealed interface Condition {
    /// x86-64: by RFLAGS.
    ///
    /// @param code tttn, 0 to 15 (Intel SDM volume 2, table B-1)
    record X86Flags(int code) implements Condition {
        private static final int CF = 1;
        private static final int PF = 1 << 2;
        private static final int ZF = 1 << 6;
        private static final int SF = 1 << 7;
        private static final int OF = 1 << 11;

        public X86Flags {
            check(code, 16);
        }

        /// Is the jump taken with these RFLAGS?
        public boolean holds(long flags) {
            boolean less = (flags & SF) != 0 != ((flags & OF) != 0);
            boolean met = switch (code >> 1) {
                case 0 -> (flags & OF) != 0;
                case 1 -> (flags & CF) != 0;
                case 2 -> (flags & ZF) != 0;
                case 3 -> (flags & (CF | ZF)) != 0;
                case 4 -> (flags & SF) != 0;
                case 5 -> (flags & PF) != 0;
                case 6 -> less;
                default -> less || (flags & ZF) != 0;
            };
            return met == ((code & 1) == 0);
        }
    }

    /// aarch64: by PSTATE's N, Z, C and V.
    ///
    /// @param code 0 to 15 (Arm ARM C1.2.4)
    record ArmFlags(int code) implements Condition {
        public ArmFlags {
            check(code, 16);
        }

        /// Is the jump taken with this PSTATE, whose bits 31 to 28 are N, Z, C and V?
        public boolean holds(long pstate) {
            boolean n = (pstate & 1L << 31) != 0;
            boolean z = (pstate & 1L << 30) != 0;
            boolean c = (pstate & 1L << 29) != 0;
            boolean v = (pstate & 1L << 28) != 0;
            boolean met = switch (code >> 1) {
                case 0 -> z;
                case 1 -> c;
                case 2 -> n;
                case 3 -> v;
                case 4 -> c && !z;
                case 5 -> n == v;
                case 6 -> n == v && !z;
                default -> true;
            };
            return code == 15 || met == ((code & 1) == 0);
        }
    }

    /// Taken if a register is zero, or is not: CBZ, CBNZ, JRCXZ.
    ///
    /// @param register its number
    /// @param bits how many of its lower bits are looked at: 32 or 64
    /// @param zero taken if they are zero, else if they are not
    record Register(int register, int bits, boolean zero) implements Condition {
        public Register {
            check(register, 32);
            check(bits, 65);
        }
    }

    /// Taken if one bit of a register is set, or is not: TBZ, TBNZ.
    ///
    /// @param register its number
    /// @param bit 0 to 63
    /// @param set taken if it is set, else if it is not
    record RegisterBit(int register, int bit, boolean set) implements Condition {
        public RegisterBit {
            check(register, 32);
            check(bit, 64);
        }
    }

    private static void check(int value, int bound) {
        if (value < 0 || value >= bound) {
            throw new IllegalArgumentException(value + " is not below " + bound);
        }
    }
}
