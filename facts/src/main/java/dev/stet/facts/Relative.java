package dev.stet.facts;

/// A process above another.
///
/// @param exe its executable's path, as [FactKey#EXE]
/// @param comm its main thread's name
public record Relative(int pid, Fact<String> exe, Fact<String> comm) {}
