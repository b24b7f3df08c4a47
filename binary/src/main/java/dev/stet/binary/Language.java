package dev.stet.binary;

/// What a binary was mainly written in, as far as its bytes tell. A guess for choosing probes, never for
/// safety.
public enum Language {
    /// Has Go's build information or function table.
    GO,
    /// Names functions as C++ does, or uses its personality routine.
    CXX,
    /// Names functions as Rust does, or says that rustc made it.
    RUST,
    /// C, or anything else that leaves no trace.
    C
}
