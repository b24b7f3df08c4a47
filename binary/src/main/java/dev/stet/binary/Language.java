package dev.stet.binary;

/// What a binary was mainly written in, as far as its bytes tell. A guess for choosing probes, never for
/// safety.
public enum Language {
    /// Has Go's build information or function table.
    GO,
    /// Names functions as C++ does, or needs its run-time library.
    CXX,
    /// Names functions as Rust does, or says that rustc made it.
    RUST,
    ADA,
    CRYSTAL,
    D,
    FORTRAN,
    HASKELL,
    NIM,
    OCAML,
    PASCAL,
    SWIFT,
    ZIG,
    /// Made by a C compiler or for a C library, with no trace of another language.
    C,
    /// Nothing tells: written in assembly, packed, or without all that could tell.
    UNKNOWN
}
