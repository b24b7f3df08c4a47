package dev.stet.probe.unwind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.probe.unwind.Abandoned.Cause;
import dev.stet.probe.unwind.Marker.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnwindsTest {
    private static final Owner THREAD = new Owner.NativeThread(10, 11);
    private static final Owner GOROUTINE = new Owner.Goroutine(20, 0xc000);
    private static final long SECOND = 1_000_000_000;

    private final Map<Long, Target.Slot> memory = new HashMap<>();
    private final Set<Integer> gone = new HashSet<>();
    private final Unwinds unwinds = new Unwinds(new Target() {
        @Override
        public boolean threadLives(int pid, int tid) {
            return !gone.contains(tid);
        }

        @Override
        public Slot slot(int pid, long address) {
            return memory.getOrDefault(address, new Slot.Unknown());
        }
    });
    private long now = SECOND;

    private static UnderWay call(Owner owner, int function, long frame, long entry) {
        return new UnderWay(owner, function, frame, entry);
    }

    private List<Abandoned> sweep(UnderWay... pending) {
        now += SECOND;
        return unwinds.sweep(List.of(pending), now - 10, now);
    }

    private void mark(Owner owner, long time, Kind kind, long frame) {
        unwinds.marked(new Marker(owner, time, kind, frame));
    }

    @Test
    void nothingIsSaidOfCallsThatOnlyTakeLong() {
        UnderWay outer = call(THREAD, 1, 0x9000, 10);
        UnderWay inner = call(THREAD, 2, 0x8000, 20);
        for (int i = 0; i < 5; i++) {
            assertThat(sweep(outer, inner)).isEmpty();
        }
    }

    /// Thrown at 0x7000, handled in the function whose calls begin at 0x8500: what is between is gone at once.
    @Test
    void aCaughtExceptionLeavesWhatItWentThrough() {
        UnderWay handler = call(THREAD, 1, 0x9000, 10);
        UnderWay left = call(THREAD, 2, 0x8500, 20);
        UnderWay deeper = call(THREAD, 3, 0x8000, 30);
        UnderWay otherStack = call(THREAD, 4, 0x20000, 31);
        UnderWay after = call(THREAD, 5, 0x8400, 60);
        mark(THREAD, 41, Kind.RAISE, 0x7000);
        mark(THREAD, 50, Kind.CATCH, 0x8500);
        assertThat(sweep(handler, left, deeper, otherStack, after))
                .containsExactlyInAnyOrder(
                        new Abandoned(left, Cause.EXCEPTION, 41), new Abandoned(deeper, Cause.EXCEPTION, 41));
        assertThat(sweep(handler, left, otherStack, after)).isEmpty();
    }

    /// An exception caught within a call is no reason for that call's end.
    @Test
    void anExceptionCaughtWithinIsNoCause() {
        UnderWay left = call(THREAD, 1, 0x9000, 10);
        mark(THREAD, 20, Kind.LONGJMP, 0x8800);
        mark(THREAD, 40, Kind.RAISE, 0x7000);
        mark(THREAD, 50, Kind.CATCH, 0x8500);
        assertThat(sweep(left)).isEmpty();
        gone.add(11);
        assertThat(sweep(left)).isEmpty();
        assertThat(sweep(left)).containsExactly(new Abandoned(left, Cause.LONGJMP, 20));
    }

    /// If markers were lost, two of them may not belong together.
    @Test
    void lostMarkersAreNoProof() {
        UnderWay between = call(THREAD, 2, 0x8500, 20);
        mark(THREAD, 40, Kind.RAISE, 0x7000);
        mark(THREAD, 50, Kind.CATCH, 0x8600);
        unwinds.lost(60);
        assertThat(sweep(between)).isEmpty();
    }

    /// A longjmp: the return address of what it left is overwritten sooner or later.
    @Test
    void aLongjmpIsSeenByTheReturnAddress() {
        UnderWay left = call(THREAD, 1, 0x8000, 10);
        mark(THREAD, 20, Kind.LONGJMP, 0x7000);
        memory.put(0x8000L, new Target.Slot.Holds(1));
        assertThat(sweep(left)).isEmpty();
        assertThat(sweep(left)).isEmpty();
        memory.put(0x8000L, new Target.Slot.Holds(2));
        assertThat(sweep(left)).isEmpty();
        memory.put(0x8000L, new Target.Slot.Holds(1));
        assertThat(sweep(left)).containsExactly(new Abandoned(left, Cause.LONGJMP, 20));
        assertThat(sweep(left)).as("and only once").isEmpty();
    }

    /// With no marker at all, a later call further out makes one look.
    @Test
    void aStackThatIsUnmappedHasNoCalls() {
        UnderWay left = call(THREAD, 1, 0x8000, 10);
        UnderWay later = call(THREAD, 1, 0x20000, 20);
        memory.put(0x8000L, new Target.Slot.Unmapped());
        assertThat(sweep(left, later)).isEmpty();
        assertThat(sweep(left, later)).containsExactly(new Abandoned(left, Cause.UNKNOWN, now));
    }

    /// A coroutine further up in memory runs while the call waits, and throws and jumps there; the call returns
    /// in the end.
    @Test
    void coroutinesDoNotCondemnEachOther() {
        UnderWay waiting = call(THREAD, 1, 0x8000, 10);
        memory.put(0x8000L, new Target.Slot.Holds(7));
        for (int i = 0; i < 10; i++) {
            long time = 20 + 10L * i;
            mark(THREAD, time, Kind.RAISE, 0x11000);
            mark(THREAD, time + 1, Kind.CATCH, 0x12000);
            mark(THREAD, time + 2, Kind.LONGJMP, 0x6000);
            unwinds.delivered(call(THREAD, 1, 0x12000, time + 3), time + 4);
            assertThat(sweep(waiting, call(THREAD, 2, 0x12000, time + 5))).isEmpty();
        }
    }

    @Test
    void aCallOfAThreadThatIsGoneIsOver() {
        UnderWay call = call(THREAD, 1, 0x8000, 10);
        gone.add(11);
        assertThat(sweep(call)).as("it may have returned just before").isEmpty();
        assertThat(sweep(call)).containsExactly(new Abandoned(call, Cause.END, now));
        assertThat(sweep(call)).isEmpty();
        assertThat(unwinds.replaced(call, now)).as("it was told already").isEmpty();
    }

    @Test
    void aReplacedCallWasLeft() {
        UnderWay call = call(THREAD, 1, 0x8000, 10);
        assertThat(unwinds.replaced(call, 50)).contains(new Abandoned(call, Cause.UNKNOWN, 50));
        UnderWay other = call(THREAD, 1, 0x8008, 10);
        mark(THREAD, 20, Kind.LONGJMP, 0x7000);
        assertThat(unwinds.replaced(other, 50)).contains(new Abandoned(other, Cause.LONGJMP, 20));
    }

    /// The goroutine recovers in the function at distance 0x100 and calls from there, or returns from there.
    @ParameterizedTest
    @CsvSource({"calls", "returns"})
    void aRecoveredPanicLeavesWhatItWentThrough(String then) {
        UnderWay recovering = call(GOROUTINE, 1, 0x100, 10);
        UnderWay left = call(GOROUTINE, 2, 0x200, 20);
        UnderWay deeper = call(GOROUTINE, 3, 0x300, 30);
        mark(GOROUTINE, 40, Kind.PANIC, 0x400);
        if (then.equals("calls")) {
            UnderWay next = call(GOROUTINE, 4, 0x180, 60);
            assertThat(sweep(recovering, left, deeper, next))
                    .containsExactlyInAnyOrder(
                            new Abandoned(left, Cause.PANIC, 40), new Abandoned(deeper, Cause.PANIC, 40));
        } else {
            unwinds.delivered(recovering, 70);
            assertThat(sweep(left, deeper)).hasSize(2);
        }
    }

    /// A deferred function runs further in than what the panic goes through: nothing is decided yet.
    @Test
    void deferredCallsCondemnNobody() {
        UnderWay outer = call(GOROUTINE, 1, 0x100, 10);
        mark(GOROUTINE, 40, Kind.PANIC, 0x400);
        unwinds.delivered(call(GOROUTINE, 2, 0x500, 50), 51);
        assertThat(sweep(outer, call(GOROUTINE, 3, 0x500, 60))).isEmpty();
    }

    @Test
    void goexitLeavesAllThatCalledIt() {
        UnderWay outer = call(GOROUTINE, 1, 0x100, 10);
        UnderWay deferred = call(GOROUTINE, 2, 0x500, 50);
        mark(GOROUTINE, 40, Kind.GOEXIT, 0x400);
        assertThat(sweep(outer, deferred)).containsExactly(new Abandoned(outer, Cause.GOEXIT, 40));
    }

    /// What is read of the kernel's map is older than what is heard.
    @Test
    void aProofMustBeOlderThanTheReading() {
        UnderWay call = call(GOROUTINE, 1, 0x200, 10);
        mark(GOROUTINE, 40, Kind.PANIC, 0x400);
        long readAt = now + SECOND - 10;
        unwinds.delivered(call(GOROUTINE, 2, 0x100, 5), readAt + 1);
        assertThat(sweep(call, call(GOROUTINE, 3, 0x100, readAt + 5))).isEmpty();
        assertThat(sweep(call)).hasSize(1);
    }

    /// Threads, coroutines and goroutines do all they can, and events come late or are lost. No call that may
    /// still return is given up; each that was left is found out, with the right cause if nothing was lost.
    @Test
    void noneIsGivenUpAndNoneForgotten() {
        for (int round = 0; round < 100; round++) {
            long seed = Long.getLong("stet.seed", System.nanoTime() + round);
            try {
                simulate(seed);
            } catch (AssertionError | RuntimeException failed) {
                throw new AssertionError("replay: -Dstet.seed=" + seed, failed);
            }
        }
    }

    private static void simulate(long seed) {
        Random random = new Random(seed);
        SimulatedKernel kernel = new SimulatedKernel(random);
        kernel.loseSome(random.nextInt(3) == 0);
        List<SimulatedThread> threads = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            Owner owner = random.nextInt(3) > 0 ? new Owner.NativeThread(1, 2 + i) : new Owner.Goroutine(1, 0xc000 + i);
            threads.add(new SimulatedThread(kernel, owner, 0x10000L * (i + 1)));
        }
        Runnable meanwhile = () -> threads.get(random.nextInt(threads.size())).step();
        for (int step = 0; step < 2000; step++) {
            meanwhile.run();
            if (random.nextInt(40) == 0) {
                kernel.sweep(meanwhile);
            }
        }
        goroutinesAreSettled(kernel, threads);
        threads.forEach(SimulatedThread::end);
        kernel.living.clear();
        for (int i = 0; i < 3; i++) {
            kernel.now += SECOND;
            kernel.sweep(() -> {});
        }
        kernel.drain(Integer.MAX_VALUE);
        assertThat(kernel.left).isEmpty();
        assertThat(kernel.found).isNotEmpty();
    }

    /// A goroutine that is back where it began has no call under way, and the next call shows it.
    private static void goroutinesAreSettled(SimulatedKernel kernel, List<SimulatedThread> threads) {
        for (SimulatedThread thread : threads) {
            if (thread.isGo()) {
                thread.unwindAll();
                thread.callProbed();
            }
        }
        kernel.sweep(() -> {});
        kernel.drain(Integer.MAX_VALUE);
        assertThat(kernel.left.keySet()).noneMatch(call -> call.owner() instanceof Owner.Goroutine);
    }
}
