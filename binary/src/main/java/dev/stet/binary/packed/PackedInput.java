package dev.stet.binary.packed;

import dev.stet.binary.BinaryException;
import dev.stet.binary.ByteSource;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.UnreadableBinaryException;
import java.io.IOException;
import java.util.Arrays;

/// Packed bytes of a file, read forward once. Little-endian.
public final class PackedInput {
    private static final int BUFFER_BYTES = 32 << 10;

    private final ByteSource source;
    private final UnpackingBudget budget;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private long fileAt;
    private final long fileEnd;
    private int next;
    private int end;

    /// @param from file offset; with `size` in the file, or the reads will say that it shrank
    /// @param budget is asked now and then, so that bytes which unpack to nothing come to an end too
    public PackedInput(ByteSource source, long from, long size, UnpackingBudget budget) {
        this.source = source;
        this.budget = budget;
        this.fileAt = from;
        this.fileEnd = from + size;
    }

    /// The file offset of the next byte.
    long at() {
        return fileAt - (end - next);
    }

    boolean isAtEnd() {
        return next == end && fileAt >= fileEnd;
    }

    int u8() throws BinaryException {
        if (next == end) {
            fill();
        }
        return buffer[next++] & 0xff;
    }

    /// @param count of bytes, up to 8; negative if all 64 bits count and the top one is set
    long word(int count) throws BinaryException {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (long) u8() << (8 * i);
        }
        return value;
    }

    void read(byte[] into, int offset, int length) throws BinaryException {
        int done = 0;
        while (done < length) {
            done += readSome(into, offset + done, length - done);
        }
    }

    /// At least one byte.
    int readSome(byte[] into, int offset, int length) throws BinaryException {
        if (next == end) {
            fill();
        }
        int count = Math.min(length, end - next);
        System.arraycopy(buffer, next, into, offset, count);
        next += count;
        return count;
    }

    /// All that is left in the buffer, or else a buffer full; empty at the end.
    byte[] some() throws BinaryException {
        if (isAtEnd()) {
            return new byte[0];
        }
        if (next == end) {
            fill();
        }
        byte[] some = Arrays.copyOfRange(buffer, next, end);
        next = end;
        return some;
    }

    void skip(long count) throws BinaryException {
        long buffered = Math.min(count, end - next);
        next += (int) buffered;
        if (count - buffered > fileEnd - fileAt) {
            throw new MalformedBinaryException("the packed bytes end too early", fileEnd);
        }
        fileAt += count - buffered;
    }

    private void fill() throws BinaryException {
        if (fileAt >= fileEnd) {
            throw new MalformedBinaryException("the packed bytes end too early", fileEnd);
        }
        budget.check(fileAt);
        int count;
        try {
            count = source.read(fileAt, buffer, 0, (int) Math.min(buffer.length, fileEnd - fileAt));
        } catch (IOException e) {
            throw new UnreadableBinaryException(e);
        }
        if (count <= 0) {
            throw new MalformedBinaryException("packed bytes: the file shrank while it was read", fileAt);
        }
        fileAt += count;
        next = 0;
        end = count;
    }

    MalformedBinaryException malformed(String rule) {
        return new MalformedBinaryException(rule, at());
    }

    void require(boolean holds, String rule) throws MalformedBinaryException {
        if (!holds) {
            throw malformed(rule);
        }
    }
}
