package dev.stet.service.store;

import java.sql.SQLException;

/// Where rows go.
@FunctionalInterface
interface RowWriter {
    /// @param time nanoseconds since 1970; if a row of the table has it already, the next that none has
    /// @param values of the other columns: a Long, a String, a byte array, or null
    void row(Table table, long time, Object... values) throws SQLException;
}
