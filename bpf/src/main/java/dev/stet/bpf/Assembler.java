package dev.stet.bpf;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes a [Program], one call an instruction, in the order of the call. Every method but [#finish] returns
/// `this`.
public final class Assembler {
    private final List<Instruction> instructions = new ArrayList<>();
    private final Map<String, Integer> labels = new HashMap<>();
    private int fresh;

    /// `dst = src`
    public Assembler move(Register dst, Register src) {
        return alu(Alu.MOV, dst, src);
    }

    /// `dst = number`
    public Assembler move(Register dst, long number) {
        return number == (int) number ? alu(Alu.MOV, dst, (int) number) : add(new Instruction.LoadNumber(dst, number));
    }

    /// `dst = dst op src`
    public Assembler alu(Alu op, Register dst, Register src) {
        return add(new Instruction.Arithmetic(op, dst, src));
    }

    /// `dst = dst op number`
    public Assembler alu(Alu op, Register dst, int number) {
        return add(new Instruction.ArithmeticNumber(op, dst, number));
    }

    /// `dst += number`, for numbers of any size; uses `scratch` if it needs more than 32 bits.
    public Assembler plus(Register dst, long number, Register scratch) {
        if (number == 0) {
            return this;
        }
        return number == (int) number
                ? alu(Alu.ADD, dst, (int) number)
                : move(scratch, number).alu(Alu.ADD, dst, scratch);
    }

    /// `dst = address of the stack slot at FP + offset`
    public Assembler stack(Register dst, int offset) {
        return move(dst, Register.FP).alu(Alu.ADD, dst, offset);
    }

    /// `dst = map`
    public Assembler map(Register dst, String map) {
        return add(new Instruction.LoadMap(dst, map));
    }

    /// `dst = *(src + offset)`
    public Assembler load(Size size, Register dst, Register src, int offset) {
        return add(new Instruction.Load(size, dst, src, offset));
    }

    /// `*(dst + offset) = src`
    public Assembler store(Size size, Register dst, int offset, Register src) {
        return add(new Instruction.Store(size, dst, offset, src));
    }

    /// `*(dst + offset) = number`
    public Assembler store(Size size, Register dst, int offset, int number) {
        return add(new Instruction.StoreNumber(size, dst, offset, number));
    }

    /// `*(u64 *)(dst + offset) += src`, at once for all CPUs
    public Assembler atomicAdd(Register dst, int offset, Register src) {
        return add(new Instruction.AtomicAdd(dst, offset, src));
    }

    /// `goto label`
    public Assembler jump(String label) {
        return add(new Instruction.Jump(label));
    }

    /// `if dst test number goto label`
    public Assembler jump(Test test, Register dst, int number, String label) {
        return add(new Instruction.BranchNumber(test, dst, number, label));
    }

    /// `if dst test src goto label`
    public Assembler jump(Test test, Register dst, Register src, String label) {
        return add(new Instruction.Branch(test, dst, src, label));
    }

    /// `r0 = helper(r1, ...)`
    public Assembler call(Helper helper) {
        return add(new Instruction.Call(helper));
    }

    /// `return number`
    public Assembler exit(int number) {
        return move(Register.R0, number).add(new Instruction.Exit());
    }

    /// Here is `label`.
    ///
    /// @throws IllegalArgumentException if it is somewhere else already
    public Assembler label(String label) {
        if (labels.putIfAbsent(label, instructions.size()) != null) {
            throw new IllegalArgumentException("label " + label + " twice");
        }
        return this;
    }

    /// A label that nobody else has.
    public String fresh(String stem) {
        return stem + "." + fresh++;
    }

    /// Does any jump so far go to `label`? The verifier refuses instructions that nothing leads to.
    public boolean isTarget(String label) {
        return instructions.stream().anyMatch(each -> each.target().equals(Optional.of(label)));
    }

    /// @throws IllegalArgumentException if a jump goes to a label that is nowhere
    public Program finish() {
        for (Instruction instruction : instructions) {
            instruction.target().filter(label -> !labels.containsKey(label)).ifPresent(label -> {
                throw new IllegalArgumentException("no label " + label);
            });
        }
        return new Program(instructions, labels);
    }

    private Assembler add(Instruction instruction) {
        instructions.add(instruction);
        return this;
    }
}
