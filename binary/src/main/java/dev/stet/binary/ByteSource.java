package dev.stet.binary;

import java.io.IOException;

/// Random access to bytes that may change or shrink while they are read, such as a file that its owner still
/// writes. An implementation reads by position and never maps: a mapped file that shrinks kills the reader.
///
/// Implementations must be safe for use by several threads.
public interface ByteSource {
    /// How many bytes there are now. A promise of nothing: the next read may find fewer.
    long size() throws IOException;

    /// Reads up to `length` bytes that begin at `at` into `into[offset...]`.
    ///
    /// @param at in bytes from the beginning; not negative
    /// @return how many bytes were read, at least 1; 0 if `at` is at or behind the end, or `length` is 0
    int read(long at, byte[] into, int offset, int length) throws IOException;

    /// A source of these bytes, which are not copied.
    static ByteSource of(byte[] bytes) {
        return new ByteSource() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public int read(long at, byte[] into, int offset, int length) {
                if (at >= bytes.length) {
                    return 0;
                }
                int count = (int) Math.min(length, bytes.length - at);
                System.arraycopy(bytes, (int) at, into, offset, count);
                return count;
            }
        };
    }
}
