package dev.stet.cli;

import dev.stet.agent.json.SafeText;
import java.util.List;

/// Columns as wide as what is in them.
final class Table {
    /// A wider cell pushes the others of its line to the right.
    private static final int MAX_WIDTH = 48;

    private Table() {}

    /// @param rows of the same number of cells
    static void print(Output output, String indent, List<List<String>> rows) {
        int columns = rows.isEmpty() ? 0 : rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], Math.min(MAX_WIDTH, row.get(i).length()));
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(indent);
            for (int i = 0; i < columns; i++) {
                CallText.pad(line, SafeText.plain(row.get(i)), widths[i] + 2, false);
            }
            output.line(line.toString().stripTrailing());
        }
    }
}
