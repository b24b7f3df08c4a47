package dev.stet.binary;

import java.util.List;

/// What a function takes and gives.
///
/// @param parameters in the order of the source; a receiver or `this` comes first
/// @param results none, one, or in Go several
/// @param variadic does it take more than it names, as `printf`?
/// @param source file and line where it is declared, `srv/main.go:42`; empty if not known
public record Signature(List<Parameter> parameters, List<Parameter> results, boolean variadic, String source) {
    public Signature {
        parameters = List.copyOf(parameters);
        results = List.copyOf(results);
    }

    /// One value that goes in or comes out.
    ///
    /// @param name empty if it has none
    /// @param location at the first instruction, or, of a result, at the return
    public record Parameter(String name, TypeRef type, Location location) {}
}
