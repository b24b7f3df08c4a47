package dev.stet.service.node;

import dev.stet.agent.json.Json;
import java.util.List;

/// What the service has to say of itself.
///
/// @param panic nothing is probed until `stet resume`
/// @param watchers of the stream
/// @param sinks what takes calls and events
/// @param troubles what wants a person's attention, a line each
public record ServiceState(boolean panic, int watchers, List<SinkState> sinks, List<String> troubles) {
    public ServiceState {
        sinks = List.copyOf(sinks);
        troubles = List.copyOf(troubles);
    }

    /// @param name `store`, `otlp`, `file`, `stream`
    /// @param dropped calls and events so far
    public record SinkState(String name, long dropped) {}

    void write(Json json) {
        json.bool("panic", panic)
                .number("watchers", watchers)
                .objects(
                        "sinks",
                        sinks,
                        (each, sink) -> each.text("sink", sink.name()).number("dropped", sink.dropped()))
                .texts("troubles", troubles);
    }
}
