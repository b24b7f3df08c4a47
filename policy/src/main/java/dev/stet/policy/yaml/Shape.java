package dev.stet.policy.yaml;

import java.util.ArrayList;
import java.util.List;

/// Which fields a mapping may have. A mapping's other fields are reported, with the name that was probably
/// meant.
///
/// @param names fields that are understood
/// @param notYet fields that the documentation knows and this version does not: refused, and not called a
///     typing error
public record Shape(List<String> names, List<String> notYet) {
    public Shape {
        names = List.copyOf(names);
        notYet = List.copyOf(notYet);
    }

    public static Shape of(String... names) {
        return new Shape(List.of(names), List.of());
    }

    /// The same fields, and more that are refused as not supported by this version.
    public Shape notYet(String... more) {
        List<String> all = new ArrayList<>(notYet);
        all.addAll(List.of(more));
        return new Shape(names, all);
    }

    /// The same fields and more that are understood.
    public Shape and(Shape other) {
        List<String> all = new ArrayList<>(names);
        all.addAll(other.names);
        List<String> later = new ArrayList<>(notYet);
        later.addAll(other.notYet);
        return new Shape(all, later);
    }
}
