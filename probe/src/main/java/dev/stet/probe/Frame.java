package dev.stet.probe;

/// One function of a call stack.
///
/// @param function as the binary spells it; empty if it has no name
/// @param offset bytes from the beginning of the function; without a function: the address within the file,
///     and without a file: the runtime address
/// @param file as the target sees it; empty if nothing is mapped there any more
public record Frame(String function, long offset, String file) {
    /// Of which nothing but the address is known.
    public static Frame unknown(long address) {
        return new Frame("", address, "");
    }
}
