package dev.stet.policy.yaml;

import java.util.List;
import java.util.TreeSet;

/// Collects what is wrong, to be told all at once. Not for use by several threads.
public final class Problems {
    /// Most kept: nobody reads more, and a hostile file of a megabyte has room for a hundred thousand.
    public static final int MAX = 500;

    private final TreeSet<Problem> found = new TreeSet<>();

    /// Keeps the problem, unless it is there already or [#MAX] are.
    public void add(Problem problem) {
        if (found.size() < MAX) {
            found.add(problem);
        }
    }

    /// Keeps all of them, as far as there is room.
    public void addAll(Iterable<Problem> problems) {
        problems.forEach(this::add);
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    /// By file and place, each once.
    public List<Problem> list() {
        return List.copyOf(found);
    }
}
