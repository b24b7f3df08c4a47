package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.ByteSource;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.UnreadableBinaryException;
import java.io.IOException;

/// The file's bytes, read by position and never more than asked for at once.
///
/// @param source whose size was asked once, for it may change
/// @param size in bytes, when the file was first looked at
public record Image(ByteSource source, long size) {
    public static Image of(ByteSource source) throws BinaryException {
        try {
            return new Image(source, source.size());
        } catch (IOException e) {
            throw new UnreadableBinaryException(e);
        }
    }

    /// Reads a range of the file.
    ///
    /// @param cap the most bytes that may be asked for; more is a [MalformedBinaryException]
    public ByteView read(long at, long length, int cap, String what) throws BinaryException {
        check(at, length, what);
        if (length > cap) {
            throw new MalformedBinaryException("%s: %d bytes are more than %d".formatted(what, length, cap), at);
        }
        byte[] bytes = new byte[(int) length];
        int done = 0;
        while (done < bytes.length) {
            int count = read(at + done, bytes, done);
            if (count <= 0) {
                throw new MalformedBinaryException(what + ": the file shrank while it was read", at + done);
            }
            done += count;
        }
        return ByteView.of(bytes, at);
    }

    private int read(long at, byte[] into, int offset) throws UnreadableBinaryException {
        try {
            return source.read(at, into, offset, into.length - offset);
        } catch (IOException e) {
            throw new UnreadableBinaryException(e);
        }
    }

    /// As [#read], but takes what there is up to `length` bytes, at most `cap`.
    public ByteView readUpTo(long at, long length, int cap, String what) throws BinaryException {
        long there = Math.max(0, size - at);
        return read(at, Math.min(Math.min(length, cap), there), cap, what);
    }

    /// Refuses a range that is not in the file.
    void check(long at, long length, String what) throws MalformedBinaryException {
        checkWithin(0, at, length, size, what);
    }

    /// Refuses a range that is not within `limit` bytes.
    ///
    /// @param from file offset of the first of them, for the message
    void checkWithin(long from, long at, long length, long limit, String what) throws MalformedBinaryException {
        if (at < 0 || length < 0 || at > limit || length > limit - at) {
            String of = from == 0 && limit == size ? "a file of " : "";
            throw new MalformedBinaryException(
                    "%s: %d bytes at %d do not fit in %s%d".formatted(what, length, at, of, limit),
                    from + Math.clamp(at, 0, limit));
        }
    }
}
