package dev.stet.agent;

import java.util.ArrayList;
import java.util.List;

/// How a page of a process's text differs from its file.
sealed interface PageDifference {
    /// Breakpoints only, or nothing at all.
    ///
    /// @param at offsets within the page at which memory has an int3 and the file something else, ascending; empty
    ///     if it is as in the file
    record Breakpoints(List<Integer> at) implements PageDifference {
        public Breakpoints {
            at = List.copyOf(at);
        }
    }

    /// Something else: the program, or somebody, has changed its text on purpose.
    record Changed() implements PageDifference {}

    /// Compares.
    ///
    /// @param length how many bytes both have; what is behind is not looked at
    static PageDifference of(byte[] memory, byte[] file, int length) {
        List<Integer> at = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            if (memory[i] != file[i]) {
                if (memory[i] != dev.stet.agent.Breakpoints.INT3) {
                    return new Changed();
                }
                at.add(i);
            }
        }
        return new Breakpoints(at);
    }
}
