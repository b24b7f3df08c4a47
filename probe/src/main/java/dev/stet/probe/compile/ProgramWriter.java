package dev.stet.probe.compile;

import static dev.stet.bpf.Register.FP;
import static dev.stet.bpf.Register.R0;
import static dev.stet.bpf.Register.R1;
import static dev.stet.bpf.Register.R2;
import static dev.stet.bpf.Register.R3;
import static dev.stet.bpf.Register.R4;
import static dev.stet.bpf.Register.R6;
import static dev.stet.bpf.Register.R7;
import static dev.stet.bpf.Register.R9;
import static dev.stet.bpf.Size.DOUBLE;
import static dev.stet.bpf.Size.WORD;

import dev.stet.bpf.Alu;
import dev.stet.bpf.Assembler;
import dev.stet.bpf.Helper;
import dev.stet.bpf.Program;
import dev.stet.bpf.Test;
import dev.stet.probe.compile.Recording.Owner;
import dev.stet.probe.compile.Recording.Slot;
import dev.stet.probe.compile.Word.Operator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// Writes the two programs of a [Recording]: one for where calls begin, one for where they end.
///
/// A call is known again at its end by who made it and by where its frame is. The stack pointer at a RET is
/// what it was at the entry, so recursion pairs by itself, and what never returns (a panic, a longjmp)
/// confuses nobody: the next call in its frame finds it. Stacks lie apart within a process, so a fiber that
/// goes on in another thread is the same still. Go moves stacks; there the frame is the distance to the
/// stack's upper end, which a move keeps.
///
/// R6 has the registers of the target (struct pt_regs), R9 the record. R7 and R8 are [Allocation]'s. The stack:
///
/// ```
/// FP-32 owner | FP-24 goroutine | FP-16 frame | FP-8 cookie     the key in the `calls` map
/// FP-40 value | FP-48 counter | FP-56 address | FP-64 length | FP-72 pid_tgid | FP-80 now
/// below: a small record, then variables
/// ```
public final class ProgramWriter {
    /// The key in the `calls` map, in bytes.
    public static final int KEY_BYTES = 32;
    /// Where the key has the cookie.
    public static final int KEY_COOKIE = 24;
    /// The key in the `rates` map, the cookie, and its value: the second, and the calls in it.
    public static final int RATE_VALUE_BYTES = 16;

    /// The maps, by the names that the programs use.
    public static final String RING = "ring";

    public static final String COUNTERS = "counters";
    public static final String CALLS = "calls";
    public static final String ZEROS = "zeros";
    public static final String RATES = "rates";
    public static final String HISTOGRAMS = "histograms";
    public static final String NO_HISTOGRAM = "no_histogram";
    /// How often each point was hit, by its cookie without flags; a value for each CPU.
    public static final String HITS = "hits";

    private static final int OWNER = -32;
    private static final int GOROUTINE = -24;
    private static final int FRAME = -16;
    private static final int COOKIE = -8;
    private static final int SCRATCH = -40;
    private static final int COUNTER = -48;
    private static final int ADDRESS = -56;
    private static final int LENGTH = -64;
    private static final int PID_TGID = -72;
    private static final int NOW = -80;
    private static final int TOP = -80;
    private static final int STACK_BYTES = 512;
    /// A record of this size at most is made on the stack, which saves two look-ups in the `calls` map; but not if
    /// it has bits to look at, for of the stack the verifier knows each bit, and follows every combination.
    private static final int SMALL_RECORD = 208;
    /// What a cookie has of an exit's kind.
    private static final long FLAG_BITS = 0xffL << Recording.CONDITION_SHIFT;

    private static final int BPF_ANY = 0;
    private static final int BPF_NOEXIST = 1;
    private static final int EEXIST = 17;
    /// Go `src/runtime/runtime2.go`: g begins with stack{lo, hi}.
    private static final int G_STACK_HI = 8;
    /// Go before 1.17 keeps g in the last word below the thread pointer.
    private static final int G_BELOW_TLS = -8;
    /// struct pt_regs, x86-64.
    private static final int R14 = 8;

    private static final int FLAGS = 144;
    private static final int RSP = 152;
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private final Recording recording;
    private final Settings settings;
    private final Assembler out = new Assembler();
    private final boolean small;
    private int lowerings;

    /// @param sleepable the program may wait for a page of the target
    /// @param fixedCookie for kernels without cookies: the one that this program has
    /// @param threadPointer where task_struct has the FS base; only for [Owner#GOROUTINE_IN_THREAD]
    public record Settings(boolean sleepable, OptionalLong fixedCookie, OptionalInt threadPointer) {}

    private ProgramWriter(Recording recording, Settings settings) {
        this.recording = recording;
        this.settings = settings;
        this.small = isSmall(recording);
    }

    /// The program for where calls begin.
    ///
    /// @throws TooComplexException if it does not fit into what BPF gives a program
    public static Program entry(Recording recording, Settings settings) throws TooComplexException {
        return new ProgramWriter(recording, settings).entry();
    }

    /// The program for where calls end.
    ///
    /// @throws TooComplexException if it does not fit into what BPF gives a program
    public static Program exit(Recording recording, Settings settings) throws TooComplexException {
        return new ProgramWriter(recording, settings).exit();
    }

    private static boolean isSmall(Recording recording) {
        return recording.follow() && recording.bytes() <= SMALL_RECORD && recording.takesAt() == Recording.SHARED_WORDS;
    }

    private Program entry() throws TooComplexException {
        identity();
        filter(recording.entryFilter(), Counter.FILTERED_AT_ENTRY, false);
        sample();
        rate();
        if (recording.follow()) {
            key();
            waitingRecord();
        } else if (recording.histogram().isPresent()) {
            count(Counter.NOTED, "measure");
            out.label("measure");
            histogram(recording.histogram().get());
        } else {
            ringRecord();
        }
        return out.label("out").exit(0).finish();
    }

    private Program exit() throws TooComplexException {
        // The clock first: what is done here is not the function's time.
        out.move(R6, R1).call(Helper.KTIME_GET_NS).store(DOUBLE, FP, NOW, R0).move(R1, R6);
        identity();
        conditional();
        // The key has the entry's cookie, which knows no flags.
        out.load(DOUBLE, R7, FP, COOKIE).move(R2, ~FLAG_BITS);
        out.alu(Alu.AND, R2, R7).store(DOUBLE, FP, COOKIE, R2);
        key();
        out.map(R1, CALLS).stack(R2, OWNER).call(Helper.MAP_LOOKUP_ELEM);
        out.jump(Test.EQ, R0, 0, "unmatched").move(R9, R0);
        borrowed();
        out.load(DOUBLE, R1, FP, NOW).store(DOUBLE, R9, Recording.EXIT, R1);
        out.store(DOUBLE, R9, Recording.COOKIE, R7);
        // From here on the clock's place has what went by since the entry.
        out.load(DOUBLE, R2, R9, Recording.ENTRY).alu(Alu.SUB, R1, R2).store(DOUBLE, FP, NOW, R1);
        if (recording.exitFilter().isPresent()) {
            filter(recording.exitFilter(), Counter.FILTERED_AT_EXIT, true);
        }
        if (recording.histogram().isPresent()) {
            histogram(recording.histogram().get());
        } else {
            report();
        }
        out.label("unmatched");
        if (recording.saved().contains(Recording.RETURN_ADDRESS)) {
            out.move(R1, Recording.BORROWED_BIT).jump(Test.SET, R7, R1, "out");
        }
        count(Counter.UNMATCHED);
        return out.label("out").exit(0).finish();
    }

    /// Leaves the program at another function's exit, unless it goes back to where the call came from. A call that an
    /// exception left has the frame of the next one still.
    private void borrowed() throws TooComplexException {
        int index = recording.saved().indexOf(Recording.RETURN_ADDRESS);
        if (index < 0) {
            return;
        }
        out.move(R1, Recording.BORROWED_BIT).jump(Test.SET, R7, R1, "borrowed");
        out.jump("own").label("borrowed");
        Lowering lowering = lowering();
        Word same = new Word.Saved(index).calculate(Operator.EQUAL, Recording.RETURN_ADDRESS);
        lowering.require(same, "out", "out");
        emit(lowering, TOP);
        cookie();
        out.move(R7, R0).label("own");
    }

    private void report() throws TooComplexException {
        takes(recording.returnSlots(), TOP);
        out.map(R1, RING).move(R2, R9).move(R3, recording.bytes()).move(R4, 0).call(Helper.RINGBUF_OUTPUT);
        out.move(R7, R0);
        forget();
        out.jump(Test.NE, R7, 0, "lost");
        count(Counter.RETURNED);
        out.label("lost");
        count(Counter.LOST_AT_EXIT);
    }

    private void forget() {
        out.map(R1, CALLS).stack(R2, OWNER).call(Helper.MAP_DELETE_ELEM);
    }

    private void identity() {
        out.move(R6, R1);
        cookie();
        out.store(DOUBLE, FP, COOKIE, R0);
        out.call(Helper.GET_CURRENT_PID_TGID).store(DOUBLE, FP, PID_TGID, R0);
        hit();
    }

    /// Counts that a breakpoint was hit, wanted or not: that is what costs the target its time. R6 alone is kept.
    private void hit() {
        out.load(DOUBLE, R1, FP, COOKIE)
                .move(R2, ~FLAG_BITS)
                .alu(Alu.AND, R1, R2)
                .store(DOUBLE, FP, ADDRESS, R1);
        out.map(R1, HITS).stack(R2, ADDRESS).call(Helper.MAP_LOOKUP_ELEM).jump(Test.EQ, R0, 0, "first");
        out.move(R1, 1).atomicAdd(R0, 0, R1).jump("hit");
        out.label("first").store(DOUBLE, FP, LENGTH, 1);
        out.map(R1, HITS)
                .stack(R2, ADDRESS)
                .stack(R3, LENGTH)
                .move(R4, BPF_NOEXIST)
                .call(Helper.MAP_UPDATE_ELEM);
        out.label("hit");
    }

    /// R0 = what the probe that fired was given.
    private void cookie() {
        if (settings.fixedCookie.isPresent()) {
            out.move(R0, settings.fixedCookie.getAsLong());
        } else {
            out.move(R1, R6).call(Helper.GET_ATTACH_COOKIE);
        }
    }

    private Lowering lowering() {
        List<Slot> saved = recording.savedSlots();
        var frame = new Lowering.Frame(
                COOKIE,
                PID_TGID,
                NOW,
                index -> saved.get(index).at(),
                index -> saved.get(index).bit(),
                Recording.FAILED);
        return new Lowering(frame, "w" + lowerings++);
    }

    private void emit(Lowering lowering, int top) throws TooComplexException {
        Allocation homes = Allocation.of(lowering.steps(), top);
        if (homes.stackBytes() - top > STACK_BYTES) {
            throw new TooComplexException();
        }
        Emission.emit(out, lowering.steps(), homes, new Emission.Scratch(SCRATCH, ADDRESS, LENGTH), settings.sleepable);
    }

    private void takes(List<Slot> slots, int top) throws TooComplexException {
        Lowering lowering = lowering();
        lowering.takes(slots);
        emit(lowering, top);
    }

    /// Leaves the program, unless the call is wanted.
    private void filter(Optional<Word> filter, Counter counter, boolean forget) throws TooComplexException {
        if (filter.isEmpty()) {
            return;
        }
        String no = out.fresh("unwanted");
        String failed = out.fresh("unknown");
        String yes = out.fresh("wanted");
        Lowering lowering = lowering();
        lowering.require(filter.get(), no, failed);
        emit(lowering, TOP);
        out.jump(yes);
        if (out.isTarget(failed)) {
            out.label(failed);
            count(Counter.FILTER_FAILED, no);
        }
        if (out.isTarget(no)) {
            out.label(no);
            if (forget) {
                forget();
            }
            count(counter);
        }
        out.label(yes);
    }

    private void sample() {
        if (recording.sampleEvery() > 1) {
            out.call(Helper.GET_PRANDOM_U32).alu(Alu.MOD, R0, recording.sampleEvery());
            out.jump(Test.EQ, R0, 0, "sampled");
            count(Counter.SAMPLED_OUT);
            out.label("sampled");
        }
    }

    /// So many calls in each second by the clock. Two processors may both take the last one.
    private void rate() {
        if (recording.perSecond() == 0) {
            return;
        }
        out.call(Helper.KTIME_GET_NS).alu(Alu.DIV, R0, NANOS_PER_SECOND).move(R7, R0);
        out.map(R1, RATES).stack(R2, COOKIE).call(Helper.MAP_LOOKUP_ELEM).jump(Test.NE, R0, 0, "rated");
        // The first call of all: an element of zeros, which is a second long ago.
        out.store(DOUBLE, FP, ADDRESS, 0).store(DOUBLE, FP, LENGTH, 0);
        out.map(R1, RATES).stack(R2, COOKIE).stack(R3, LENGTH).move(R4, BPF_ANY).call(Helper.MAP_UPDATE_ELEM);
        out.map(R1, RATES).stack(R2, COOKIE).call(Helper.MAP_LOOKUP_ELEM).jump(Test.EQ, R0, 0, "within");
        out.label("rated").load(DOUBLE, R1, R0, 0).jump(Test.EQ, R1, R7, "same");
        out.store(DOUBLE, R0, 0, R7).store(DOUBLE, R0, 8, 1).jump("within");
        out.label("same").load(DOUBLE, R1, R0, 8).jump(Test.LT, R1, recording.perSecond(), "more");
        count(Counter.RATE_LIMITED);
        out.label("more").move(R1, 1).atomicAdd(R0, 8, R1).label("within");
    }

    /// Who makes the call, and where its frame is.
    private void key() {
        out.load(DOUBLE, R1, FP, PID_TGID).alu(Alu.RSH, R1, 32).alu(Alu.LSH, R1, 32);
        out.store(DOUBLE, FP, OWNER, R1);
        if (recording.owner() == Owner.STACK) {
            out.store(DOUBLE, FP, GOROUTINE, 0);
            out.load(DOUBLE, R1, R6, RSP).store(DOUBLE, FP, FRAME, R1);
            return;
        }
        goroutine();
        out.store(DOUBLE, FP, GOROUTINE, R3);
        // Without the stack's end the stack pointer must do.
        out.stack(R1, SCRATCH).move(R2, 8).alu(Alu.ADD, R3, G_STACK_HI).call(Helper.PROBE_READ_USER);
        out.load(DOUBLE, R2, R6, RSP).jump(Test.NE, R0, 0, "frame");
        out.load(DOUBLE, R1, FP, SCRATCH).alu(Alu.SUB, R1, R2).move(R2, R1);
        out.label("frame").store(DOUBLE, FP, FRAME, R2);
    }

    /// R3 = the address of g, or 0.
    private void goroutine() {
        if (recording.owner() == Owner.GOROUTINE_IN_REGISTER) {
            out.load(DOUBLE, R3, R6, R14);
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

    /// Puts a record into the `calls` map, where it waits for the call's end. There may be one already: Go
    /// runs a function's first instructions again after it has grown the stack, and a call that ended in a
    /// panic, an exception or a longjmp left its own.
    private void waitingRecord() throws TooComplexException {
        int top = small ? TOP - recording.bytes() : TOP;
        if (small) {
            out.stack(R9, top);
            fill(top);
        } else {
            out.store(WORD, FP, COUNTER, 0).map(R1, ZEROS).stack(R2, COUNTER).call(Helper.MAP_LOOKUP_ELEM);
            out.jump(Test.EQ, R0, 0, "out").move(R9, R0);
        }
        insert(BPF_NOEXIST);
        out.jump(Test.EQ, R0, 0, "entered").jump(Test.EQ, R0, -EEXIST, "again");
        count(Counter.CALLS_FULL);
        out.label("again");
        again();
        out.label("entered");
        count(Counter.ENTERED, small ? "out" : "begun");
        if (!small) {
            out.label("begun").map(R1, CALLS).stack(R2, OWNER).call(Helper.MAP_LOOKUP_ELEM);
            out.jump(Test.EQ, R0, 0, "out").move(R9, R0);
            fill(top);
        }
    }

    private void insert(int how) {
        out.map(R1, CALLS).stack(R2, OWNER).move(R3, R9).move(R4, how).call(Helper.MAP_UPDATE_ELEM);
    }

    /// The same frame at another address is the same call, on a stack that has grown. At the same address it
    /// is a new one, and the one before has been left.
    private void again() {
        out.map(R1, CALLS)
                .stack(R2, OWNER)
                .call(Helper.MAP_LOOKUP_ELEM)
                .jump(Test.EQ, R0, 0, "out")
                .move(R7, R0);
        if (recording.owner() != Owner.STACK) {
            out.load(DOUBLE, R1, R7, Recording.STACK_POINTER).load(DOUBLE, R2, R6, RSP);
            out.jump(Test.EQ, R1, R2, "abandoned");
            if (small) {
                insert(BPF_ANY);
            }
            count(Counter.RESTARTED, small ? "out" : "begun");
            out.label("abandoned");
        }
        out.load(DOUBLE, R1, R7, Recording.COOKIE).move(R2, Integer.toUnsignedLong(Recording.ABANDONED_BIT));
        out.alu(Alu.OR, R1, R2).store(DOUBLE, R7, Recording.COOKIE, R1);
        out.call(Helper.KTIME_GET_NS).store(DOUBLE, R7, Recording.EXIT, R0);
        if (recording.histogram().isEmpty()) {
            out.map(R1, RING)
                    .move(R2, R7)
                    .move(R3, recording.bytes())
                    .move(R4, 0)
                    .call(Helper.RINGBUF_OUTPUT);
        }
        if (small) {
            insert(BPF_ANY);
        }
        count(Counter.ABANDONED, "entered");
    }

    /// Fills the record at R9.
    private void fill(int top) throws TooComplexException {
        header();
        if (small) {
            // The kernel copies all of it, and wants nothing that was never written.
            for (int at = recording.takesAt(); at < recording.bytes(); at += 8) {
                out.store(DOUBLE, R9, at, 0);
            }
        }
        takes(entrySlots(recording), top);
        // The clock last: what the captures took is not the function's time.
        out.call(Helper.KTIME_GET_NS).store(DOUBLE, R9, Recording.ENTRY, R0);
    }

    private static List<Slot> entrySlots(Recording recording) {
        return Stream.concat(recording.savedSlots().stream(), recording.entrySlots().stream())
                .toList();
    }

    private void header() {
        out.load(DOUBLE, R1, FP, COOKIE).store(DOUBLE, R9, Recording.COOKIE, R1);
        out.load(DOUBLE, R1, FP, PID_TGID).store(DOUBLE, R9, Recording.PID_TGID, R1);
        out.store(DOUBLE, R9, Recording.ENTRY, 0).store(DOUBLE, R9, Recording.EXIT, 0);
        out.store(DOUBLE, R9, Recording.FAILED, 0);
        out.load(DOUBLE, R1, R6, RSP).store(DOUBLE, R9, Recording.STACK_POINTER, R1);
        out.load(DOUBLE, R1, FP, GOROUTINE).store(DOUBLE, R9, Recording.GOROUTINE, R1);
        out.load(DOUBLE, R1, FP, FRAME).store(DOUBLE, R9, Recording.FRAME, R1);
    }

    /// Reports the call at once.
    private void ringRecord() throws TooComplexException {
        count(recording.marker() ? Counter.MARKED : Counter.NOTED, "reserve");
        out.label("reserve");
        key();
        out.map(R1, RING).move(R2, recording.bytes()).move(R3, 0).call(Helper.RINGBUF_RESERVE);
        out.jump(Test.NE, R0, 0, "reserved");
        count(recording.marker() ? Counter.MARKED_LOST : Counter.LOST_AT_ENTRY);
        out.label("reserved").move(R9, R0);
        fill(TOP);
        out.move(R1, R9).move(R2, 0).call(Helper.RINGBUF_SUBMIT);
    }

    /// Leaves the program if the exit is a jump that is not taken: the kernel runs a probe's program before
    /// it looks at the condition.
    private void conditional() throws TooComplexException {
        out.load(DOUBLE, R1, FP, COOKIE).move(R2, Recording.CONDITIONAL_BIT).jump(Test.SET, R1, R2, "perhaps");
        out.jump("surely").label("perhaps");
        Lowering lowering = lowering();
        lowering.require(isTaken(), "out", "out");
        emit(lowering, TOP);
        out.label("surely");
    }

    /// Is the conditional jump of the cookie's condition code taken with these flags? The upper three bits of
    /// the code say what is looked at, the lowest turns it round (Intel SDM volume 2, table B-1).
    private static Word isTaken() {
        Word carry = flag(0);
        Word parity = flag(2);
        Word zero = flag(6);
        Word sign = flag(7);
        Word less = sign.calculate(Operator.XOR, flag(11));
        List<Word> met = List.of(
                flag(11),
                carry,
                zero,
                carry.calculate(Operator.OR, zero),
                sign,
                parity,
                less,
                less.calculate(Operator.OR, zero));
        Word all = Word.of(0);
        for (int i = 0; i < met.size(); i++) {
            all = met.get(i).calculate(Operator.SHIFT_LEFT, Word.of(i)).calculate(Operator.OR, all);
        }
        Word code = new Word.Cookie()
                .calculate(Operator.SHIFT_RIGHT_UNSIGNED, Word.of(Recording.CONDITION_SHIFT))
                .calculate(Operator.AND, Word.of(15));
        Word which = code.calculate(Operator.SHIFT_RIGHT_UNSIGNED, Word.of(1));
        return all.calculate(Operator.SHIFT_RIGHT_UNSIGNED, which)
                .calculate(Operator.XOR, code)
                .calculate(Operator.AND, Word.of(1));
    }

    private static Word flag(int bit) {
        return new Word.Register(FLAGS)
                .calculate(Operator.SHIFT_RIGHT_UNSIGNED, Word.of(bit))
                .calculate(Operator.AND, Word.of(1));
    }

    /// Counts a value into the histogram of its cookie.
    private void histogram(Recording.Histogram histogram) throws TooComplexException {
        Lowering lowering = lowering();
        lowering.store(histogram.value().orElse(new Word.Latency()), SCRATCH, "valueless");
        emit(lowering, TOP);
        if (recording.follow()) {
            forget();
        }
        HistogramWriter.write(out, COOKIE, SCRATCH, COUNTER);
        count(recording.follow() ? Counter.COUNTED : Counter.COUNTED_AT_ENTRY);
        if (out.isTarget("valueless")) {
            out.label("valueless");
            if (recording.follow()) {
                forget();
            }
        }
        out.label(HistogramWriter.FULL);
        count(Counter.UNCOUNTED);
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
}
