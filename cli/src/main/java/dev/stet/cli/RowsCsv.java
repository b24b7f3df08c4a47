package dev.stet.cli;

import dev.stet.service.store.Cell;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// Rows as RFC 4180 has them: lines end with CR and LF; what has a comma, a quote or an end of line is
/// quoted. It is for programs: the values are as they are.
final class RowsCsv implements RowsOutput {
    private final Output output;
    private final BooleanSupplier isClosed;

    RowsCsv(Output output, BooleanSupplier isClosed) {
        this.output = output;
        this.isClosed = isClosed;
    }

    @Override
    public void columns(List<String> names) {
        output.line(names.stream().map(RowsCsv::quoted).collect(Collectors.joining(",")) + "\r");
    }

    @Override
    public boolean row(List<Cell> cells) {
        output.line(cells.stream().map(RowsCsv::text).collect(Collectors.joining(",")) + "\r");
        return !isClosed.getAsBoolean();
    }

    @Override
    public void end() {
        // nothing is held back
    }

    /// Of nothing nothing; an empty text is quoted, so that the two differ.
    private static String text(Cell cell) {
        return switch (cell) {
            case Cell.Nothing _ -> "";
            case Cell.Whole(long number) -> Long.toString(number);
            case Cell.Real(double number) -> Double.toString(number);
            case Cell.Text(var text) -> text.isEmpty() ? "\"\"" : quoted(text);
            case Cell.Bytes(var hex) -> hex;
        };
    }

    private static String quoted(String text) {
        boolean isPlain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return isPlain ? text : "\"" + text.replace("\"", "\"\"") + "\"";
    }
}
