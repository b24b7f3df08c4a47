package dev.stet.service.otlp;

import dev.stet.agent.AgentEvent;
import dev.stet.agent.json.EventJson;
import dev.stet.service.JsonMembers;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// An event as a log record: a sentence, and the members of its JSON (docs/json.md) as attributes.
final class EventLog {
    private EventLog() {}

    static void send(Logger logger, AgentEvent event, Instant at, Optional<String> text) {
        String json = EventJson.of(event, at).toString();
        Map<String, String> members = JsonMembers.of(json);
        String type = JsonMembers.plain(members.getOrDefault("type", "\"event\""));
        LogRecordBuilder log = logger.logRecordBuilder()
                .setTimestamp(at)
                .setSeverity(severity(event))
                .setEventName("stet." + type)
                .setBody(text.orElse(type));
        members.forEach((name, raw) -> {
            String key = name.equals("pid") ? "process.pid" : "stet." + name;
            if (!name.equals("type") && !name.equals("time")) {
                JsonMembers.number(raw)
                        .ifPresentOrElse(
                                number -> log.setAttribute(key, number),
                                () -> log.setAttribute(key, JsonMembers.plain(raw)));
            }
        });
        log.emit();
    }

    private static Severity severity(AgentEvent event) {
        return switch (event) {
            case AgentEvent.Hung _ -> Severity.ERROR;
            case AgentEvent.RolloutHalted _,
                    AgentEvent.Guarded _,
                    AgentEvent.Vanished _,
                    AgentEvent.ForeignBreakpoints _,
                    AgentEvent.Suspected _,
                    AgentEvent.Relieved _,
                    AgentEvent.ExpiryWarning _,
                    AgentEvent.PolicyRejected _,
                    AgentEvent.PacksRejected _ -> Severity.WARN;
            case AgentEvent.Attached _,
                    AgentEvent.Detached _,
                    AgentEvent.Judged _,
                    AgentEvent.Held _,
                    AgentEvent.Repaired _,
                    AgentEvent.Refused _,
                    AgentEvent.NotFound _,
                    AgentEvent.PolicyApplied _,
                    AgentEvent.PolicyRestored _,
                    AgentEvent.Expired _,
                    AgentEvent.PacksApplied _,
                    AgentEvent.Ended _,
                    AgentEvent.Notice _ -> Severity.INFO;
        };
    }
}
