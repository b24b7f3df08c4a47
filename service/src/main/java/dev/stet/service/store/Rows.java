package dev.stet.service.store;

import java.io.IOException;
import java.util.List;

/// Takes an answer, as it comes.
public interface Rows {
    /// Once, before the first row.
    void columns(List<String> names) throws IOException;

    /// @param cells one for each column
    /// @return is more wanted?
    boolean row(List<Cell> cells) throws IOException;
}
