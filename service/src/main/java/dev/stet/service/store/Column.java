package dev.stet.service.store;

/// A column of a table.
///
/// @param type `INTEGER`, `TEXT` or `BLOB`, as SQLite calls it
/// @param meaning what is in it, with its unit, in a line
public record Column(String name, String type, String meaning) {}
