package dev.stet.binary.packed;

import dev.stet.binary.MalformedBinaryException;

/// Bits that are read from the last one to the first (RFC 8878, 4.1: bitstreams). In front of the first
/// there are zeros without end, which a sound stream hardly uses: whoever reads checks [#left] at the end.
final class BackwardBits {
    private final BlockBytes in;
    private final int from;
    private int left;

    /// @param from where the stream begins in the block
    /// @param length in bytes
    BackwardBits(BlockBytes in, int from, int length) throws MalformedBinaryException {
        in.require(length > 0 && in.bytes[from + length - 1] != 0, "zstd: a bitstream without its last bit");
        this.in = in;
        this.from = from;
        int last = in.bytes[from + length - 1] & 0xff;
        this.left = 8 * length - 8 + (31 - Integer.numberOfLeadingZeros(last));
    }

    /// How many bits are not read yet; negative if more were read than there are.
    int left() {
        return left;
    }

    /// @param count up to 56
    long read(int count) {
        long value = peek(count);
        left -= count;
        return value;
    }

    /// @param count up to 56
    long peek(int count) {
        int start = left - count;
        if (start >= 0) {
            return in.long64(from + (start >> 3)) >>> (start & 7) & (1L << count) - 1;
        }
        return left <= 0 ? 0 : (in.long64(from) & (1L << left) - 1) << -start;
    }

    void skip(int count) {
        left -= count;
    }

    /// Can 56 bits be had at once by [#top]?
    boolean hasTop() {
        return left >= 64;
    }

    /// The next 56 bits or some more, the next one on top.
    long top() {
        return in.long64(from + (left >> 3) - 7) << (8 - (left & 7));
    }
}
