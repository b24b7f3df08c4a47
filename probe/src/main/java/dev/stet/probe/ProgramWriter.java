package dev.stet.probe;

import static dev.stet.bpf.Register.FP;
import static dev.stet.bpf.Register.R0;
import static dev.stet.bpf.Register.R1;
import static dev.stet.bpf.Register.R2;
import static dev.stet.bpf.Register.R3;
import static dev.stet.bpf.Register.R4;
import static dev.stet.bpf.Register.R6;
import static dev.stet.bpf.Register.R7;
import static dev.stet.bpf.Register.R8;
import static dev.stet.bpf.Register.R9;
import static dev.stet.bpf.Size.DOUBLE;
import static dev.stet.bpf.Size.WORD;

import dev.stet.bpf.Alu;
import dev.stet.bpf.Assembler;
import dev.stet.bpf.Helper;
import dev.stet.bpf.Program;
import dev.stet.bpf.Size;
import dev.stet.bpf.Test;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Writes the two programs of a [Layout]: one for the function's first instruction, one for its exits.
///
/// A call is known again at its end by who made it and by where its frame is. The stack pointer at a RET is
/// what it was at the entry, so recursion pairs by itself, and what never returns (a panic, a longjmp)
/// confuses nobody. Go moves stacks, so there the frame is the distance to the stack's upper end, which a
/// move keeps.
///
/// R6 holds the registers of the target (struct pt_regs), R7 pid_tgid, R8 the cookie, R9 the record. The
/// stack:
///
/// ```
/// FP-32 owner | FP-24 goroutine | FP-16 frame | FP-8 cookie     the key in the `calls` map
/// FP-40 scratch | FP-44 counter index | FP-56 address | FP-64 length
/// ```
final class ProgramWriter {
    static final int KEY_BYTES = 32;
    /// Where the key has the cookie.
    static final int KEY_COOKIE = 24;

    /// The maps, by the names that the programs use.
    static final String RING = "ring";

    static final String COUNTERS = "counters";
    static final String CALLS = "calls";
    static final String ZEROS = "zeros";

    private static final int OWNER = -32;
    private static final int GOROUTINE = -24;
    private static final int FRAME = -16;
    private static final int COOKIE = -8;
    private static final int SCRATCH = -40;
    private static final int COUNTER = -44;
    private static final int ADDRESS = -56;
    private static final int LENGTH = -64;
    private static final int BPF_NOEXIST = 1;
    private static final int EEXIST = 17;
    /// Go `src/runtime/runtime2.go`: g begins with stack{lo, hi}.
    private static final int G_STACK_HI = 8;
    /// Go before 1.17 keeps g in the last word below the thread pointer.
    private static final int G_BELOW_TLS = -8;
    /// Pages are at least so large; touching one byte in each of two is enough for a text.
    private static final int PAGE = 4096;

    private final Layout layout;
    private final Settings settings;
    private final Assembler out = new Assembler();

    /// @param sleepable the program may wait for a page of the target
    /// @param fixedCookie for kernels without cookies: the one that this program has
    /// @param threadPointer where task_struct has the FS base; only for [Convention#GO_STACK]
    record Settings(boolean sleepable, OptionalLong fixedCookie, OptionalInt threadPointer) {}

    private ProgramWriter(Layout layout, Settings settings) {
        this.layout = layout;
        this.settings = settings;
    }

    /// The program for a function's first instruction.
    static Program entry(Layout layout, Settings settings) {
        return new ProgramWriter(layout, settings).entry();
    }

    /// The program for a function's exits.
    static Program exit(Layout layout, Settings settings) {
        return new ProgramWriter(layout, settings).exit();
    }

    private Program entry() {
        cookie();
        if (layout.probe().returns()) {
            key();
            waitingRecord();
        } else {
            ringRecord();
        }
        out.store(DOUBLE, R9, Layout.COOKIE, R8);
        out.store(DOUBLE, R9, Layout.PID_TGID, R7);
        out.store(DOUBLE, R9, Layout.EXIT, 0);
        out.store(DOUBLE, R9, Layout.UNREADABLE, 0);
        captures(layout.entrySlots(), false);
        // The clock last: what the captures took is not the function's time.
        out.call(Helper.KTIME_GET_NS).store(DOUBLE, R9, Layout.ENTRY, R0);
        if (!layout.probe().returns()) {
            out.move(R1, R9).move(R2, 0).call(Helper.RINGBUF_SUBMIT);
        }
        return out.label("out").exit(0).finish();
    }

    private Program exit() {
        // The clock first, for the same reason.
        out.move(R6, R1).call(Helper.KTIME_GET_NS).store(DOUBLE, FP, LENGTH, R0).move(R1, R6);
        cookie();
        // The key has the entry's cookie, which knows no tail bit.
        out.move(R1, R8).move(R2, ~(1L << 31)).alu(Alu.AND, R1, R2).store(DOUBLE, FP, COOKIE, R1);
        key();
        out.map(R1, CALLS).stack(R2, OWNER).call(Helper.MAP_LOOKUP_ELEM);
        out.jump(Test.EQ, R0, 0, "unmatched").move(R9, R0);
        out.load(DOUBLE, R1, FP, LENGTH).store(DOUBLE, R9, Layout.EXIT, R1);
        out.store(DOUBLE, R9, Layout.COOKIE, R8);
        captures(layout.returnSlots(), true);
        out.map(R1, RING).move(R2, R9).move(R3, layout.bytes()).move(R4, 0).call(Helper.RINGBUF_OUTPUT);
        out.move(R7, R0);
        out.map(R1, CALLS).stack(R2, OWNER).call(Helper.MAP_DELETE_ELEM);
        out.jump(Test.NE, R7, 0, "lost");
        count(Counter.RETURNED);
        out.label("unmatched");
        count(Counter.UNMATCHED);
        out.label("lost");
        count(Counter.LOST_AT_EXIT);
        return out.label("out").exit(0).finish();
    }

    private void cookie() {
        out.move(R6, R1);
        if (settings.fixedCookie.isPresent()) {
            out.move(R8, settings.fixedCookie.getAsLong());
        } else {
            out.call(Helper.GET_ATTACH_COOKIE).move(R8, R0);
        }
        out.store(DOUBLE, FP, COOKIE, R8);
        out.call(Helper.GET_CURRENT_PID_TGID).move(R7, R0);
    }

    /// Who makes the call, and where its frame is.
    private void key() {
        if (!layout.convention().isGo()) {
            out.store(DOUBLE, FP, OWNER, R7).store(DOUBLE, FP, GOROUTINE, 0);
            out.load(DOUBLE, R1, R6, Convention.Registers.RSP).store(DOUBLE, FP, FRAME, R1);
            return;
        }
        out.move(R1, R7).alu(Alu.RSH, R1, 32).alu(Alu.LSH, R1, 32).store(DOUBLE, FP, OWNER, R1);
        goroutine();
        out.store(DOUBLE, FP, GOROUTINE, R3);
        // Without the stack's end the stack pointer must do.
        out.stack(R1, SCRATCH).move(R2, 8).alu(Alu.ADD, R3, G_STACK_HI).call(Helper.PROBE_READ_USER);
        out.load(DOUBLE, R2, R6, Convention.Registers.RSP).jump(Test.NE, R0, 0, "frame");
        out.load(DOUBLE, R1, FP, SCRATCH).alu(Alu.SUB, R1, R2).move(R2, R1);
        out.label("frame").store(DOUBLE, FP, FRAME, R2);
    }

    /// R3 = the address of g, or 0.
    private void goroutine() {
        if (layout.convention() == Convention.GO_REGISTERS) {
            out.load(DOUBLE, R3, R6, Convention.Registers.R14);
            return;
        }
        if (settings.threadPointer.isEmpty()) {
            out.move(R3, 0);
            return;
        }
        out.call(Helper.GET_CURRENT_TASK).move(R3, R0);
        out.plus(R3, settings.threadPointer.getAsInt(), R1);
        out.store(DOUBLE, FP, SCRATCH, 0).stack(R1, SCRATCH).move(R2, 8).call(Helper.PROBE_READ_KERNEL);
        out.load(DOUBLE, R3, FP, SCRATCH).alu(Alu.ADD, R3, G_BELOW_TLS);
        out.store(DOUBLE, FP, SCRATCH, 0).stack(R1, SCRATCH).move(R2, 8).call(Helper.PROBE_READ_USER);
        out.load(DOUBLE, R3, FP, SCRATCH);
    }

    /// R9 = a record in the `calls` map, where it waits for the call's end. There may be one already: Go
    /// runs a function's first instructions again after it has grown the stack, and a call that ended in a
    /// panic, an exception or a longjmp left its own.
    private void waitingRecord() {
        out.store(WORD, FP, COUNTER, 0).map(R1, ZEROS).stack(R2, COUNTER).call(Helper.MAP_LOOKUP_ELEM);
        out.jump(Test.EQ, R0, 0, "out").move(R3, R0);
        out.map(R1, CALLS).stack(R2, OWNER).move(R4, BPF_NOEXIST).call(Helper.MAP_UPDATE_ELEM);
        out.jump(Test.EQ, R0, 0, "entered").jump(Test.EQ, R0, -EEXIST, "again");
        count(Counter.CALLS_FULL);
        out.label("again");
        if (layout.convention().isGo()) {
            // The same frame at another address is the same call, on a stack that has grown. At the same address it is
            // a
            // new one, and the one before has ended by a panic.
            out.map(R1, CALLS).stack(R2, OWNER).call(Helper.MAP_LOOKUP_ELEM).jump(Test.EQ, R0, 0, "out");
            out.load(DOUBLE, R1, R0, Layout.STACK_POINTER).load(DOUBLE, R2, R6, Convention.Registers.RSP);
            out.jump(Test.EQ, R1, R2, "entered");
            count(Counter.RESTARTED, "insert");
        }
        out.label("entered");
        count(Counter.ENTERED, "insert");
        out.label("insert").map(R1, CALLS).stack(R2, OWNER).call(Helper.MAP_LOOKUP_ELEM);
        out.jump(Test.EQ, R0, 0, "out").move(R9, R0);
        out.load(DOUBLE, R1, R6, Convention.Registers.RSP).store(DOUBLE, R9, Layout.STACK_POINTER, R1);
    }

    /// R9 = a record in the ring.
    private void ringRecord() {
        count(Counter.NOTED, "reserve");
        out.label("reserve").map(R1, RING).move(R2, layout.bytes()).move(R3, 0).call(Helper.RINGBUF_RESERVE);
        out.jump(Test.NE, R0, 0, "reserved");
        count(Counter.LOST_AT_ENTRY);
        out.label("reserved").move(R9, R0);
    }

    private void count(Counter counter) {
        count(counter, "out");
    }

    /// Adds one, and goes on at `then`.
    private void count(Counter counter, String then) {
        out.store(WORD, FP, COUNTER, counter.index()).map(R1, COUNTERS).stack(R2, COUNTER);
        out.call(Helper.MAP_LOOKUP_ELEM).jump(Test.EQ, R0, 0, then);
        out.move(R1, 1).atomicAdd(R0, 0, R1).jump(then);
    }

    private void captures(List<Layout.Slot> slots, boolean atReturn) {
        for (Layout.Slot slot : slots) {
            String unreadable = out.fresh("unreadable");
            String done = out.fresh("done");
            Expression expression = slot.capture().expression();
            switch (slot.capture().format()) {
                case WORD, INT, LONG, HEX, BOOL -> {
                    evaluate(expression, unreadable);
                    out.store(DOUBLE, R9, slot.at(), R3);
                }
                case TEXT -> {
                    if (layout.convention().isGo()) {
                        goWords(slot, expression, unreadable);
                    } else {
                        evaluate(expression, unreadable);
                        cText(slot, unreadable);
                    }
                }
                case GO_TEXT -> {
                    evaluate(new Expression.Memory(new Expression.Plus(expression, 8), 8, false), unreadable);
                    out.store(DOUBLE, R9, slot.at() + Layout.TEXT_FULL, R3);
                    evaluate(new Expression.Memory(expression, 8, false), unreadable);
                    goText(slot, unreadable);
                }
            }
            if (out.isTarget(unreadable)) {
                out.jump(done).label(unreadable).load(DOUBLE, R1, R9, Layout.UNREADABLE);
                out.move(R2, 1L << slot.index()).alu(Alu.OR, R1, R2);
                out.store(DOUBLE, R9, Layout.UNREADABLE, R1).label(done);
            }
        }
        // The same words at both ends of a call are two places; the planner lets only the right ones through.
        assert !atReturn
                || slots.stream().noneMatch(slot -> slot.capture().expression().usesArgument());
    }

    /// R3 = the value.
    private void evaluate(Expression expression, String unreadable) {
        switch (expression) {
            case Expression.Argument(int index) ->
                place(layout.convention().argument(index).orElseThrow(), unreadable);
            case Expression.Result(int index) ->
                place(layout.convention().result(index).orElseThrow(), unreadable);
            case Expression.Plus(var value, long number) -> {
                evaluate(value, unreadable);
                out.plus(R3, number, R1);
            }
            case Expression.Memory(var address, int bytes, boolean signed) -> {
                evaluate(address, unreadable);
                read(bytes, unreadable);
                out.load(Size.of(bytes), R3, FP, SCRATCH);
                if (signed && bytes < 8) {
                    out.alu(Alu.LSH, R3, 64 - 8 * bytes).alu(Alu.ARSH, R3, 64 - 8 * bytes);
                }
            }
        }
    }

    private void place(Convention.Place place, String unreadable) {
        switch (place) {
            case Convention.Place.Register(int offset) -> out.load(DOUBLE, R3, R6, offset);
            case Convention.Place.Stack(int offset) -> {
                out.load(DOUBLE, R3, R6, Convention.Registers.RSP).alu(Alu.ADD, R3, offset);
                read(8, unreadable);
                out.load(DOUBLE, R3, FP, SCRATCH);
            }
        }
    }

    /// Scratch = so many bytes at R3.
    private void read(int bytes, String unreadable) {
        String read = out.fresh("read");
        out.store(DOUBLE, FP, SCRATCH, 0).store(DOUBLE, FP, ADDRESS, R3);
        out.stack(R1, SCRATCH).move(R2, bytes).call(Helper.PROBE_READ_USER);
        if (settings.sleepable) {
            // The page may just not be there yet. This waits for it.
            out.jump(Test.EQ, R0, 0, read);
            out.stack(R1, SCRATCH).move(R2, bytes).load(DOUBLE, R3, FP, ADDRESS).call(Helper.COPY_FROM_USER);
        }
        out.jump(Test.NE, R0, 0, unreadable).label(read);
    }

    /// A Go string in two words, the first of which the expression names.
    private void goWords(Layout.Slot slot, Expression expression, String unreadable) {
        switch (expression) {
            case Expression.Argument(int index) -> evaluate(new Expression.Argument(index + 1), unreadable);
            case Expression.Result(int index) -> evaluate(new Expression.Result(index + 1), unreadable);
            case Expression.Plus _, Expression.Memory _ ->
                throw new IllegalArgumentException("str() of something that is no word; the planner refuses it");
        }
        out.store(DOUBLE, R9, slot.at() + Layout.TEXT_FULL, R3);
        evaluate(expression, unreadable);
        goText(slot, unreadable);
    }

    /// Copies the text at R3, as long as the slot's full length says.
    private void goText(Layout.Slot slot, String unreadable) {
        String cut = out.fresh("cut");
        String copy = out.fresh("copy");
        out.load(DOUBLE, R2, R9, slot.at() + Layout.TEXT_FULL);
        out.jump(Test.SLT, R2, 0, unreadable)
                .jump(Test.GT, R2, layout.maxText(), cut)
                .jump(copy);
        out.label(cut).move(R2, layout.maxText());
        out.label(copy).store(DOUBLE, R9, slot.at(), R2);
        copyText(slot, Helper.PROBE_READ_USER);
        out.jump(Test.NE, R0, 0, unreadable);
    }

    /// Copies the text at R3 up to its NUL.
    private void cText(Layout.Slot slot, String unreadable) {
        out.store(DOUBLE, R9, slot.at() + Layout.TEXT_FULL, -1).move(R2, layout.maxText());
        copyText(slot, Helper.PROBE_READ_USER_STR);
        out.jump(Test.SLT, R0, 0, unreadable).store(DOUBLE, R9, slot.at(), R0);
    }

    /// R0 = what the helper says to R2 bytes at R3; below 0 if they cannot be read.
    private void copyText(Layout.Slot slot, Helper helper) {
        int text = slot.at() + Layout.TEXT_BYTES;
        out.store(DOUBLE, FP, ADDRESS, R3).store(DOUBLE, FP, LENGTH, R2);
        out.move(R1, R9).alu(Alu.ADD, R1, text).call(helper);
        if (settings.sleepable) {
            String read = out.fresh("read");
            out.jump(Test.SGE, R0, 0, read);
            touch(0);
            touch(PAGE);
            out.load(DOUBLE, R3, FP, ADDRESS).load(DOUBLE, R2, FP, LENGTH);
            out.move(R1, R9).alu(Alu.ADD, R1, text).call(helper);
            out.label(read);
        }
    }

    /// Waits for the page that begins so many bytes behind the text's own. That it cannot be had is no
    /// matter here.
    private void touch(int behind) {
        out.load(DOUBLE, R3, FP, ADDRESS);
        if (behind > 0) {
            out.alu(Alu.AND, R3, -PAGE).alu(Alu.ADD, R3, behind);
        }
        out.stack(R1, SCRATCH).move(R2, 1).call(Helper.COPY_FROM_USER);
    }
}
