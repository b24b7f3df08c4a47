package dev.stet.probe.compile;

import static dev.stet.bpf.Register.FP;
import static dev.stet.bpf.Register.R0;
import static dev.stet.bpf.Register.R1;
import static dev.stet.bpf.Register.R2;
import static dev.stet.bpf.Register.R3;
import static dev.stet.bpf.Register.R4;
import static dev.stet.bpf.Register.R5;
import static dev.stet.bpf.Size.DOUBLE;

import dev.stet.bpf.Alu;
import dev.stet.bpf.Assembler;
import dev.stet.bpf.Helper;
import dev.stet.bpf.Register;
import dev.stet.bpf.Test;
import dev.stet.probe.compile.Allocation.Home;
import dev.stet.probe.compile.Step.Immediate;
import dev.stet.probe.compile.Step.Operand;
import dev.stet.probe.compile.Step.Variable;
import java.util.List;
import java.util.function.Consumer;

/// Writes steps as BPF. R6 has the context and R9 the record; R0 and R5 are to work with.
final class Emission {
    /// The kernel's frames are found from the target's registers, not from its own.
    private static final int BPF_F_USER_STACK = 1 << 8;
    /// Pages are at least so large; touching one byte in each of two is enough for a text.
    private static final int PAGE = 4096;

    private final Assembler out;
    private final Allocation homes;
    private final Scratch scratch;
    private final boolean sleepable;

    /// Eight bytes each on the stack, as offsets from the frame pointer.
    ///
    /// @param value what is read from the target
    /// @param address for a second try
    /// @param length for a second try
    record Scratch(int value, int address, int length) {}

    private Emission(Assembler out, Allocation homes, Scratch scratch, boolean sleepable) {
        this.out = out;
        this.homes = homes;
        this.scratch = scratch;
        this.sleepable = sleepable;
    }

    /// @param sleepable the program may wait for a page of the target
    static void emit(Assembler out, List<Step> steps, Allocation homes, Scratch scratch, boolean sleepable) {
        Emission emission = new Emission(out, homes, scratch, sleepable);
        steps.forEach(emission::step);
    }

    private void step(Step step) {
        switch (step) {
            case Step.Set(var to, long number) -> finish(to, into(to, target -> out.move(target, number)));
            case Step.Copy(var to, var from) -> copy(to, from);
            case Step.Compute(var op, var to, var operand) -> compute(op, to, operand);
            case Step.Context(var to, int offset) ->
                finish(to, into(to, target -> out.load(DOUBLE, target, Register.R6, offset)));
            case Step.Local(var to, int offset) -> finish(to, into(to, target -> out.load(DOUBLE, target, FP, offset)));
            case Step.Recall(var to, int offset) ->
                finish(to, into(to, target -> out.load(DOUBLE, target, Register.R9, offset)));
            case Step.Keep(int offset, var from) -> out.store(DOUBLE, Register.R9, offset, in(from, R0));
            case Step.Store(int offset, var from) -> out.store(DOUBLE, FP, offset, in(from, R0));
            case Step.KeepNumber(int offset, int number) -> out.store(DOUBLE, Register.R9, offset, number);
            case Step.Read read -> read(read);
            case Step.ReadText text -> readText(text);
            case Step.ReadBlock block -> readBlock(block);
            case Step.ReadStack stack -> readStack(stack);
            case Step.Branch(var test, var left, var right, var label) -> branch(test, left, right, label);
            case Step.Goto(var label) -> out.jump(label);
            case Step.Label(var label) -> out.label(label);
        }
    }

    private Register registerOf(Variable variable, Register work) {
        return homes.home(variable) instanceof Home.InRegister(var register) ? register : work;
    }

    /// The register that has the variable: its own, or `work`, into which it is loaded.
    private Register in(Variable variable, Register work) {
        if (homes.home(variable) instanceof Home.OnStack(int offset)) {
            out.load(DOUBLE, work, FP, offset);
            return work;
        }
        return registerOf(variable, work);
    }

    /// Writes a value to the variable's register, or to R0 if it lives on the stack.
    private Register into(Variable to, Consumer<Register> write) {
        Register target = registerOf(to, R0);
        write.accept(target);
        return target;
    }

    private void finish(Variable to, Register from) {
        switch (homes.home(to)) {
            case Home.OnStack(int offset) -> out.store(DOUBLE, FP, offset, from);
            case Home.InRegister(var register) -> {
                if (register != from) {
                    out.move(register, from);
                }
            }
        }
    }

    private void copy(Variable to, Variable from) {
        if (!homes.home(to).equals(homes.home(from))) {
            finish(to, in(from, R0));
        }
    }

    private void compute(Alu op, Variable to, Operand operand) {
        Register target = in(to, R0);
        switch (operand) {
            case Immediate(int number) -> out.alu(op, target, number);
            case Variable right -> out.alu(op, target, in(right, R5));
        }
        finish(to, target);
    }

    private void branch(Test test, Variable left, Operand right, String label) {
        Register first = in(left, R0);
        switch (right) {
            case Immediate(int number) -> out.jump(test, first, number, label);
            case Variable variable -> out.jump(test, first, in(variable, R5), label);
        }
    }

    private void moveTo(Register register, Variable from) {
        Register has = in(from, register);
        if (has != register) {
            out.move(register, has);
        }
    }

    private void read(Step.Read read) {
        int bytes = read.size().bytes();
        moveTo(R3, read.address());
        if (sleepable) {
            out.store(DOUBLE, FP, scratch.address, R3);
        }
        out.stack(R1, scratch.value).move(R2, bytes).call(Helper.PROBE_READ_USER);
        if (sleepable) {
            // The page may just not be there yet. This waits for it.
            String done = out.fresh("read");
            out.jump(Test.EQ, R0, 0, done);
            out.stack(R1, scratch.value).move(R2, bytes).load(DOUBLE, R3, FP, scratch.address);
            out.call(Helper.COPY_FROM_USER).jump(Test.NE, R0, 0, read.failed()).label(done);
        } else {
            out.jump(Test.NE, R0, 0, read.failed());
        }
        finish(read.to(), into(read.to(), target -> out.load(read.size(), target, FP, scratch.value)));
    }

    private void readText(Step.ReadText text) {
        moveTo(R3, text.address());
        out.move(R2, text.max());
        copyText(text.offset(), Helper.PROBE_READ_USER_STR);
        out.jump(Test.SLT, R0, 0, text.failed());
        finish(text.taken(), R0);
    }

    private void readBlock(Step.ReadBlock block) {
        String fits = out.fresh("fits");
        moveTo(R5, block.length());
        moveTo(R3, block.address());
        out.move(R2, R5).jump(Test.LE, R2, block.max(), fits).move(R2, block.max());
        out.label(fits).store(DOUBLE, Register.R9, block.offset(), R2);
        copyText(block.offset() + 16, Helper.PROBE_READ_USER);
        out.jump(Test.NE, R0, 0, block.failed());
    }

    private void readStack(Step.ReadStack stack) {
        out.move(R1, Register.R6).move(R2, Register.R9).alu(Alu.ADD, R2, stack.offset());
        out.move(R3, stack.bytes()).move(R4, BPF_F_USER_STACK).call(Helper.GET_STACK);
        out.jump(Test.SLT, R0, 0, stack.failed());
        finish(stack.taken(), R0);
    }

    /// R0 = what the helper says to R2 bytes at R3; below 0 if they cannot be read.
    private void copyText(int offset, Helper helper) {
        if (sleepable) {
            out.store(DOUBLE, FP, scratch.address, R3).store(DOUBLE, FP, scratch.length, R2);
        }
        out.move(R1, Register.R9).alu(Alu.ADD, R1, offset).call(helper);
        if (sleepable) {
            String done = out.fresh("copied");
            out.jump(Test.SGE, R0, 0, done);
            touch(0);
            touch(PAGE);
            out.load(DOUBLE, R3, FP, scratch.address).load(DOUBLE, R2, FP, scratch.length);
            out.move(R1, Register.R9).alu(Alu.ADD, R1, offset).call(helper).label(done);
        }
    }

    /// Waits for the page that begins so many bytes behind the text's own. That it cannot be had is no
    /// matter here.
    private void touch(int behind) {
        out.load(DOUBLE, R3, FP, scratch.address);
        if (behind > 0) {
            out.alu(Alu.AND, R3, -PAGE).alu(Alu.ADD, R3, behind);
        }
        out.stack(R1, scratch.value).move(R2, 1).call(Helper.COPY_FROM_USER);
    }
}
