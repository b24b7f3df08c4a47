package dev.stet.facts;

/// A function of a binary.
///
/// @param name as the binary spells it: a C++ or Rust name is mangled
/// @param virtualAddress as linked: st_value, or a pclntab entry
/// @param fileOffset of its first byte, by the PT_LOAD that holds it
/// @param size in bytes; 0 if the binary does not say
public record Function(String name, long virtualAddress, long fileOffset, long size) {}
