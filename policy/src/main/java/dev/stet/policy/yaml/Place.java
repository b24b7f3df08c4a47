package dev.stet.policy.yaml;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// Where in a document: file, line, column and the way from its root.
///
/// @param line 1-based
/// @param column 1-based
/// @param parent empty for the root of a document
/// @param step how the parent calls it: `.name` or `[0]`
record Place(String file, int line, int column, Optional<Place> parent, String step) {
    static Place root(String file, int line, int column) {
        return new Place(file, line, column, Optional.empty(), "");
    }

    /// `spec.match.any[0].exe`; empty for the root. Made when asked for, for most places never need it.
    String path() {
        Deque<String> steps = new ArrayDeque<>();
        for (Optional<Place> at = Optional.of(this); at.isPresent(); at = at.get().parent) {
            steps.push(at.get().step);
        }
        String path = String.join("", steps);
        return path.startsWith(".") ? path.substring(1) : path;
    }

    Problem problem(String message) {
        return new Problem(file, line, column, path(), message);
    }
}
