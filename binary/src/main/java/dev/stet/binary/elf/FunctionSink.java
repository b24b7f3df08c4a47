package dev.stet.binary.elf;

import dev.stet.binary.MalformedBinaryException;

/// Takes the functions that a table of a binary names.
public interface FunctionSink {
    /// Chromium with all symbols has 1.5 million. While a table is sorted, each costs 22 bytes, so these
    /// take 39 MB of the 64 MB that an analysis may have.
    int MAX_FUNCTIONS = 1_750_000;

    /// Mangled names of some kilobytes exist; longer ones are cut.
    int MAX_NAME_BYTES = 16 << 10;

    /// Adds a function, if its bytes are in an executable segment.
    ///
    /// @param size in bytes; 0 if not known yet
    /// @param from bytes of the file with the name, which is not copied: it is read again from there
    /// @param at where the name begins in `from`
    /// @param length of the name in bytes; a NUL is behind it
    void add(long virtualAddress, long size, ByteView from, long at, int length) throws MalformedBinaryException;
}
