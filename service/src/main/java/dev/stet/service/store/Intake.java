package dev.stet.service.store;

import java.util.ArrayList;
import java.util.List;

/// What waits to be written. It is bounded: who brings more has it dropped and counted, and never waits.
final class Intake {
    static final int MAX_EVENTS = 8192;

    private final int maxCalls;
    private List<Pending> pending = new ArrayList<>();
    private int calls;
    private long dropped;
    private boolean closed;

    /// Is made into rows by the thread that writes.
    @FunctionalInterface
    interface Pending {
        void write(RowWriter rows) throws java.sql.SQLException;
    }

    Intake(int callsPerSecond) {
        maxCalls = Math.max(64, 3 * callsPerSecond);
    }

    synchronized void call(Pending call) {
        if (closed || calls == maxCalls) {
            dropped++;
            return;
        }
        calls++;
        pending.add(call);
    }

    synchronized void event(Pending event) {
        if (closed || pending.size() - calls == MAX_EVENTS) {
            dropped++;
            return;
        }
        pending.add(event);
        if (pending.size() - calls == MAX_EVENTS / 2) {
            notifyAll();
        }
    }

    /// Waits for a while, or until there is much to do, or all is over.
    ///
    /// @return is there more to come?
    synchronized boolean await(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        long rest = millis;
        while (!closed && rest > 0 && pending.size() - calls < MAX_EVENTS / 2) {
            wait(rest);
            rest = (end - System.nanoTime()) / 1_000_000;
        }
        return !closed;
    }

    /// All that waits, in order.
    synchronized List<Pending> take() {
        List<Pending> taken = pending;
        pending = new ArrayList<>();
        calls = 0;
        return taken;
    }

    synchronized void drop(long count) {
        dropped += count;
    }

    synchronized long dropped() {
        return dropped;
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
