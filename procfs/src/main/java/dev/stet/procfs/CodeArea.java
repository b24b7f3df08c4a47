package dev.stet.procfs;

import dev.stet.facts.MappedFile;
import java.util.Optional;

/// Memory of a process that can be executed.
///
/// @param start first runtime address
/// @param end first runtime address behind it
/// @param name a file's path; of what the kernel provides its name for it, `[vdso]`; empty for what a program
///     made for itself
/// @param file empty if it is of none
public record CodeArea(long start, long end, String name, Optional<MappedFile> file) {
    /// Is the address in it?
    public boolean contains(long address) {
        return Long.compareUnsigned(start, address) <= 0 && Long.compareUnsigned(address, end) < 0;
    }
}
