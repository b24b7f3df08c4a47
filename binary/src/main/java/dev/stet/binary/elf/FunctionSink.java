package dev.stet.binary.elf;

import dev.stet.binary.MalformedBinaryException;

/// Takes the functions that a table of a binary names.
public interface FunctionSink {
    /// Chromium with all symbols has 1.5 million; ten million would need a gigabyte.
    int MAX_FUNCTIONS = 4 << 20;

    /// Mangled names of some kilobytes exist; longer ones are left out.
    int MAX_NAME_BYTES = 16 << 10;

    /// Adds a function, if its bytes are in an executable segment.
    ///
    /// @param size in bytes; 0 if not known yet
    /// @param from has the name
    /// @param at where the name begins in `from`
    /// @param length of the name in bytes
    void add(long virtualAddress, long size, ByteView from, long at, int length) throws MalformedBinaryException;

    /// Says where code ends.
    interface Ends {
        /// The first file offset behind the section, or else segment, that holds this one.
        long after(long fileOffset) throws MalformedBinaryException;
    }
}
