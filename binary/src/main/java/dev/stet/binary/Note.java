package dev.stet.binary;

/// A note that a tool left in the file, for display (gABI chapter 5, notes).
///
/// @param owner who says what the type means: `GNU`, `Go`, `FDO`; what cannot be shown is `?`
/// @param type as it stands; what it means is up to the owner
/// @param size of its contents, in bytes
public record Note(String owner, long type, long size) {}
