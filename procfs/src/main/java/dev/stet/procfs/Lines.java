package dev.stet.procfs;

import java.io.IOException;
import java.io.InputStream;

/// The lines of a stream, one at a time in one buffer. A line that is longer than the limit is cut: the rest
/// of it is passed over.
final class Lines {
    private final InputStream in;
    private final byte[] chunk = new byte[32 * 1024];
    private final byte[] line;
    private int chunkAt;
    private int chunkEnd;
    private int length;
    private boolean whole;

    /// @param limit longest line kept, in bytes
    Lines(InputStream in, int limit) {
        this.in = in;
        this.line = new byte[limit];
    }

    /// Goes on to the next line.
    ///
    /// @return false if there is none
    boolean next() throws IOException {
        length = 0;
        whole = false;
        boolean cut = false;
        boolean any = false;
        while (fill()) {
            any = true;
            byte b = chunk[chunkAt++];
            if (b == '\n') {
                whole = !cut;
                return true;
            }
            if (length < line.length) {
                line[length++] = b;
            } else {
                cut = true;
            }
        }
        return any;
    }

    /// Is it all there: not cut, and with its newline?
    boolean isWhole() {
        return whole;
    }

    /// The line's bytes, without the newline, are the first [#length] of these; they change with [#next].
    byte[] bytes() {
        return line;
    }

    int length() {
        return length;
    }

    private boolean fill() throws IOException {
        if (chunkAt < chunkEnd) {
            return true;
        }
        chunkAt = 0;
        chunkEnd = Math.max(0, in.read(chunk));
        return chunkEnd > 0;
    }
}
