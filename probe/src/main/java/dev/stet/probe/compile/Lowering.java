package dev.stet.probe.compile;

import dev.stet.bpf.Alu;
import dev.stet.bpf.Size;
import dev.stet.bpf.Test;
import dev.stet.probe.compile.Step.Immediate;
import dev.stet.probe.compile.Step.Operand;
import dev.stet.probe.compile.Step.Variable;
import dev.stet.probe.compile.Word.Operator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/// Turns words into steps. A word of which several takes are made is read from the target once.
final class Lowering {
    private final List<Step> steps = new ArrayList<>();
    private final Frame frame;
    /// Words that were read already, if they were to be had, and their bit: they are in the record, for of it the
    /// verifier knows nothing. Of variables it would follow every combination of what it knows.
    private final Map<Word, Integer> shared = new HashMap<>();
    private final String stem;
    private int variables;
    private int labels;

    /// Where things are that a program's frame has put somewhere.
    ///
    /// @param cookie on the stack, as an offset from the frame pointer; so are the next two
    /// @param pidTgid `bpf_get_current_pid_tgid`
    /// @param latency nanoseconds; only at the end of a call
    /// @param saved offset in the record of a word that was kept at the entry
    /// @param failed offset in the record of the mask of what failed
    /// @param savedBit its bit in the mask
    record Frame(int cookie, int pidTgid, int latency, IntUnaryOperator saved, IntUnaryOperator savedBit, int failed) {}

    /// @param stem of its labels, for a program may have several of these
    Lowering(Frame frame, String stem) {
        this.frame = frame;
        this.stem = stem;
    }

    List<Step> steps() {
        return List.copyOf(steps);
    }

    /// Goes on at `otherwise` if the condition is 0, and at `failed` if it fails.
    void require(Word condition, String otherwise, String failed) {
        jumpUnless(condition, otherwise, failed);
    }

    /// Puts a word on the stack.
    void store(Word word, int offset, String failed) {
        steps.add(new Step.Store(offset, value(word, failed)));
    }

    /// Puts takes into the record.
    void takes(List<Recording.Slot> slots) {
        List<Word> common = Sharing.of(slots.stream().map(Recording.Slot::take).toList());
        if (!common.isEmpty()) {
            steps.add(new Step.KeepNumber(Recording.SHARED, 0));
        }
        for (int i = 0; i < common.size(); i++) {
            share(common.get(i), i);
        }
        slots.forEach(this::take);
    }

    private void share(Word load, int bit) {
        String failed = label("unshared");
        steps.add(new Step.Keep(Recording.SHARED_WORDS + 8 * bit, value(load, failed)));
        setBit(Recording.SHARED, bit);
        steps.add(new Step.Label(failed));
        shared.put(load, bit);
    }

    private void take(Recording.Slot slot) {
        String failed = label("failed");
        String done = label("done");
        int at = slot.at();
        switch (slot.take()) {
            case Take.Number(Word.Constant(long number))
            when number == (int) number -> steps.add(new Step.KeepNumber(at, (int) number));
            case Take.Number(var word) -> steps.add(new Step.Keep(at, value(word, failed)));
            case Take.Text(var address, int max) -> {
                Variable taken = variable();
                steps.add(new Step.ReadText(taken, value(address, failed), at + 8, max, failed));
                steps.add(new Step.Keep(at, taken));
            }
            case Take.Block(var address, var length, int max) -> block(at, address, length, max, failed);
            case Take.Stack stack -> {
                Variable taken = variable();
                steps.add(new Step.ReadStack(taken, at + 8, 8 * stack.frames(), failed));
                steps.add(new Step.Keep(at, taken));
            }
        }
        if (isTarget(failed)) {
            steps.add(new Step.Goto(done));
            steps.add(new Step.Label(failed));
            setBit(frame.failed, slot.bit());
            steps.add(new Step.Label(done));
        }
    }

    private void block(int at, Word address, Word length, int max, String failed) {
        Pair pair = pair(address, length, failed);
        Variable full = switch (pair.right) {
            case Immediate(int number) -> set(number);
            case Variable variable -> variable;
        };
        steps.add(new Step.Branch(Test.SLT, full, new Immediate(0), failed));
        steps.add(new Step.Keep(at + 8, full));
        steps.add(new Step.ReadBlock(pair.left, full, at, max, failed));
    }

    private void setBit(int offset, int bit) {
        Variable mask = variable();
        Variable one = variable();
        steps.add(new Step.Recall(mask, offset));
        steps.add(new Step.Set(one, 1L << bit));
        steps.add(new Step.Compute(Alu.OR, mask, one));
        steps.add(new Step.Keep(offset, mask));
    }

    private void unlessBit(int offset, int bit, String label) {
        Variable mask = add(to -> new Step.Recall(to, offset));
        Variable one = set(1L << bit);
        steps.add(new Step.Compute(Alu.AND, mask, one));
        steps.add(new Step.Branch(Test.EQ, mask, new Immediate(0), label));
    }

    /// A new variable with the word's value.
    private Variable value(Word word, String failed) {
        Integer known = shared.get(word);
        if (known != null) {
            unlessBit(Recording.SHARED, known, failed);
            return add(to -> new Step.Recall(to, Recording.SHARED_WORDS + 8 * known));
        }
        return switch (word) {
            case Word.Constant(long number) -> set(number);
            case Word.Register(int offset) -> add(to -> new Step.Context(to, offset));
            case Word.Cookie _ -> add(to -> new Step.Local(to, frame.cookie));
            case Word.Latency _ -> add(to -> new Step.Local(to, frame.latency));
            case Word.ProcessId _ -> shifted(32);
            case Word.ThreadId _ -> narrowed(add(to -> new Step.Local(to, frame.pidTgid)), 4, false);
            case Word.Saved(int index) -> saved(index, failed);
            case Word.Load(var address, int bytes, boolean signed) -> {
                Variable from = value(address, failed);
                Variable read = add(to -> new Step.Read(to, from, Size.of(bytes), failed));
                yield signed ? narrowed(read, bytes, true) : read;
            }
            case Word.Calculation calculation -> calculation(calculation, failed);
            case Word.Both _, Word.Either _ -> truth(word, failed);
            case Word.Choice(var condition, var then, var otherwise) -> choice(condition, then, otherwise, failed);
        };
    }

    private Variable shifted(int bits) {
        Variable to = add(variable -> new Step.Local(variable, frame.pidTgid));
        compute(Alu.RSH, to, bits);
        return to;
    }

    private Variable saved(int index, String failed) {
        Variable mask = add(to -> new Step.Recall(to, frame.failed));
        Variable bit = set(1L << frame.savedBit.applyAsInt(index));
        steps.add(new Step.Branch(Test.SET, mask, bit, failed));
        return add(to -> new Step.Recall(to, frame.saved.applyAsInt(index)));
    }

    private Variable narrowed(Variable value, int bytes, boolean signed) {
        if (bytes < 8) {
            compute(Alu.LSH, value, 64 - 8 * bytes);
            compute(signed ? Alu.ARSH : Alu.RSH, value, 64 - 8 * bytes);
        }
        return value;
    }

    /// 1 if the condition holds, else 0.
    private Variable truth(Word condition, String failed) {
        String no = label("no");
        Variable result = set(0);
        jumpUnless(condition, no, failed);
        steps.add(new Step.Set(result, 1));
        steps.add(new Step.Label(no));
        return result;
    }

    private Variable choice(Word condition, Word then, Word otherwise, String failed) {
        String no = label("else");
        String end = label("end");
        Variable result = variable();
        jumpUnless(condition, no, failed);
        steps.add(new Step.Copy(result, value(then, failed)));
        steps.add(new Step.Goto(end));
        steps.add(new Step.Label(no));
        steps.add(new Step.Copy(result, value(otherwise, failed)));
        steps.add(new Step.Label(end));
        return result;
    }

    private void jumpUnless(Word condition, String no, String failed) {
        switch (condition) {
            case Word.Both(var left, var right) -> {
                jumpUnless(left, no, failed);
                jumpUnless(right, no, failed);
            }
            case Word.Either(var left, var right) -> {
                String second = label("or");
                String yes = label("yes");
                jumpUnless(left, second, failed);
                steps.add(new Step.Goto(yes));
                steps.add(new Step.Label(second));
                jumpUnless(right, no, failed);
                steps.add(new Step.Label(yes));
            }
            case Word.Calculation(var operator, var left, var right)
            when test(operator).isPresent() -> {
                Pair pair = pair(left, right, failed);
                steps.add(new Step.Branch(test(operator).get().negated(), pair.left, pair.right, no));
            }
            default -> steps.add(new Step.Branch(Test.EQ, value(condition, failed), new Immediate(0), no));
        }
    }

    /// The test that a comparison is; empty if the operator is none.
    private static Optional<Test> test(Operator operator) {
        return switch (operator) {
            case EQUAL -> Optional.of(Test.EQ);
            case NOT_EQUAL -> Optional.of(Test.NE);
            case LESS_UNSIGNED -> Optional.of(Test.LT);
            case LESS_SIGNED -> Optional.of(Test.SLT);
            case LESS_OR_EQUAL_UNSIGNED -> Optional.of(Test.LE);
            case LESS_OR_EQUAL_SIGNED -> Optional.of(Test.SLE);
            case ADD, SUBTRACT, MULTIPLY, DIVIDE_UNSIGNED, DIVIDE_SIGNED, REMAINDER_UNSIGNED, REMAINDER_SIGNED ->
                Optional.empty();
            case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT_UNSIGNED, SHIFT_RIGHT_SIGNED -> Optional.empty();
        };
    }

    /// @param left a variable of its own
    private record Pair(Variable left, Operand right) {}

    /// Both sides. What reads memory comes first: nothing then has to outlive the call for it.
    private Pair pair(Word left, Word right, String failed) {
        if (right instanceof Word.Constant(long number) && number == (int) number) {
            return new Pair(value(left, failed), new Immediate((int) number));
        }
        if (!reads(left) && reads(right)) {
            Variable second = value(right, failed);
            return new Pair(value(left, failed), second);
        }
        Variable first = value(left, failed);
        return new Pair(first, value(right, failed));
    }

    private static boolean reads(Word word) {
        return word instanceof Word.Load || word.parts().stream().anyMatch(Lowering::reads);
    }

    private Variable calculation(Word.Calculation word, String failed) {
        if (test(word.operator()).isPresent()) {
            return truth(word, failed);
        }
        Pair pair = pair(word.left(), word.right(), failed);
        return switch (word.operator()) {
            case ADD -> plain(Alu.ADD, pair);
            case SUBTRACT -> plain(Alu.SUB, pair);
            case MULTIPLY -> plain(Alu.MUL, pair);
            case AND -> plain(Alu.AND, pair);
            case OR -> plain(Alu.OR, pair);
            case XOR -> plain(Alu.XOR, pair);
            case SHIFT_LEFT -> shift(Alu.LSH, pair);
            case SHIFT_RIGHT_UNSIGNED -> shift(Alu.RSH, pair);
            case SHIFT_RIGHT_SIGNED -> shift(Alu.ARSH, pair);
            case DIVIDE_UNSIGNED -> divide(Alu.DIV, pair, failed);
            case REMAINDER_UNSIGNED -> divide(Alu.MOD, pair, failed);
            case DIVIDE_SIGNED -> divideSigned(Alu.DIV, pair, failed);
            case REMAINDER_SIGNED -> divideSigned(Alu.MOD, pair, failed);
            case EQUAL, NOT_EQUAL, LESS_UNSIGNED, LESS_SIGNED, LESS_OR_EQUAL_UNSIGNED, LESS_OR_EQUAL_SIGNED ->
                throw new AssertionError("a comparison is a truth");
        };
    }

    private Variable plain(Alu op, Pair pair) {
        steps.add(new Step.Compute(op, pair.left, pair.right));
        return pair.left;
    }

    private Variable shift(Alu op, Pair pair) {
        switch (pair.right) {
            case Immediate(int bits) -> compute(op, pair.left, bits & 63);
            case Variable by -> {
                compute(Alu.AND, by, 63);
                steps.add(new Step.Compute(op, pair.left, by));
            }
        }
        return pair.left;
    }

    private Variable divide(Alu op, Pair pair, String failed) {
        Variable by = divisor(pair.right, failed);
        steps.add(new Step.Compute(op, pair.left, by));
        return pair.left;
    }

    private Variable divisor(Operand right, String failed) {
        Variable by = switch (right) {
            case Immediate(int number) -> set(number);
            case Variable variable -> variable;
        };
        steps.add(new Step.Branch(Test.EQ, by, new Immediate(0), failed));
        return by;
    }

    /// By absolute values, for the kernel divides with a sign from 6.6 on only.
    private Variable divideSigned(Alu op, Pair pair, String failed) {
        Variable by = divisor(pair.right, failed);
        Variable sign = copy(pair.left);
        if (op == Alu.DIV) {
            steps.add(new Step.Compute(Alu.XOR, sign, by));
        }
        negateIfNegative(pair.left, pair.left);
        negateIfNegative(by, by);
        steps.add(new Step.Compute(op, pair.left, by));
        negateIfNegative(pair.left, sign);
        return pair.left;
    }

    private void negateIfNegative(Variable value, Variable sign) {
        String positive = label("positive");
        steps.add(new Step.Branch(Test.SGE, sign, new Immediate(0), positive));
        compute(Alu.XOR, value, -1);
        compute(Alu.ADD, value, 1);
        steps.add(new Step.Label(positive));
    }

    private void compute(Alu op, Variable to, int number) {
        steps.add(new Step.Compute(op, to, new Immediate(number)));
    }

    private Variable set(long number) {
        return add(to -> new Step.Set(to, number));
    }

    private Variable copy(Variable from) {
        return add(to -> new Step.Copy(to, from));
    }

    private Variable add(Function<Variable, Step> step) {
        Variable to = variable();
        steps.add(step.apply(to));
        return to;
    }

    private Variable variable() {
        return new Variable(variables++);
    }

    private String label(String what) {
        return stem + "." + what + labels++;
    }

    private boolean isTarget(String label) {
        return steps.stream().anyMatch(step -> switch (step) {
            case Step.Branch(var _, var _, var _, var target) -> target.equals(label);
            case Step.Goto(var target) -> target.equals(label);
            case Step.Read(var _, var _, var _, var failed) -> failed.equals(label);
            case Step.ReadText(var _, var _, var _, var _, var failed) -> failed.equals(label);
            case Step.ReadBlock(var _, var _, var _, var _, var failed) -> failed.equals(label);
            case Step.ReadStack(var _, var _, var _, var failed) -> failed.equals(label);
            case Step.Set _, Step.Copy _, Step.Compute _, Step.Context _, Step.Local _, Step.Recall _ -> false;
            case Step.Keep _, Step.KeepNumber _, Step.Store _, Step.Label _ -> false;
        });
    }
}
