package dev.stet.service.store;

import dev.stet.agent.AgentEvent;
import dev.stet.agent.json.CallJson;
import dev.stet.agent.json.EventJson;
import dev.stet.agent.json.Times;
import dev.stet.probe.Call;
import dev.stet.probe.Frame;
import dev.stet.service.Sink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;

/// Writes every call and event to a file, the same lines as `stet run --json` prints. One thread writes;
/// who brings calls and events never waits for it: what it has no room for is dropped and counted.
public final class FileSink implements Sink {
    /// Calls and events that wait: half a second's at 30,000 a second.
    static final int ROOM = 16_384;

    private static final int CHARACTERS = 64 << 10;
    private static final long LOOK_NANOS = 1_000_000_000L;
    /// After a failure.
    private static final long AGAIN_NANOS = 2_000_000_000L;
    private static final long CLOSE_MILLIS = 3000;

    private final FileSettings settings;
    private final Clock clock;
    private final Function<Call, List<Frame>> frames;
    private final Consumer<String> trouble;
    private final ArrayBlockingQueue<Line> waiting = new ArrayBlockingQueue<>(ROOM);
    private final LongAdder dropped = new LongAdder();
    private final Thread thread;
    private volatile boolean closing;

    /// What is to become a line.
    private sealed interface Line {
        record OfCall(Call call, List<Frame> stack) implements Line {}

        record OfEvent(AgentEvent event, Instant at) implements Line {}
    }

    /// Opens the file later, on its own thread: what is wrong with it stops nothing.
    ///
    /// @param frames the functions of a call's stack; asked by the thread that brings calls
    /// @param trouble is told what is wrong, in a line, and with an empty one when it is over
    public FileSink(FileSettings settings, Clock clock, Function<Call, List<Frame>> frames, Consumer<String> trouble) {
        this.settings = settings;
        this.clock = clock;
        this.frames = frames;
        this.trouble = trouble;
        thread = Thread.ofPlatform().daemon().name("stet-file").start(this::write);
    }

    @Override
    public void call(Call call) {
        offer(new Line.OfCall(call, call.stack().isEmpty() ? List.of() : frames.apply(call)));
    }

    @Override
    public void event(AgentEvent event) {
        offer(new Line.OfEvent(event, clock.instant()));
    }

    private void offer(Line line) {
        if (closing || !waiting.offer(line)) {
            dropped.increment();
        }
    }

    @Override
    public long dropped() {
        return dropped.sum();
    }

    private void write() {
        try (LineFile file = new LineFile(settings)) {
            Writer writer = new Writer(file);
            while (!closing || !waiting.isEmpty()) {
                writer.round();
            }
        } catch (IOException e) {
            trouble.accept("file " + settings.path() + ": closing it: " + StoreFile.reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        dropped.add(waiting.size());
    }

    /// The thread's own.
    private final class Writer {
        private final LineFile file;
        private final List<Line> taken = new ArrayList<>();
        private final StringBuilder text = new StringBuilder(CHARACTERS);
        private List<Frame> stack = List.of();
        private final CallJson calls = new CallJson(new Times(), _ -> stack);
        private long looked = System.nanoTime();
        private long failedAt;
        private boolean failed;

        Writer(LineFile file) {
            this.file = file;
        }

        void round() throws InterruptedException {
            Line first = waiting.poll(LOOK_NANOS / 4, TimeUnit.NANOSECONDS);
            taken.clear();
            if (first != null) {
                taken.add(first);
                waiting.drainTo(taken, 1000);
            }
            if (failed && System.nanoTime() - failedAt < AGAIN_NANOS) {
                dropped.add(taken.size());
                return;
            }
            int done = 0;
            try {
                if (System.nanoTime() - looked > LOOK_NANOS) {
                    looked = System.nanoTime();
                    file.look();
                }
                while (done < taken.size()) {
                    done += chunk(done);
                }
                if (failed && first != null) {
                    failed = false;
                    trouble.accept("");
                }
            } catch (IOException e) {
                dropped.add(taken.size() - done);
                failed = true;
                failedAt = System.nanoTime();
                trouble.accept(
                        "file " + settings.path() + ": " + StoreFile.reason(e) + "; what comes meanwhile is not in it");
            }
        }

        /// @return how many lines were written
        private int chunk(int from) throws IOException {
            text.setLength(0);
            int count = 0;
            while (from + count < taken.size() && text.length() < CHARACTERS) {
                text.append(line(taken.get(from + count))).append('\n');
                count++;
            }
            file.append(ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8)));
            return count;
        }

        private CharSequence line(Line line) {
            return switch (line) {
                case Line.OfCall(var call, var frames) -> {
                    stack = frames;
                    yield calls.line(call);
                }
                case Line.OfEvent(var event, var at) -> EventJson.of(event, at);
            };
        }
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        trouble.accept("");
    }
}
