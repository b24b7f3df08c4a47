package dev.stet.probe.resolve;

import dev.stet.binary.TypeRef;
import java.util.Optional;

/// Finds types by name, as [dev.stet.binary.Executable#type] does.
@FunctionalInterface
public interface TypeNames {
    /// @return empty if there is none, or what describes it is broken
    Optional<TypeRef> named(String name);
}
