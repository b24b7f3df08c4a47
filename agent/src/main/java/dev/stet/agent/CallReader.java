package dev.stet.agent;

import dev.stet.probe.Call;
import dev.stet.probe.Totals;
import dev.stet.probe.Uprobes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Reads calls, on a thread of its own, and gives them to the sink.
final class CallReader {
    /// Calls that are held at once between the ring and the sink.
    private static final int BATCH = 4096;
    /// How often calls of processes that have ended are cleared away.
    private static final long SWEEP_NANOS = 10_000_000_000L;
    /// How often calls are looked for that were left without a return.
    private static final long LEFT_NANOS = 500_000_000L;
    /// At the end, while there are calls whose end was not seen.
    private static final int LAST_LOOKS = 3;
    private static final long LAST_LOOK_NANOS = 60_000_000L;

    private final Uprobes uprobes;
    private final Runnable drainTasks;
    private final Agent.CallSink calls;
    private final Consumer<AgentEvent> events;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("stet-calls").unstarted(this::follow);
    private final LongAdder stale = new LongAdder();
    private final LongAdder twice = new LongAdder();
    private final LongAdder twiceReturned = new LongAdder();
    private volatile boolean detached;

    /// @param drainTasks hears of every exec that was until now
    CallReader(Uprobes uprobes, Runnable drainTasks, Agent.CallSink calls, Consumer<AgentEvent> events) {
        this.uprobes = uprobes;
        this.drainTasks = drainTasks;
        this.calls = calls;
        this.events = events;
    }

    void start() {
        thread.start();
    }

    private void follow() {
        try {
            long swept = System.nanoTime();
            long lookedForLeft = swept;
            while (!detached) {
                uprobes.await(LEFT_NANOS / 1_000_000);
                deliverCalls();
                if (System.nanoTime() - lookedForLeft > LEFT_NANOS) {
                    uprobes.findLeft(this::deliver);
                    calls.flush();
                    lookedForLeft = System.nanoTime();
                }
                if (System.nanoTime() - swept > SWEEP_NANOS) {
                    uprobes.sweep();
                    swept = System.nanoTime();
                }
            }
            deliverCalls();
            findLast();
            calls.flush();
        } catch (IOException e) {
            events.accept(new AgentEvent.Notice("calls are no longer read: " + e.getMessage()));
        }
    }

    /// That a thread has ended in a call takes two looks, and a call of some age.
    private void findLast() throws IOException {
        uprobes.findLeft(this::deliver);
        for (int look = 0; look < LAST_LOOKS && uprobes.totals().unfinished() > 0; look++) {
            LockSupport.parkNanos(LAST_LOOK_NANOS);
            uprobes.findLeft(this::deliver);
        }
    }

    /// Gives what is in the ring to the sink, in batches. Between taking a batch and giving it every exec
    /// that was before it is heard of, so that no call of a new program passes for one of the old.
    private void deliverCalls() {
        List<Call> batch = new ArrayList<>();
        int taken;
        do {
            batch.clear();
            taken = uprobes.drain(BATCH, batch::add);
            if (taken > 0) {
                drainTasks.run();
            }
            batch.forEach(this::deliver);
        } while (taken == BATCH);
        calls.flush();
    }

    private void deliver(Call call) {
        if (call.isStale()) {
            stale.increment();
        } else if (call.isOthers()) {
            twice.increment();
            twiceReturned.add(call.latencyNanos().isPresent() ? 1 : 0);
        } else {
            calls.accept(call);
        }
    }

    /// What was counted so far, but for calls that two attachments saw, each of which counts once.
    Totals totals() throws IOException {
        Totals seen = uprobes.totals();
        return seen.less(twice.sum(), twiceReturned.sum());
    }

    /// Calls left out because their process had run exec by then.
    long stale() {
        return stale.sum();
    }

    /// Everything is detached: reads what is left, and ends.
    void finish() throws InterruptedException {
        detached = true;
        uprobes.wake();
        thread.join();
    }
}
