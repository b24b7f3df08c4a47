package dev.stet.service.otlp;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// What was given to the SDK and has not come out of it yet, and what was not sent. The SDK drops what
/// does not fit into its queue and tells nobody; so it is never given more than fits.
final class Outstanding {
    private final int most;
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();

    /// @param most that the SDK's queue holds
    Outstanding(int most) {
        this.most = most;
    }

    /// Is there room for one more? If not, it counts as dropped.
    boolean begin() {
        if (held.incrementAndGet() > most) {
            held.decrementAndGet();
            drop(1);
            return false;
        }
        return true;
    }

    /// They have left the queue.
    ///
    /// @param sent the receiver has them
    void ended(int count, boolean sent) {
        held.addAndGet(-count);
        if (!sent) {
            drop(count);
        }
    }

    /// It never went into the queue, and nobody wants it.
    void forget() {
        held.decrementAndGet();
    }

    void drop(int count) {
        dropped.addAndGet(count);
    }

    int held() {
        return held.get();
    }

    long dropped() {
        return dropped.get();
    }
}
