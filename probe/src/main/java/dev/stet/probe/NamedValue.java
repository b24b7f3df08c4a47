package dev.stet.probe;

/// What one capture took.
///
/// @param name what the capture is called in output
public record NamedValue(String name, Value value) {}
