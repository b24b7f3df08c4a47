package dev.stet.probe.resolve;

import dev.stet.probe.compile.Take;
import java.util.List;

/// A capture made definite for one function: what the programs take, and how that becomes a value.
///
/// @param name what it is called in output
/// @param takes in the order of their numbers in `shape`
/// @param shape refers to `takes` by number, from 0
public record Shown(String name, List<Take> takes, Shape shape) {
    public Shown {
        takes = List.copyOf(takes);
    }
}
