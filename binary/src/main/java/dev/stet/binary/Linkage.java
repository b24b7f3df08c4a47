package dev.stet.binary;

import java.util.List;
import java.util.Optional;

/// How the file becomes part of a process: what the kernel and the dynamic linker read.
///
/// @param interpreter the dynamic linker (PT_INTERP), as it stands; empty if the file asks for none
/// @param soname the library's name for itself (DT_SONAME); empty if it has none
/// @param needed the libraries that it asks for (DT_NEEDED), in order
public record Linkage(Kind kind, Optional<String> interpreter, Optional<String> soname, List<String> needed) {
    public Linkage {
        needed = List.copyOf(needed);
    }

    /// Which kind of program or library.
    public enum Kind {
        /// A program at fixed addresses, with a dynamic linker.
        EXECUTABLE,
        /// A program at any address, with a dynamic linker.
        PIE,
        /// A program at fixed addresses that needs no dynamic linker.
        STATIC,
        /// A program at any address that needs no dynamic linker.
        STATIC_PIE,
        /// A shared library.
        LIBRARY
    }
}
