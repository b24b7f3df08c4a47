package dev.stet.binary;

/// A table by which Go calls methods through an interface: the first word of an interface value is its
/// address, so it tells the type of what the value holds. Those that the run time makes are not in the binary.
///
/// @param virtualAddress of the table
/// @param interfaceName such as `net/http.ResponseWriter`
/// @param typeName of what is held: `*net/http.response`
/// @param type of what is held; a value that is no pointer is held by its address
public record GoItab(long virtualAddress, String interfaceName, String typeName, TypeRef type) {}
