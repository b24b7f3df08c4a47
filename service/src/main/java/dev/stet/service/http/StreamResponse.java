package dev.stet.service.http;

import dev.stet.service.Broadcast;
import dev.stet.service.JsonMembers;
import dev.stet.service.StreamRequest;
import dev.stet.service.Watcher;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/// One who watches, over HTTP: as server-sent events, or as a JSON object a line. Never more than one
/// write is under way, no thread waits for it, and what does not fit meanwhile is dropped and counted
/// ([Watcher]). Who takes nothing for as long as the connection may be idle is cut off.
final class StreamResponse implements Callback {
    private static final int BATCH_CHARS = 32 * 1024;
    /// Tells the client that the connection lives, and Stet that the client does.
    private static final long BEAT_SECONDS = 10;

    private final Broadcast broadcast;
    private final Executor executor;
    private final Scheduler scheduler;
    private final Response response;
    private final Callback whole;
    private final boolean lines;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();
    private Watcher watcher;
    private boolean writing;
    private volatile Scheduler.Task beat;

    private StreamResponse(Broadcast broadcast, Request request, Response response, Callback whole, boolean lines) {
        this.broadcast = broadcast;
        executor = request.getComponents().getExecutor();
        scheduler = request.getComponents().getScheduler();
        this.response = response;
        this.whole = whole;
        this.lines = lines;
    }

    /// Begins, unless too many watch.
    ///
    /// @param lines a JSON object a line, and no server-sent events
    /// @return false if too many watch
    static boolean begin(
            Broadcast broadcast,
            StreamRequest wanted,
            boolean lines,
            Request request,
            Response response,
            Callback whole) {
        StreamResponse stream = new StreamResponse(broadcast, request, response, whole, lines);
        var watcher = broadcast.watch(wanted, stream::wake);
        if (watcher.isEmpty()) {
            return false;
        }
        stream.watcher = watcher.get();
        response.getHeaders().put("Content-Type", lines ? "application/x-ndjson" : "text/event-stream");
        response.getHeaders().put("Cache-Control", "no-store");
        stream.write(lines ? "\n" : ": stet\n\n");
        stream.beatLater();
        return true;
    }

    /// Called by threads that trace.
    private void wake() {
        if (!scheduled.getAndSet(true)) {
            try {
                executor.execute(this::pump);
            } catch (RejectedExecutionException e) {
                end(e); // the server is stopping
            }
        }
    }

    private void pump() {
        scheduled.set(false);
        String text;
        synchronized (this) {
            if (writing || ended.get()) {
                return;
            }
            text = text();
            if (text.isEmpty()) {
                return;
            }
            writing = true;
        }
        send(text);
    }

    private void write(String text) {
        synchronized (this) {
            if (writing || ended.get()) {
                return;
            }
            writing = true;
        }
        send(text);
    }

    private void send(String text) {
        response.write(false, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), this);
    }

    private String text() {
        StringBuilder out = new StringBuilder();
        long dropped = watcher.droppedSince();
        List<String> taken = watcher.take(BATCH_CHARS);
        taken.forEach(line -> append(out, line));
        if (dropped > 0) {
            append(out, "{\"type\":\"dropped\",\"count\":" + dropped + "}");
        }
        return out.toString();
    }

    private void append(StringBuilder out, String line) {
        if (!lines) {
            out.append("event: ")
                    .append(JsonMembers.plain(JsonMembers.of(line).getOrDefault("type", "\"\"")))
                    .append("\ndata: ");
        }
        out.append(line).append(lines ? "\n" : "\n\n");
    }

    private void beatLater() {
        beat = scheduler.schedule(
                () -> {
                    if (!ended.get()) {
                        write(lines ? "\n" : ": \n\n");
                        beatLater();
                    }
                },
                BEAT_SECONDS,
                TimeUnit.SECONDS);
    }

    @Override
    public void succeeded() {
        synchronized (this) {
            writing = false;
        }
        wake();
    }

    @Override
    public void failed(Throwable cause) {
        end(cause);
    }

    private void end(Throwable cause) {
        if (!ended.getAndSet(true)) {
            broadcast.leave(watcher);
            Scheduler.Task next = beat;
            if (next != null) {
                var ignored = next.cancel();
            }
            whole.failed(cause);
        }
    }
}
