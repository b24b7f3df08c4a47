package dev.stet.cli;

import dev.stet.service.store.Cell;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Holds an answer back until there is all of it, for who reads it may take hours (a pager), and as long
/// as the store is asked its log cannot be begun anew. What is beyond 16 MiB is given on as it comes.
final class GatheredRows implements RowsOutput {
    private static final long MAX_BYTES = 16L << 20;
    /// Of a row and of a cell, besides their text.
    private static final int EACH = 48;

    private final RowsOutput to;
    private final List<List<Cell>> held = new ArrayList<>();
    private List<String> names = List.of();
    private long bytes;
    private boolean isGiven;

    GatheredRows(RowsOutput to) {
        this.to = to;
    }

    @Override
    public void columns(List<String> columns) {
        names = columns;
    }

    @Override
    public boolean row(List<Cell> cells) throws IOException {
        if (isGiven) {
            return to.row(cells);
        }
        held.add(cells);
        bytes += EACH;
        for (Cell cell : cells) {
            bytes += EACH
                    + switch (cell) {
                        case Cell.Text(var text) -> 2L * text.length();
                        case Cell.Bytes(var hex) -> hex.length();
                        case Cell.Nothing _, Cell.Whole _, Cell.Real _ -> 0;
                    };
        }
        return bytes <= MAX_BYTES || give();
    }

    /// If there was an answer at all.
    @Override
    public void end() throws IOException {
        if (!isGiven && !names.isEmpty()) {
            var ignored = give();
        }
        to.end();
    }

    /// @return is more wanted?
    private boolean give() throws IOException {
        isGiven = true;
        to.columns(names);
        boolean wanted = true;
        for (int i = 0; i < held.size() && wanted; i++) {
            wanted = to.row(held.get(i));
        }
        held.clear();
        return wanted;
    }
}
