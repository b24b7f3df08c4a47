package dev.stet.binary;

import dev.stet.facts.Function;

/// A call that the compiler replaced by the callee's code: no probe on the callee sees it.
///
/// @param name of the callee
/// @param into the function that the code is in now
/// @param virtualAddress where the code begins
public record Inlined(String name, Function into, long virtualAddress) {}
