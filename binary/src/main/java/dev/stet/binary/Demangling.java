package dev.stet.binary;

import java.util.Optional;

/// Knows what mangled names of C++ and Rust stand for.
@FunctionalInterface
public interface Demangling {
    /// Knows of none.
    Demangling NONE = _ -> Optional.empty();

    /// @return as people write it: `ns::f(int)`; empty if this is not a mangled name
    Optional<String> demangle(String name);
}
