package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;

/// A long run of bytes of an untrusted file, such as a section, of which only pieces are in memory.
/// Compressed sections are regions too: of what they inflate to.
public interface Region {
    /// In bytes.
    long size();

    /// Reads exactly these bytes.
    ///
    /// @param at in bytes from the beginning of the region
    /// @param what is read, for the refusal
    /// @throws dev.stet.binary.MalformedBinaryException if the region has not got them, or they are more than
    ///     a view may hold
    ByteView read(long at, long length, String what) throws BinaryException;

    /// Reads up to `length` bytes: fewer only at the end of the region.
    default ByteView readUpTo(long at, long length, String what) throws BinaryException {
        return read(at, Math.min(length, Math.max(0, size() - at)), what);
    }

    /// Bytes of the file as they are.
    ///
    /// @param from file offset; not believed
    /// @param size in bytes; not believed
    static Region of(Image image, long from, long size, String what) throws BinaryException {
        // Asks for nothing but the check.
        image.check(from, size, what);
        return new Region() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public ByteView read(long at, long length, String part) throws BinaryException {
                image.checkWithin(from, at, length, size, part);
                return image.read(from + at, length, MAX_VIEW_BYTES, part);
            }
        };
    }

    /// The most that [#read] gives at once.
    int MAX_VIEW_BYTES = 32 << 20;
}
