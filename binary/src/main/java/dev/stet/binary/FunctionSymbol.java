package dev.stet.binary;

import dev.stet.facts.Function;
import java.util.Optional;

/// One name of one place in a table of functions.
///
/// @param function named without its version
/// @param kind what the place is
/// @param version of the symbol: `GLIBC_2.14`; empty if it has none
/// @param isDefault do linkers take this one, of several with the name? True for one without a version
/// @param isSizeKnown does the binary say how long it is? Else the size goes to the next function
public record FunctionSymbol(
        Function function, FunctionKind kind, Optional<String> version, boolean isDefault, boolean isSizeKnown) {
    /// As nm writes it: `memcpy@@GLIBC_2.14`.
    public String versionedName() {
        return version.map(v -> function.name() + (isDefault ? "@@" : "@") + v).orElse(function.name());
    }
}
