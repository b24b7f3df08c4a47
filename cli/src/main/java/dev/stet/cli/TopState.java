package dev.stet.cli;

import java.util.List;
import java.util.Optional;

/// What a person has made of the screen of `stet top` so far. Pure: a key makes another one.
///
/// @param filter which processes; empty: all
/// @param idle those without probes, too
/// @param typing a filter that is being typed
record TopState(
        ProcessTable.Order order,
        String filter,
        boolean idle,
        boolean paused,
        Optional<String> typing,
        boolean ended,
        ProcessTable table) {
    private static final int MAX_FILTER = 60;

    TopState(
            ProcessTable.Order order,
            String filter,
            boolean idle,
            boolean paused,
            Optional<String> typing,
            boolean ended) {
        this(order, filter, idle, paused, typing, ended, new ProcessTable(List.of()));
    }

    /// What is on the screen, in order.
    List<ProcessTable.Row> shown() {
        return table.of(filter.isEmpty() ? Optional.empty() : Optional.of(filter), order).rows().stream()
                .filter(row -> idle || !row.state().equals("idle"))
                .toList();
    }

    TopState with(ProcessTable next) {
        return new TopState(order, filter, idle, paused, typing, ended, next);
    }

    /// A key was pressed.
    TopState key(char key) {
        if (typing.isPresent()) {
            return typed(typing.get(), key);
        }
        return switch (key) {
            case 'h' -> by(ProcessTable.Order.HITS);
            case 'c' -> by(ProcessTable.Order.CPU);
            case 'b' -> by(ProcessTable.Order.PROBES);
            case 'p' -> by(ProcessTable.Order.PID);
            case 'n' -> by(ProcessTable.Order.NAME);
            case 's' -> by(ProcessTable.Order.STATE);
            case 'i' -> new TopState(order, filter, !idle, paused, typing, ended, table);
            case ' ' -> new TopState(order, filter, idle, !paused, typing, ended, table);
            case '/' -> new TopState(order, filter, idle, paused, Optional.of(""), ended, table);
            case '\033' -> new TopState(order, "", idle, paused, typing, ended, table);
            case 'q', '\003' -> new TopState(order, filter, idle, paused, typing, true, table);
            default -> this;
        };
    }

    private TopState typed(String text, char key) {
        return switch (key) {
            case '\r', '\n' -> new TopState(order, text, idle, paused, Optional.empty(), ended, table);
            case '\033' -> new TopState(order, filter, idle, paused, Optional.empty(), ended, table);
            case '\b', '\177' -> {
                String less = text.isEmpty() ? text : text.substring(0, text.length() - 1);
                yield new TopState(order, filter, idle, paused, Optional.of(less), ended, table);
            }
            default -> {
                boolean fits = key >= ' ' && key < '\177' && text.length() < MAX_FILTER;
                yield new TopState(order, filter, idle, paused, Optional.of(fits ? text + key : text), ended, table);
            }
        };
    }

    private TopState by(ProcessTable.Order next) {
        return new TopState(next, filter, idle, paused, typing, ended, table);
    }
}
