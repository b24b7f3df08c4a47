package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.Region;
import java.nio.charset.StandardCharsets;

/// Reads a section of DWARF from front to back, or from wherever it is put, and holds no more of it than a
/// window. A byte costs a comparison and an array access. Little-endian.
final class Cursor {
    /// The first window after a jump: most jumps are to one entry.
    private static final int FIRST_BYTES = 2 << 10;

    /// For long walks. A window four times as large is no faster.
    private static final int WINDOW_BYTES = 64 << 10;

    /// Templates in C++ have names of some kilobytes.
    private static final int MAX_TEXT_BYTES = 64 << 10;

    /// 64 bits in groups of 7.
    private static final int MAX_LEB_BYTES = 10;

    private final Region region;
    private final String what;
    private final Budget budget;
    private byte[] bytes = new byte[FIRST_BYTES];
    private int next = FIRST_BYTES;
    private long base;
    private long fileOffset;
    private int at;
    private int end;

    /// @param what is read, for refusals: `.debug_info`
    Cursor(Region region, String what, Budget budget) {
        this.region = region;
        this.what = what;
        this.budget = budget;
    }

    /// In bytes from the beginning of the section.
    long position() {
        return base + at;
    }

    long size() {
        return region.size();
    }

    boolean atEnd() {
        return position() >= region.size();
    }

    Cursor seek(long to) throws MalformedBinaryException {
        if (to >= base && to - base <= end) {
            at = (int) (to - base);
            return this;
        }
        if (to < 0 || to > region.size()) {
            throw broken("points to " + Long.toUnsignedString(to) + ", outside of its " + region.size() + " bytes");
        }
        if (to < base || to - base > 2L * WINDOW_BYTES) {
            next = FIRST_BYTES;
        }
        base = to;
        at = 0;
        end = 0;
        return this;
    }

    void skip(long count) throws MalformedBinaryException {
        if (count >= 0 && count <= end - at) {
            at += (int) count;
        } else if (count < 0 || count > region.size() - position()) {
            throw broken("ends within " + Long.toUnsignedString(count) + " bytes");
        } else {
            seek(position() + count);
        }
    }

    int u8() throws BinaryException {
        if (at == end) {
            fill(1);
        }
        return bytes[at++] & 0xff;
    }

    int u16() throws BinaryException {
        need(2);
        int value = (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
        at += 2;
        return value;
    }

    int u24() throws BinaryException {
        return u16() | u8() << 16;
    }

    long u32() throws BinaryException {
        need(4);
        return int32() & 0xffff_ffffL;
    }

    /// All 64 bits: negative if the top one is set.
    long u64() throws BinaryException {
        need(8);
        long low = int32() & 0xffff_ffffL;
        return low | (long) int32() << 32;
    }

    private int int32() {
        int i = at;
        at += 4;
        return (bytes[i] & 0xff) | (bytes[i + 1] & 0xff) << 8 | (bytes[i + 2] & 0xff) << 16 | bytes[i + 3] << 24;
    }

    /// An offset, of 4 bytes or, in 64-bit DWARF, of 8.
    long offset(boolean wide) throws BinaryException {
        return wide ? u64() : u32();
    }

    /// Negative if bit 63 is set.
    long uleb() throws BinaryException {
        int first = u8();
        if (first < 0x80) {
            return first;
        }
        long value = first & 0x7f;
        for (int i = 1; i < MAX_LEB_BYTES; i++) {
            int group = u8();
            value |= (long) (group & 0x7f) << (7 * i);
            if (group < 0x80) {
                return value;
            }
        }
        throw broken("has a LEB128 number of more than " + MAX_LEB_BYTES + " bytes");
    }

    long sleb() throws BinaryException {
        long value = 0;
        for (int i = 0; i < MAX_LEB_BYTES; i++) {
            int group = u8();
            value |= (long) (group & 0x7f) << (7 * i);
            if (group < 0x80) {
                int unused = 64 - 7 * (i + 1);
                return unused > 0 ? value << unused >> unused : value;
            }
        }
        throw broken("has a LEB128 number of more than " + MAX_LEB_BYTES + " bytes");
    }

    void skipLeb() throws BinaryException {
        for (int i = 0; i < MAX_LEB_BYTES; i++) {
            if (u8() < 0x80) {
                return;
            }
        }
        throw broken("has a LEB128 number of more than " + MAX_LEB_BYTES + " bytes");
    }

    void skipText() throws BinaryException {
        while (true) {
            for (int i = at; i < end; i++) {
                if (bytes[i] == 0) {
                    at = i + 1;
                    return;
                }
            }
            at = end;
            fill(1);
        }
    }

    /// The text up to its NUL, as UTF-8 with what is not replaced.
    String text() throws BinaryException {
        byte[] found = new byte[32];
        int length = 0;
        for (int c = u8(); c != 0; c = u8()) {
            if (length == MAX_TEXT_BYTES) {
                throw broken("has a name of more than " + MAX_TEXT_BYTES + " bytes");
            }
            if (length == found.length) {
                found = java.util.Arrays.copyOf(found, 2 * length);
            }
            found[length++] = (byte) c;
        }
        budget.spend(length >> 3);
        return new String(found, 0, length, StandardCharsets.UTF_8);
    }

    /// Is the text here this? Leaves the cursor somewhere in it.
    boolean isText(byte[] wanted) throws BinaryException {
        for (byte b : wanted) {
            if (atEnd() || (byte) u8() != b || b == 0) {
                return false;
            }
        }
        return !atEnd() && u8() == 0;
    }

    /// Moves behind the next text that ends with `wanted`.
    ///
    /// @return where `wanted` begins; -1 if there is none
    long find(byte[] wanted) throws BinaryException {
        int length = wanted.length;
        while (true) {
            for (int nul = at + length; nul < end; nul++) {
                if (bytes[nul] == 0 && isAt(nul - length, wanted)) {
                    at = nul + 1;
                    return base + nul - length;
                }
            }
            if (base + end >= region.size()) {
                at = end;
                if (atEnd()) {
                    return -1;
                }
            }
            // The end of the window may have the beginning of it.
            at = Math.max(Math.min(at + 1, end), end - length);
            fill(1);
        }
    }

    private boolean isAt(int from, byte[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (bytes[from + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    /// Copies bytes out.
    ///
    /// @param cap more are refused
    byte[] copy(long length, int cap) throws BinaryException {
        if (length < 0 || length > cap || length > region.size() - position()) {
            throw broken("has a block of " + Long.toUnsignedString(length) + " bytes");
        }
        byte[] copy = new byte[(int) length];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = (byte) u8();
        }
        return copy;
    }

    private void need(int count) throws BinaryException {
        if (end - at < count) {
            fill(count);
        }
    }

    private void fill(int count) throws BinaryException {
        long from = position();
        int length = (int) Math.min(next, region.size() - from);
        if (length < count) {
            throw broken("ends within a value");
        }
        ByteView view = region.read(from, length, what);
        if (bytes.length < length) {
            bytes = new byte[next];
        }
        view.copyTo(0, bytes, 0, length);
        fileOffset = view.fileOffset();
        base = from;
        at = 0;
        end = length;
        next = Math.min(WINDOW_BYTES, 4 * next);
        budget.spend(16 + (length >> 5));
    }

    /// What is wrong, to be thrown.
    MalformedBinaryException broken(String rule) {
        return new MalformedBinaryException(what + " " + rule + ", at its byte " + position(), fileOffset + at);
    }

    void require(boolean holds, String rule) throws MalformedBinaryException {
        if (!holds) {
            throw broken(rule);
        }
    }
}
