package dev.stet.probe.compile;

import java.util.List;

/// What a program computes of a call: 64 bits, or a failure. It is the intermediate form between
/// [dev.stet.probe.expression.Expression], which knows names and types, and BPF instructions, which know
/// neither. [Interpreter] says what each means; [WordCompiler] translates.
///
/// A failure is memory that cannot be read, a division by zero, or a failed operand that is looked at.
public sealed interface Word {
    /// The same always.
    record Constant(long value) implements Word {}

    /// A register of the target as the probe finds it.
    ///
    /// @param offset in struct pt_regs
    record Register(int offset) implements Word {}

    /// Memory of the target, little-endian.
    ///
    /// @param bytes 1, 2, 4 or 8
    /// @param signed a value of less than 8 bytes is sign-extended, else zero-extended
    record Load(Word address, int bytes, boolean signed) implements Word {
        public Load {
            if (bytes != 1 && bytes != 2 && bytes != 4 && bytes != 8) {
                throw new IllegalArgumentException("a load of " + bytes + " bytes");
            }
        }
    }

    /// Two words in, one out.
    record Calculation(Operator operator, Word left, Word right) implements Word {}

    /// 1 if both are not 0, else 0. The second is looked at only if the first is not 0.
    record Both(Word left, Word right) implements Word {}

    /// 1 if either is not 0, else 0. The second is looked at only if the first is 0.
    record Either(Word left, Word right) implements Word {}

    /// One of two, and only that one is looked at.
    ///
    /// @param condition not 0: `then`
    record Choice(Word condition, Word then, Word otherwise) implements Word {}

    /// A word that was computed at the entry and kept for the end: [Recording#saved].
    record Saved(int index) implements Word {}

    /// Nanoseconds from the entry to the end; at the end only.
    record Latency() implements Word {}

    /// The process, as the host numbers it.
    record ProcessId() implements Word {}

    /// The thread, as the host numbers it.
    record ThreadId() implements Word {}

    /// The cookie of the probe that fired: [Recording] says what its bits mean.
    record Cookie() implements Word {}

    /// What can be done with two words.
    enum Operator {
        ADD,
        SUBTRACT,
        MULTIPLY,
        /// Towards zero; fails if the right one is 0.
        DIVIDE_UNSIGNED,
        /// Towards zero; fails if the right one is 0. The least number divided by -1 is itself.
        DIVIDE_SIGNED,
        /// Fails if the right one is 0.
        REMAINDER_UNSIGNED,
        /// With the sign of the left one; fails if the right one is 0.
        REMAINDER_SIGNED,
        AND,
        OR,
        XOR,
        /// By the right one's lowest six bits.
        SHIFT_LEFT,
        /// Filling with zeros.
        SHIFT_RIGHT_UNSIGNED,
        /// Filling with the sign.
        SHIFT_RIGHT_SIGNED,
        /// 1 or 0, like all that follow.
        EQUAL,
        NOT_EQUAL,
        LESS_UNSIGNED,
        LESS_SIGNED,
        LESS_OR_EQUAL_UNSIGNED,
        LESS_OR_EQUAL_SIGNED
    }

    /// A number.
    static Word of(long value) {
        return new Constant(value);
    }

    /// This and a number added.
    default Word plus(long number) {
        return switch (this) {
            case Constant(long value) -> new Constant(value + number);
            case Calculation(var operator, var left, Constant(long value))
            when operator == Operator.ADD -> left.plus(value + number);
            default -> number == 0 ? this : calculate(Operator.ADD, of(number));
        };
    }

    /// `this operator right`
    default Word calculate(Operator operator, Word right) {
        return new Calculation(operator, this, right);
    }

    /// Eight bytes at this address.
    default Word load() {
        return new Load(this, 8, false);
    }

    /// Some bytes at this address.
    default Word load(int bytes, boolean signed) {
        return new Load(this, bytes, signed);
    }

    /// The words it is made of, in the order in which they are looked at.
    default List<Word> parts() {
        return switch (this) {
            case Load load -> List.of(load.address);
            case Calculation calculation -> List.of(calculation.left, calculation.right);
            case Both both -> List.of(both.left, both.right);
            case Either either -> List.of(either.left, either.right);
            case Choice choice -> List.of(choice.condition, choice.then, choice.otherwise);
            case Constant _, Register _, Saved _, Latency _, ProcessId _, ThreadId _, Cookie _ -> List.of();
        };
    }
}
