package dev.stet.binary.elf;

import dev.stet.binary.MalformedBinaryException;
import java.util.Arrays;

/// A bounds-checked window on bytes of an untrusted file, little-endian. Every read of such bytes goes
/// through here. Positions are bytes from the start of the view; values are widened, never negative unless
/// [#u64] says so.
public final class ByteView {
    private final byte[] bytes;
    private final int from;
    private final int size;
    private final long fileOffset;

    private ByteView(byte[] bytes, int from, int size, long fileOffset) {
        this.bytes = bytes;
        this.from = from;
        this.size = size;
        this.fileOffset = fileOffset;
    }

    /// @param fileOffset where in the file the bytes begin, for messages
    public static ByteView of(byte[] bytes, long fileOffset) {
        return new ByteView(bytes, 0, bytes.length, fileOffset);
    }

    public long size() {
        return size;
    }

    /// Where the view begins in the file.
    public long fileOffset() {
        return fileOffset;
    }

    public int u8(long at) throws MalformedBinaryException {
        return bytes[check(at, 1, "byte")] & 0xff;
    }

    public int u16(long at) throws MalformedBinaryException {
        int i = check(at, 2, "2-byte word");
        return (bytes[i] & 0xff) | (bytes[i + 1] & 0xff) << 8;
    }

    public long u32(long at) throws MalformedBinaryException {
        return i32(at) & 0xffff_ffffL;
    }

    public int i32(long at) throws MalformedBinaryException {
        return int32(check(at, 4, "4-byte word"));
    }

    /// All 64 bits: negative if the top one is set.
    public long u64(long at) throws MalformedBinaryException {
        int i = check(at, 8, "8-byte word");
        return (int32(i) & 0xffff_ffffL) | (long) int32(i + 4) << 32;
    }

    /// A 64-bit offset, size or address that must be below 2^63.
    public long word(long at, String what) throws MalformedBinaryException {
        long value = u64(at);
        require(value >= 0, at, what + " " + Long.toUnsignedString(value) + " is out of this world");
        return value;
    }

    private int int32(int i) {
        return (bytes[i] & 0xff) | (bytes[i + 1] & 0xff) << 8 | (bytes[i + 2] & 0xff) << 16 | bytes[i + 3] << 24;
    }

    public ByteView slice(long at, long length, String what) throws MalformedBinaryException {
        int start = check(at, length, what);
        return new ByteView(bytes, start, (int) length, fileOffset + at);
    }

    /// @param cap refuses more bytes than that
    public byte[] copy(int cap, String what) throws MalformedBinaryException {
        require(size <= cap, 0, "%s: %d bytes are more than %d".formatted(what, size, cap));
        return Arrays.copyOfRange(bytes, from, from + size);
    }

    /// How many bytes of the text at `at` come before its NUL.
    ///
    /// @return -1 if no NUL is found within `cap` bytes
    public int textLength(long at, int cap) throws MalformedBinaryException {
        int start = check(at, 0, "text");
        int end = (int) Math.min(from + size, (long) start + cap);
        for (int i = start; i < end; i++) {
            if (bytes[i] == 0) {
                return i - start;
            }
        }
        return -1;
    }

    public void copyTo(long at, byte[] into, int offset, int length) throws MalformedBinaryException {
        System.arraycopy(bytes, check(at, length, "text"), into, offset, length);
    }

    /// Is this what the view begins with?
    public boolean startsWith(String ascii) {
        return ascii.length() <= size && matches(0, ascii);
    }

    /// Is this all of the view?
    public boolean isAscii(String ascii) {
        return ascii.length() == size && matches(0, ascii);
    }

    /// Does `ascii` begin at `at`?
    public boolean isAt(long at, String ascii) {
        return at >= 0 && at <= size - ascii.length() && matches((int) at, ascii);
    }

    /// Is the text at `at` exactly this, with a NUL behind it?
    public boolean isText(long at, String ascii) {
        return at >= 0
                && at < size
                && ascii.length() < size - at
                && matches((int) at, ascii)
                && bytes[from + (int) at + ascii.length()] == 0;
    }

    /// Where `ascii` is first found at a multiple of `align`, not before `start`.
    ///
    /// @return -1 if nowhere
    public long find(String ascii, long start, int align) {
        for (long at = start; at <= size - ascii.length(); at += align) {
            if (matches((int) at, ascii)) {
                return at;
            }
        }
        return -1;
    }

    private boolean matches(int at, String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            if ((bytes[from + at + i] & 0xff) != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    public void require(boolean holds, long at, String rule) throws MalformedBinaryException {
        if (!holds) {
            throw new MalformedBinaryException(rule, fileOffset + Math.clamp(at, 0, size));
        }
    }

    /// The one bounds check. Written so that no addition can overflow.
    private int check(long at, long length, String what) throws MalformedBinaryException {
        if (at < 0 || length < 0 || at > size || length > size - at) {
            String rule = "%s: %d bytes at %d do not fit in %d".formatted(what, length, at, size);
            throw new MalformedBinaryException(rule, fileOffset);
        }
        return from + (int) at;
    }
}
