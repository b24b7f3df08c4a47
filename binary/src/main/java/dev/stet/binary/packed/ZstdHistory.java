package dev.stet.binary.packed;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import java.util.Arrays;

/// What a zstd frame has been unpacked to: the part that matches may still refer to, and that which nobody
/// has taken yet. Grows with what comes out, not with what the frame announces.
final class ZstdHistory {
    /// RFC 8878, 3.1.1.1.2 recommends that decoders can do with 8 MiB. A frame may announce more, as
    /// `--ultra` and `--long` do; what refers further back than this is refused.
    static final int MAX_WINDOW_BYTES = 8 << 20;

    /// How much comes in before what is too old is thrown away.
    private static final int SLACK_BYTES = 1 << 20;

    private static final int MAX_BYTES = MAX_WINDOW_BYTES + SLACK_BYTES;

    private static final int FIRST_BYTES = 256 << 10;

    private final PackedInput input;
    private byte[] bytes = new byte[FIRST_BYTES];
    private int frameStart;
    private int taken;
    private int end;
    private int blockEnd;
    private long window;

    ZstdHistory(PackedInput input) {
        this.input = input;
    }

    /// Everything must have been taken.
    ///
    /// @param window how far matches may refer back, in bytes
    void beginFrame(long window) {
        frameStart = 0;
        taken = 0;
        end = 0;
        this.window = window;
    }

    /// Everything must have been taken.
    ///
    /// @param max how many bytes the block may give
    void beginBlock(int max) {
        if (max > bytes.length - end) {
            int keep = (int) Math.min(end - frameStart, Math.min(window, MAX_WINDOW_BYTES));
            byte[] into = keep + max + SLACK_BYTES / 2 <= bytes.length || bytes.length == MAX_BYTES
                    ? bytes
                    : new byte[Math.min(2 * bytes.length, MAX_BYTES)];
            System.arraycopy(bytes, end - keep, into, 0, keep);
            bytes = into;
            frameStart = 0;
            end = keep;
        }
        taken = end;
        blockEnd = end + max;
    }

    int available() {
        return end - taken;
    }

    /// Adds what is available to the checksum.
    void hash(XxHash64 hash) {
        hash.add(bytes, taken, end - taken);
    }

    int take(byte[] into, int offset, int length) {
        int count = Math.min(length, end - taken);
        System.arraycopy(bytes, taken, into, offset, count);
        taken += count;
        return count;
    }

    void add(byte[] from, int at, int length) throws MalformedBinaryException {
        room(length);
        System.arraycopy(from, at, bytes, end, length);
        end += length;
    }

    void fill(int value, int length) throws MalformedBinaryException {
        room(length);
        Arrays.fill(bytes, end, end + length, (byte) value);
        end += length;
    }

    /// Bytes straight from the input.
    void read(int length) throws BinaryException {
        room(length);
        input.read(bytes, end, length);
        end += length;
    }

    /// Appends what came `offset` bytes ago; more than that repeats itself.
    void repeat(int offset, int length) throws MalformedBinaryException {
        room(length);
        input.require(
                offset <= end - frameStart && offset <= window,
                offset > MAX_WINDOW_BYTES && offset <= window
                        ? "zstd: needs a window of more than " + MAX_WINDOW_BYTES + " bytes"
                        : "zstd: refers to what is before the beginning");
        int from = end - offset;
        int done = Math.min(length, offset);
        System.arraycopy(bytes, from, bytes, end, done);
        while (done < length) {
            // All that is there from `from` on repeats: so twice as much each time.
            int count = Math.min(length - done, offset + done);
            System.arraycopy(bytes, from, bytes, end + done, count);
            done += count;
        }
        end += length;
    }

    private void room(int length) throws MalformedBinaryException {
        input.require(length <= blockEnd - end, "zstd: a block gives more than it may");
    }
}
