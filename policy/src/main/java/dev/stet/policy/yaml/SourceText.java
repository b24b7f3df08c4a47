package dev.stet.policy.yaml;

/// The text of one file.
///
/// @param file its name as messages show it: `policy.d/fibers.yaml`
/// @param text decoded from UTF-8 with replacement; a replaced character is reported
public record SourceText(String file, String text) {}
