package dev.stet.binary;

import java.io.IOException;

/// The file's bytes, read by position and never more than asked for at once.
///
/// @param source whose size was asked once, for it may change
/// @param size in bytes, when the file was first looked at
record Image(ByteSource source, long size) {
    static Image of(ByteSource source) throws IOException {
        return new Image(source, source.size());
    }

    /// Reads a range of the file.
    ///
    /// @param cap the most bytes that may be asked for; more is a [MalformedBinaryException]
    ByteView read(long at, long length, int cap, String what) throws IOException {
        if (at < 0 || length < 0 || at > size || length > size - at) {
            throw new MalformedBinaryException(
                    "%s: %d bytes at %d do not fit in a file of %d".formatted(what, length, at, size),
                    Math.clamp(at, 0, size));
        }
        if (length > cap) {
            throw new MalformedBinaryException("%s: %d bytes are more than %d".formatted(what, length, cap), at);
        }
        byte[] bytes = new byte[(int) length];
        int done = 0;
        while (done < bytes.length) {
            int count = source.read(at + done, bytes, done, bytes.length - done);
            if (count <= 0) {
                throw new MalformedBinaryException(what + ": the file shrank while it was read", at + done);
            }
            done += count;
        }
        return ByteView.of(bytes, at);
    }

    /// As [#read], but takes what there is up to `length` bytes, at most `cap`.
    ByteView readUpTo(long at, long length, int cap, String what) throws IOException {
        long there = Math.max(0, size - at);
        return read(at, Math.min(Math.min(length, cap), there), cap, what);
    }
}
