package dev.stet.service.store;

import dev.stet.agent.AgentEvent;
import dev.stet.agent.json.EventJson;
import dev.stet.agent.json.Json;
import dev.stet.agent.json.VerdictJson;
import dev.stet.facts.ProcessIdentity;
import dev.stet.service.JsonMembers;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/// An event, as one row or several.
record EventRows(AgentEvent event, Instant at) implements Intake.Pending {
    /// Of a JSON text, in characters: what is longer is left out.
    static final int MAX_JSON = 32 * 1024;

    private static final long SECOND = 1_000_000_000L;

    @Override
    public void write(RowWriter rows) throws SQLException {
        long time = nanos(at);
        // The event's own time, for it may have waited.
        String json = EventJson.of(event, at).toString();
        Optional<Subject> subject = subject(event);
        rows.row(
                Schema.EVENTS,
                time,
                JsonMembers.plain(JsonMembers.of(json).getOrDefault("type", "\"\"")),
                subject.map(each -> (Long) (long) each.process.pid()).orElse(null),
                subject.map(Subject::program).orElse(null),
                bounded(json));
        special(rows, time);
    }

    private void special(RowWriter rows, long time) throws SQLException {
        if (event instanceof AgentEvent.Judged(var process, var program, var before, var verdict, boolean _)) {
            rows.row(
                    Schema.VERDICTS,
                    time,
                    (long) process.pid(),
                    program,
                    before.map(VerdictJson::word).orElse(null),
                    VerdictJson.word(verdict),
                    verdict.explain());
        } else if (event instanceof AgentEvent.Ended(var process, var program, var how)) {
            rows.row(
                    Schema.EXITS,
                    time,
                    (long) process.pid(),
                    program,
                    how.map(each -> each.status().toString()).orElse(null),
                    how.map(each -> (Long) each.ran().toNanos()).orElse(null),
                    how.flatMap(AgentEvent.Ended.How::probed)
                            .map(probed -> (Long) probed.toNanos())
                            .orElse(null));
        } else if (event instanceof AgentEvent.PolicyApplied applied) {
            for (AgentEvent.RuleChange change : applied.changes()) {
                rows.row(
                        Schema.EXEMPTIONS,
                        time,
                        change.rule(),
                        Json.lower(change.kind()),
                        change.file(),
                        change.savedBy().orElse(null),
                        (long) applied.generation());
            }
        } else if (event instanceof AgentEvent.Expired(var rule)) {
            rows.row(Schema.EXEMPTIONS, time, rule.name(), "expired", rule.file(), null, null);
        }
    }

    /// Whom an event is about.
    private record Subject(ProcessIdentity process, String program) {}

    private static Optional<Subject> subject(AgentEvent event) {
        return switch (event) {
            case AgentEvent.Attached(var on, var _) -> Optional.of(new Subject(on.process(), on.program()));
            case AgentEvent.Detached(var on, var _, var _) -> Optional.of(new Subject(on.process(), on.program()));
            case AgentEvent.Vanished(var on, int _, int _) -> Optional.of(new Subject(on.process(), on.program()));
            case AgentEvent.Judged each -> Optional.of(new Subject(each.process(), each.program()));
            case AgentEvent.Held each -> Optional.of(new Subject(each.process(), each.program()));
            case AgentEvent.Repaired each -> Optional.of(new Subject(each.process(), each.program()));
            case AgentEvent.ForeignBreakpoints each -> Optional.of(new Subject(each.process(), each.program()));
            case AgentEvent.Refused each -> Optional.of(new Subject(each.process(), each.program()));
            case AgentEvent.Ended each -> Optional.of(new Subject(each.process(), each.program()));
            case AgentEvent.NotFound each -> Optional.of(new Subject(each.process(), null));
            case AgentEvent.RolloutHalted _,
                    AgentEvent.Guarded _,
                    AgentEvent.Suspected _,
                    AgentEvent.PolicyApplied _,
                    AgentEvent.PolicyRestored _,
                    AgentEvent.ExpiryWarning _,
                    AgentEvent.Expired _,
                    AgentEvent.PolicyRejected _,
                    AgentEvent.PacksApplied _,
                    AgentEvent.PacksRejected _,
                    AgentEvent.Hung _,
                    AgentEvent.Relieved _,
                    AgentEvent.Notice _ -> Optional.empty();
        };
    }

    /// What is too long is told of, and stays JSON.
    static String bounded(CharSequence json) {
        return json.length() <= MAX_JSON ? json.toString() : "{\"leftOutCharacters\":" + json.length() + "}";
    }

    static long nanos(Instant at) {
        return at.getEpochSecond() * SECOND + at.getNano();
    }
}
