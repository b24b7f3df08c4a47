package dev.stet.probe.compile;

import dev.stet.bpf.Alu;
import dev.stet.bpf.Size;
import dev.stet.bpf.Test;
import java.util.List;

/// An instruction over variables, of which there may be any number: [Lowering] makes them, [Allocation] gives
/// each variable a register or a place on the stack, [Emission] writes BPF. Jumps go forward only, so a
/// variable is alive from where it is first mentioned to where it is last.
sealed interface Step {
    /// A variable.
    record Variable(int number) implements Operand {}

    /// What stands on the right of a sign.
    sealed interface Operand {}

    /// A number that fits into an instruction.
    record Immediate(int number) implements Operand {}

    /// `to = number`
    record Set(Variable to, long number) implements Step {}

    /// `to = from`
    record Copy(Variable to, Variable from) implements Step {}

    /// `to = to op operand`
    record Compute(Alu op, Variable to, Operand operand) implements Step {}

    /// `to` = 8 bytes of the program's context, the target's registers.
    record Context(Variable to, int offset) implements Step {}

    /// `to` = 8 bytes of the program's stack.
    record Local(Variable to, int offset) implements Step {}

    /// 8 bytes of the program's stack = `from`
    record Store(int offset, Variable from) implements Step {}

    /// `to` = 8 bytes of the record.
    record Recall(Variable to, int offset) implements Step {}

    /// 8 bytes of the record = `from`
    record Keep(int offset, Variable from) implements Step {}

    /// 8 bytes of the record = a number.
    record KeepNumber(int offset, int number) implements Step {}

    /// `to` = so many bytes of the target's memory, zero-extended; goes on at `failed` if they are not to be had.
    record Read(Variable to, Variable address, Size size, String failed) implements Step {}

    /// Bytes of the record = text at `address` up to its NUL; `taken` = how many, the NUL included.
    record ReadText(Variable taken, Variable address, int offset, int max, String failed) implements Step {}

    /// The slot at `offset` of the record = how many bytes were read, and those at `address`.
    ///
    /// @param length not negative; what is above `max` is cut off
    record ReadBlock(Variable address, Variable length, int offset, int max, String failed) implements Step {}

    /// Bytes of the record = return addresses; `taken` = how many bytes.
    record ReadStack(Variable taken, int offset, int bytes, String failed) implements Step {}

    /// `if (left test right) goto label`
    record Branch(Test test, Variable left, Operand right, String label) implements Step {}

    /// `goto label`
    record Goto(String label) implements Step {}

    /// Here is `label`.
    record Label(String label) implements Step {}

    /// The variables it reads, then the one it writes.
    default List<Variable> variables() {
        return switch (this) {
            case Set(var to, var _) -> List.of(to);
            case Copy(var to, var from) -> List.of(from, to);
            case Compute(var _, var to, var operand) ->
                operand instanceof Variable right ? List.of(right, to) : List.of(to);
            case Context(var to, var _) -> List.of(to);
            case Local(var to, var _) -> List.of(to);
            case Recall(var to, var _) -> List.of(to);
            case Keep(var _, var from) -> List.of(from);
            case Store(var _, var from) -> List.of(from);
            case KeepNumber _, Goto _, Label _ -> List.of();
            case Read(var to, var address, var _, var _) -> List.of(address, to);
            case ReadText(var taken, var address, var _, var _, var _) -> List.of(address, taken);
            case ReadBlock(var address, var length, var _, var _, var _) -> List.of(address, length);
            case ReadStack(var taken, var _, var _, var _) -> List.of(taken);
            case Branch(var _, var left, var right, var _) ->
                right instanceof Variable variable ? List.of(left, variable) : List.of(left);
        };
    }

    /// Does it call the kernel, which leaves nothing in the registers R0 to R5?
    default boolean calls() {
        return this instanceof Read
                || this instanceof ReadText
                || this instanceof ReadBlock
                || this instanceof ReadStack;
    }
}
