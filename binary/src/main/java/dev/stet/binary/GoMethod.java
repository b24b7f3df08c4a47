package dev.stet.binary;

import java.util.Optional;
import java.util.OptionalLong;

/// A method as Go's run time knows it.
///
/// @param name without its type: `ServeHTTP`
/// @param exported can other packages call it?
/// @param type what it takes, without the receiver, and gives; empty if the linker saw no use for it
/// @param virtualAddress of its code; empty if it has none, as an interface's, or the linker saw no use for it
public record GoMethod(String name, boolean exported, Optional<TypeRef> type, OptionalLong virtualAddress) {}
