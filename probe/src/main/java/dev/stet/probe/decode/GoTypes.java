package dev.stet.probe.decode;

import dev.stet.binary.Type;
import java.util.Optional;

/// The types that a running Go program describes.
@FunctionalInterface
public interface GoTypes {
    /// Knows none.
    GoTypes NONE = _ -> Optional.empty();

    /// @param address of the description, in the process
    /// @return the type, as [dev.stet.binary.Executable#goTypeAt] reads it; empty if none is known there
    Optional<Type> at(long address);
}
