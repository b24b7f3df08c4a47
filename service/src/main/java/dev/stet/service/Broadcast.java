package dev.stet.service;

import dev.stet.agent.AgentEvent;
import dev.stet.agent.json.CallJson;
import dev.stet.agent.json.EventJson;
import dev.stet.agent.json.Json;
import dev.stet.agent.json.Times;
import dev.stet.probe.Call;
import dev.stet.probe.Frame;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/// Gives calls and events, as JSON, to whoever watches just now. If nobody does, a call costs a look at
/// an empty list.
public final class Broadcast implements Sink {
    /// Watchers at once: each costs the thread that reads calls some time for every call.
    static final int MAX_WATCHERS = 32;

    private final CallJson calls;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final LongAdder dropped = new LongAdder();

    /// @param frames the functions of a call's stack
    public Broadcast(Function<Call, List<Frame>> frames) {
        calls = new CallJson(new Times(), frames);
    }

    /// Begins to watch.
    ///
    /// @param wake is called when there is something to [Watcher#take], by the threads that trace: it
    ///     must not block
    /// @return empty if too many watch already
    public synchronized Optional<Watcher> watch(StreamRequest wanted, Runnable wake) {
        if (watchers.size() >= MAX_WATCHERS) {
            return Optional.empty();
        }
        Watcher watcher = new Watcher(wanted, wake);
        watchers.add(watcher);
        return Optional.of(watcher);
    }

    /// Ends watching.
    public void leave(Watcher watcher) {
        watchers.remove(watcher);
        dropped.add(watcher.dropped());
    }

    /// How many watch.
    public int watching() {
        return watchers.size();
    }

    @Override
    public void call(Call call) {
        if (isWanted("call")) {
            give("call", calls.line(call).toString());
        }
    }

    @Override
    public void event(AgentEvent event) {
        if (!watchers.isEmpty()) {
            String line = EventJson.of(event).toString();
            give(JsonMembers.plain(JsonMembers.of(line).getOrDefault("type", "\"\"")), line);
        }
    }

    /// A line of the agent's log, as a person reads it.
    void log(Instant at, String text) {
        if (isWanted("log")) {
            StringBuilder out = new StringBuilder(text.length() + 80);
            Json.object(out)
                    .text("type", "log")
                    .text("time", at.toString())
                    .text("text", text)
                    .end();
            give("log", out.toString());
        }
    }

    private boolean isWanted(String type) {
        for (Watcher watcher : watchers) {
            if (watcher.wanted().type(type)) {
                return true;
            }
        }
        return false;
    }

    private void give(String type, String line) {
        for (Watcher watcher : watchers) {
            if (watcher.wanted().type(type) && watcher.wanted().where().wants(line)) {
                watcher.offer(line);
            }
        }
    }

    /// What watchers were too slow for.
    @Override
    public long dropped() {
        return dropped.sum() + watchers.stream().mapToLong(Watcher::dropped).sum();
    }

    @Override
    public void close() {
        watchers.clear();
    }
}
