package dev.stet.probe.redact;

/// A part of a text that is private.
///
/// @param from where it begins, in characters
/// @param to where it ends; more than `from`
/// @param what for a person: `card number`
public record Secret(int from, int to, String what) {}
