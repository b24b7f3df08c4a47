package dev.stet.cli;

import dev.stet.service.JsonMembers;
import dev.stet.service.store.Cell;
import dev.stet.service.store.Rows;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Asks the store through the agent, which asks for those who may not read it themselves.
///
/// @param agent who is asked
/// @param rows at most; 0: as many as it gives
record AgentQuery(AgentOption agent, long rows) {
    private static final long MOST_ROWS = 10_000;

    /// Gives the answer to `to`.
    ///
    /// @return is that all of it?
    boolean ask(String sql, Rows to) throws IOException {
        long most = rows == 0 ? MOST_ROWS : Math.min(rows, MOST_ROWS);
        Map<String, String> answer = JsonMembers.of(
                agent.text("POST", "/v1/query?limit=" + most, Optional.of(sql)).strip());
        List<String> lines = JsonMembers.items(answer.getOrDefault("rows", "[]"));
        for (int i = 0; i < lines.size(); i++) {
            Map<String, String> members = JsonMembers.of(lines.get(i));
            if (i == 0) {
                to.columns(List.copyOf(members.keySet()));
            }
            if (!to.row(members.values().stream().map(AgentQuery::cell).toList())) {
                return true;
            }
        }
        return answer.getOrDefault("complete", "true").equals("true");
    }

    private static Cell cell(String raw) {
        if (raw.equals("null")) {
            return Cell.NOTHING;
        }
        if (raw.startsWith("\"")) {
            return new Cell.Text(JsonMembers.plain(raw));
        }
        Optional<Long> whole = JsonMembers.number(raw);
        return whole.isPresent() ? new Cell.Whole(whole.get()) : new Cell.Real(Double.parseDouble(raw));
    }
}
