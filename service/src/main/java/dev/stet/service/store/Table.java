package dev.stet.service.store;

import java.util.List;
import java.util.stream.Collectors;

/// A table of the store.
///
/// @param meaning what a row of it is, in a line
/// @param columns the first of them is `time`, by which the rows are in order
public record Table(String name, String meaning, List<Column> columns) {
    public Table {
        columns = List.copyOf(columns);
    }

    String create() {
        return "CREATE TABLE IF NOT EXISTS " + name + " (time INTEGER PRIMARY KEY, "
                + columns.stream()
                        .skip(1)
                        .map(column -> column.name() + " " + column.type())
                        .collect(Collectors.joining(", "))
                + ")";
    }

    String insert() {
        return "INSERT OR IGNORE INTO " + name + " VALUES ("
                + columns.stream().map(_ -> "?").collect(Collectors.joining(", ")) + ")";
    }
}
