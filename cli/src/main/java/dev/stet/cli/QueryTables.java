package dev.stet.cli;

import dev.stet.agent.json.Json;
import dev.stet.service.store.Table;

/// What a store has, as JSON.
final class QueryTables {
    private QueryTables() {}

    static CharSequence json(Table table) {
        StringBuilder out = new StringBuilder();
        Json json = Json.object(out);
        json.text("table", table.name())
                .text("meaning", table.meaning())
                .objects(
                        "columns",
                        table.columns(),
                        (each, column) -> each.text("name", column.name())
                                .text("type", column.type())
                                .text("meaning", column.meaning()))
                .end();
        return out;
    }
}
