package dev.stet.service.store;

/// A value of an answer.
public sealed interface Cell {
    /// NULL.
    record Nothing() implements Cell {}

    record Whole(long value) implements Cell {}

    record Real(double value) implements Cell {}

    record Text(String value) implements Cell {}

    /// A blob, two digits a byte.
    record Bytes(String hex) implements Cell {}

    Cell NOTHING = new Nothing();
}
