package dev.stet.service.store;

import dev.stet.agent.AgentEvent;
import dev.stet.probe.Call;
import dev.stet.service.Sink;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// Keeps what the agent sees and does in a file, bounded in size and age, to be asked with SQL
/// (`docs/store.md`). One thread writes, once a second. Who brings calls and events never waits for it:
/// what it has no room for is dropped and counted.
public final class Store implements Sink {
    private static final long CLOSE_MILLIS = 3000;

    private final Clock clock;
    private final Intake intake;
    private final CallSample sample;
    private final StoreThread writer;
    private final Thread thread;
    /// Of this minute; guarded by the sample, as that is by itself.
    private FunctionCounts counts = new FunctionCounts();
    /// Wall clock minus CLOCK_MONOTONIC, nanoseconds.
    private volatile long wallOffset;

    /// Opens the file later, on its own thread: what is wrong with it stops nothing.
    ///
    /// @param library a directory of our own for SQLite's machine code; made if it is missing
    /// @param trouble is told what is wrong, in a line, and with an empty one when it is over
    /// @param say is told what a person should know and needs do nothing about
    public Store(StoreSettings settings, Path library, Clock clock, Consumer<String> trouble, Consumer<String> say) {
        this.clock = clock;
        intake = new Intake(settings.callsPerSecond());
        sample = new CallSample(settings.callsPerSecond(), new SplittableRandom());
        second();
        writer = new StoreThread(settings, library, new Side(), trouble, say);
        thread = Thread.ofPlatform().daemon().name("stet-store").start(writer);
    }

    @Override
    public void call(Call call) {
        long nanos = call.latencyNanos().orElse(-1);
        if (seen(call.attachment().program(), call.point().name(), nanos)) {
            keep(new CallRow(call, wallOffset));
        }
    }

    /// Counts a call.
    ///
    /// @return is it to be kept, too?
    boolean seen(String process, String function, long nanos) {
        synchronized (sample) {
            counts.add(process, function, nanos);
            return sample.isKept();
        }
    }

    void keep(Intake.Pending call) {
        intake.call(call);
    }

    @Override
    public void event(AgentEvent event) {
        intake.event(new EventRows(event, clock.instant()));
    }

    @Override
    public long dropped() {
        return intake.dropped();
    }

    /// What is wrong; empty if it writes.
    public Optional<String> trouble() {
        return writer.trouble();
    }

    private void second() {
        wallOffset = EventRows.nanos(clock.instant()) - System.nanoTime();
        synchronized (sample) {
            sample.second();
        }
    }

    /// What the thread that writes sees of the rest.
    private final class Side implements StoreThread.Source {
        @Override
        public boolean await(long millis) throws InterruptedException {
            boolean more = intake.await(millis);
            second();
            return more;
        }

        @Override
        public List<Intake.Pending> take() {
            return intake.take();
        }

        @Override
        public Optional<FunctionCounts> minute() {
            FunctionCounts next = new FunctionCounts();
            synchronized (sample) {
                FunctionCounts past = counts;
                if (past.isEmpty()) {
                    return Optional.empty();
                }
                counts = next;
                return Optional.of(past);
            }
        }

        @Override
        public void dropped(long count) {
            intake.drop(count);
        }

        @Override
        public long now() {
            return EventRows.nanos(clock.instant());
        }
    }

    @Override
    public void close() {
        intake.close();
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
