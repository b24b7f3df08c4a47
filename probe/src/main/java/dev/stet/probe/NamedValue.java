package dev.stet.probe;

/// A value of a call and what it is called.
public record NamedValue(String name, Value value) {}
