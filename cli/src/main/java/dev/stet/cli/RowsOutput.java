package dev.stet.cli;

import dev.stet.service.store.Rows;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/// An answer's rows, as they are printed.
interface RowsOutput extends Rows {
    /// There are no more.
    void end() throws IOException;

    /// @param isClosed does nobody read it any more?
    static RowsOutput of(boolean csv, boolean json, Output output, BooleanSupplier isClosed) {
        if (csv) {
            return new RowsCsv(output, isClosed);
        }
        return json ? new RowsJson(output, isClosed) : new RowsTable(output, isClosed);
    }
}
