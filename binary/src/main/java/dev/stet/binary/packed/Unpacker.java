package dev.stet.binary.packed;

import dev.stet.binary.BinaryException;

/// Gives the bytes that a file holds in packed form, forward only. Not for several threads.
public interface Unpacker extends AutoCloseable {
    /// Reads some of the next bytes.
    ///
    /// @param length at least 1
    /// @return how many, at least 1; 0 at the end
    /// @throws dev.stet.binary.MalformedBinaryException if the packed bytes break their format's rules
    int read(byte[] into, int offset, int length) throws BinaryException;

    /// Frees what it holds. It must not be read after that.
    @Override
    void close();
}
