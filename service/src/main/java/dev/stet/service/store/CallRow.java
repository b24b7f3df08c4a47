package dev.stet.service.store;

import dev.stet.agent.json.CallJson;
import dev.stet.agent.json.Json;
import dev.stet.agent.json.ValueJson;
import dev.stet.probe.Call;
import dev.stet.probe.NamedValue;
import java.sql.SQLException;
import java.util.List;

/// A call, as a row.
record CallRow(Call call, long wallOffset) implements Intake.Pending {
    /// @param wallOffset wall clock minus CLOCK_MONOTONIC, nanoseconds
    CallRow {}

    @Override
    public void write(RowWriter rows) throws SQLException {
        ValueJson values = new ValueJson();
        String arguments = object(values, "args", call.arguments());
        String results = call.end() instanceof Call.End.Returned ? object(values, "results", call.results()) : null;
        StringBuilder notes = new StringBuilder();
        Json json = Json.object(notes);
        values.notes(json);
        json.end();
        String kind = call.point().probe().kind();
        rows.row(
                Schema.CALLS,
                call.entryNanos() + wallOffset,
                (long) call.attachment().process().pid(),
                (long) call.tid(),
                call.attachment().program(),
                call.attachment().path(),
                call.point().name(),
                call.point().probe().pack(),
                kind.isEmpty() ? null : kind,
                call.latencyNanos().isPresent() ? (Long) call.latencyNanos().getAsLong() : null,
                CallJson.end(call.end()),
                arguments,
                results,
                notes.length() == 2 ? null : EventRows.bounded(notes));
    }

    private static String object(ValueJson values, String name, List<NamedValue> named) {
        StringBuilder out = new StringBuilder(64);
        Json json = Json.object(out);
        values.members(json, name, named);
        json.end();
        return EventRows.bounded(out);
    }
}
