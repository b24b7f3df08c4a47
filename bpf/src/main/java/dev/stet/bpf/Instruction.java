package dev.stet.bpf;

import java.util.Locale;
import java.util.Optional;

/// One instruction. `toString` writes it as the kernel's verifier log does, so that the two can be read side
/// by side.
public sealed interface Instruction {
    /// How many 8-byte slots it takes: jumps count slots, not instructions.
    default int slots() {
        return switch (this) {
            case LoadNumber _, LoadMap _ -> 2;
            case Arithmetic _, ArithmeticNumber _, Load _, Store _, StoreNumber _, AtomicAdd _, Jump _, Branch _ -> 1;
            case BranchNumber _, Call _, Exit _ -> 1;
        };
    }

    /// The label it may jump to, if it is a jump.
    default Optional<String> target() {
        return switch (this) {
            case Jump jump -> Optional.of(jump.label);
            case Branch branch -> Optional.of(branch.label);
            case BranchNumber branch -> Optional.of(branch.label);
            case Arithmetic _, ArithmeticNumber _, LoadNumber _, LoadMap _, Load _, Store _, StoreNumber _ ->
                Optional.empty();
            case AtomicAdd _, Call _, Exit _ -> Optional.empty();
        };
    }

    /// `dst = dst op src`
    record Arithmetic(Alu op, Register dst, Register src) implements Instruction {
        @Override
        public String toString() {
            return name(dst) + " " + op.sign + " " + name(src);
        }
    }

    /// `dst = dst op number`, the number sign-extended
    record ArithmeticNumber(Alu op, Register dst, int number) implements Instruction {
        @Override
        public String toString() {
            return name(dst) + " " + op.sign + " " + number;
        }
    }

    /// `dst = number`, 64 bits
    record LoadNumber(Register dst, long number) implements Instruction {
        @Override
        public String toString() {
            return name(dst) + " = " + number + " ll";
        }
    }

    /// `dst = the map of that name`
    record LoadMap(Register dst, String map) implements Instruction {
        @Override
        public String toString() {
            return name(dst) + " = map[" + map + "]";
        }
    }

    /// `dst = *(src + offset)`
    record Load(Size size, Register dst, Register src, int offset) implements Instruction {
        @Override
        public String toString() {
            return name(dst) + " = " + memory(size, src, offset);
        }
    }

    /// `*(dst + offset) = src`
    record Store(Size size, Register dst, int offset, Register src) implements Instruction {
        @Override
        public String toString() {
            return memory(size, dst, offset) + " = " + name(src);
        }
    }

    /// `*(dst + offset) = number`
    record StoreNumber(Size size, Register dst, int offset, int number) implements Instruction {
        @Override
        public String toString() {
            return memory(size, dst, offset) + " = " + number;
        }
    }

    /// `lock *(u64 *)(dst + offset) += src`
    record AtomicAdd(Register dst, int offset, Register src) implements Instruction {
        @Override
        public String toString() {
            return "lock " + memory(Size.DOUBLE, dst, offset) + " += " + name(src);
        }
    }

    /// `goto label`
    record Jump(String label) implements Instruction {
        @Override
        public String toString() {
            return "goto " + label;
        }
    }

    /// `if dst test src goto label`
    record Branch(Test test, Register dst, Register src, String label) implements Instruction {
        @Override
        public String toString() {
            return "if " + name(dst) + " " + test.sign + " " + name(src) + " goto " + label;
        }
    }

    /// `if dst test number goto label`, the number sign-extended
    record BranchNumber(Test test, Register dst, int number, String label) implements Instruction {
        @Override
        public String toString() {
            return "if " + name(dst) + " " + test.sign + " " + number + " goto " + label;
        }
    }

    /// `r0 = helper(r1, ...)`
    record Call(Helper helper) implements Instruction {
        @Override
        public String toString() {
            return "call bpf_" + helper.name().toLowerCase(Locale.ROOT) + "#" + helper.number;
        }
    }

    /// `return r0`
    record Exit() implements Instruction {
        @Override
        public String toString() {
            return "exit";
        }
    }

    private static String name(Register register) {
        return register == Register.FP ? "r10" : "r" + register.number;
    }

    private static String memory(Size size, Register base, int offset) {
        return "*(u%d *)(%s %s %d)".formatted(size.bytes() * 8, name(base), offset < 0 ? "-" : "+", Math.abs(offset));
    }
}
