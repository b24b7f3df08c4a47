package dev.stet.probe;

/// Breakpoints of one function in one process that were hit: entries and exits, and calls that a filter or a sample
/// leaves out.
///
/// @param count since it was asked for before
public record Hit(Attachment attachment, String function, long count) {}
