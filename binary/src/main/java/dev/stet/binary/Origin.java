package dev.stet.binary;

import java.util.List;

/// What a binary was made from and by, and how that is known. Parts of a file that are missing or broken take
/// their evidence with them, and no more.
///
/// @param language that it was mainly written in
/// @param compilers as they name themselves: `GCC: (Debian 12.2.0-14) 12.2.0`; empty if none does
/// @param runtimes that are built in or linked: `Go 1.22.5`, `glibc`, `libstdc++`, `musl`
/// @param evidence for people, one finding each: `.go.buildinfo says go1.22.5`, `needs libstdc++.so.6`; also
///     what could not be read
public record Origin(Language language, List<String> compilers, List<String> runtimes, List<String> evidence) {
    public Origin {
        compilers = List.copyOf(compilers);
        runtimes = List.copyOf(runtimes);
        evidence = List.copyOf(evidence);
    }
}
