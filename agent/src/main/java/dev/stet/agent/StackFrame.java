package dev.stet.agent;

/// One frame of a stack, for people.
///
/// @param function as people write it, C++ and Rust demangled; empty if it is not known
/// @param offset from the function's begin, in bytes; without a function a file offset; without a file the
///     runtime address
/// @param file the last component of the file's path; `[vdso]` and the like for what the kernel provides;
///     `[anon]` for what programs make at run time; `[unknown]` where no memory that can be executed is known
public record StackFrame(String function, long offset, String file) {
    /// `main+0x1c (app)`, `app+0x1139`, `[anon] 0x7f0000001000`
    @Override
    public String toString() {
        if (!function.isEmpty()) {
            return "%s+0x%x (%s)".formatted(function, offset, file);
        }
        return (file.startsWith("[") ? "%s 0x%x" : "%s+0x%x").formatted(file, offset);
    }
}
