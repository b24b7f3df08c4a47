package dev.stet.cli;

import dev.stet.agent.json.SafeText;
import dev.stet.service.store.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/// Rows in columns, numbers to the right. How wide they are is decided by the first rows, so that an answer of
/// any length needs little memory.
final class RowsTable implements RowsOutput {
    private static final int LOOKED_AT = 200;
    /// A wider cell pushes the others of its line to the right; the last may be as long as it likes.
    private static final int MAX_WIDTH = 60;
    private static final int MAX_CELL = 2000;

    private final Output output;
    private final BooleanSupplier isClosed;
    private final List<List<Cell>> waiting = new ArrayList<>();
    private List<String> names = List.of();
    private int[] widths = new int[0];
    private boolean isBegun;

    RowsTable(Output output, BooleanSupplier isClosed) {
        this.output = output;
        this.isClosed = isClosed;
    }

    @Override
    public void columns(List<String> columns) {
        names = List.copyOf(columns);
    }

    @Override
    public boolean row(List<Cell> cells) {
        if (isBegun) {
            line(cells);
        } else {
            waiting.add(cells);
            if (waiting.size() == LOOKED_AT) {
                begin();
            }
        }
        return !isClosed.getAsBoolean();
    }

    @Override
    public void end() {
        if (!isBegun && !names.isEmpty()) {
            begin();
        }
    }

    private void begin() {
        isBegun = true;
        widths = new int[names.size()];
        boolean[] numeric = new boolean[names.size()];
        for (int i = 0; i < names.size(); i++) {
            widths[i] = SafeText.plain(names.get(i)).length();
            for (List<Cell> row : waiting) {
                widths[i] =
                        Math.max(widths[i], Math.min(MAX_WIDTH, text(row.get(i)).length()));
                numeric[i] |= isNumber(row.get(i));
            }
        }
        StringBuilder heading = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            pad(heading, i, SafeText.plain(names.get(i)), numeric[i]);
        }
        output.line(output.bold(heading.toString().stripTrailing()));
        waiting.forEach(this::line);
        waiting.clear();
    }

    private void line(List<Cell> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            pad(line, i, text(cells.get(i)), isNumber(cells.get(i)));
        }
        output.line(line.toString().stripTrailing());
    }

    private void pad(StringBuilder line, int column, String text, boolean right) {
        line.append(column == 0 ? "" : "  ");
        CallText.pad(line, text, widths[column], right);
    }

    private static boolean isNumber(Cell cell) {
        return cell instanceof Cell.Whole || cell instanceof Cell.Real;
    }

    private static String text(Cell cell) {
        return switch (cell) {
            case Cell.Nothing _ -> "-";
            case Cell.Whole(long number) -> Long.toString(number);
            case Cell.Real(double number) ->
                Double.isFinite(number) && Math.abs(number) < 1e15 && Math.abs(number) >= 1e-3
                        ? String.format(Locale.ROOT, "%.3f", number)
                        : Double.toString(number);
            case Cell.Text(var text) ->
                SafeText.plain(text.length() > MAX_CELL ? text.substring(0, MAX_CELL) + "..." : text);
            case Cell.Bytes(var hex) -> hex.length() / 2 + " bytes";
        };
    }
}
