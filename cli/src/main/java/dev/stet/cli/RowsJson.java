package dev.stet.cli;

import dev.stet.agent.json.Json;
import dev.stet.service.store.Cell;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// Rows as JSON objects, one a line. Of columns with the same name the later ones get a number.
final class RowsJson implements RowsOutput {
    private final Output output;
    private final BooleanSupplier isClosed;
    private List<String> names = List.of();

    RowsJson(Output output, BooleanSupplier isClosed) {
        this.output = output;
        this.isClosed = isClosed;
    }

    @Override
    public void columns(List<String> columns) {
        List<String> unique = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (String name : columns) {
            String next = name;
            for (int number = 2; !used.add(next); number++) {
                next = name + "_" + number;
            }
            unique.add(next);
        }
        names = unique;
    }

    @Override
    public boolean row(List<Cell> cells) {
        StringBuilder out = new StringBuilder(128);
        Json json = Json.object(out);
        for (int i = 0; i < cells.size(); i++) {
            write(json.value(names.get(i)), cells.get(i));
        }
        json.end();
        output.line(out);
        return !isClosed.getAsBoolean();
    }

    @Override
    public void end() {
        // nothing is held back
    }

    private static void write(Json.Slot slot, Cell cell) {
        switch (cell) {
            case Cell.Nothing _ -> slot.nothing();
            case Cell.Whole(long number) -> slot.number(number);
            case Cell.Real(double number) -> slot.real(number, false);
            case Cell.Text(var text) -> slot.text(text);
            case Cell.Bytes(var hex) -> slot.text(hex);
        }
    }
}
