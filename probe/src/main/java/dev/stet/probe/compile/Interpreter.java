package dev.stet.probe.compile;

import java.util.OptionalLong;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;

/// What a [Word] means: the reference that the compiler is tested against.
///
/// @param registers a register's value, by its offset in struct pt_regs
/// @param memory of the target
/// @param saved a word that was kept from the entry; empty if it failed
/// @param latency nanoseconds
/// @param pidTgid as bpf_get_current_pid_tgid says
/// @param cookie of the probe
public record Interpreter(
        IntToLongFunction registers,
        Memory memory,
        IntFunction<OptionalLong> saved,
        long latency,
        long pidTgid,
        long cookie) {
    /// Memory of a target.
    public interface Memory {
        /// So many bytes (1, 2, 4 or 8), little-endian and zero-extended; empty if one of them cannot be read.
        OptionalLong read(long address, int bytes);
    }

    private static final class Failure extends Exception {
        private static final long serialVersionUID = 1L;

        Failure() {
            super(null, null, false, false);
        }
    }

    /// The word's value; empty if it fails.
    public OptionalLong evaluate(Word word) {
        try {
            return OptionalLong.of(value(word));
        } catch (Failure e) {
            return OptionalLong.empty();
        }
    }

    private long value(Word word) throws Failure {
        return switch (word) {
            case Word.Constant(long value) -> value;
            case Word.Register(int offset) -> registers.applyAsLong(offset);
            case Word.Load(var address, int bytes, boolean signed) -> {
                long raw = memory.read(value(address), bytes).orElseThrow(Failure::new);
                int unused = 64 - 8 * bytes;
                yield signed ? raw << unused >> unused : raw;
            }
            case Word.Calculation(var operator, var left, var right) -> calculate(operator, value(left), value(right));
            case Word.Both(var left, var right) -> value(left) != 0 && value(right) != 0 ? 1 : 0;
            case Word.Either(var left, var right) -> value(left) != 0 || value(right) != 0 ? 1 : 0;
            case Word.Choice(var condition, var then, var otherwise) ->
                value(condition) != 0 ? value(then) : value(otherwise);
            case Word.Saved(int index) -> saved.apply(index).orElseThrow(Failure::new);
            case Word.Latency _ -> latency;
            case Word.ProcessId _ -> pidTgid >>> 32;
            case Word.ThreadId _ -> pidTgid & 0xffffffffL;
            case Word.Cookie _ -> cookie;
        };
    }

    private static long calculate(Word.Operator operator, long left, long right) throws Failure {
        return switch (operator) {
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            case MULTIPLY -> left * right;
            case DIVIDE_UNSIGNED -> Long.divideUnsigned(left, divisor(right));
            case DIVIDE_SIGNED -> left / divisor(right);
            case REMAINDER_UNSIGNED -> Long.remainderUnsigned(left, divisor(right));
            case REMAINDER_SIGNED -> left % divisor(right);
            case AND -> left & right;
            case OR -> left | right;
            case XOR -> left ^ right;
            case SHIFT_LEFT -> left << right;
            case SHIFT_RIGHT_UNSIGNED -> left >>> right;
            case SHIFT_RIGHT_SIGNED -> left >> right;
            case EQUAL -> left == right ? 1 : 0;
            case NOT_EQUAL -> left != right ? 1 : 0;
            case LESS_UNSIGNED -> Long.compareUnsigned(left, right) < 0 ? 1 : 0;
            case LESS_SIGNED -> left < right ? 1 : 0;
            case LESS_OR_EQUAL_UNSIGNED -> Long.compareUnsigned(left, right) <= 0 ? 1 : 0;
            case LESS_OR_EQUAL_SIGNED -> left <= right ? 1 : 0;
        };
    }

    private static long divisor(long right) throws Failure {
        if (right == 0) {
            throw new Failure();
        }
        return right;
    }
}
