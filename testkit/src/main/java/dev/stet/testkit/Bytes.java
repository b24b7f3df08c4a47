package dev.stet.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Bytes in the making, little-endian. Numbers are cut to the width that is asked for, so that any lie can be
/// written.
public final class Bytes {
    private byte[] bytes = new byte[64];
    private int size;

    /// How many there are.
    public int size() {
        return size;
    }

    public Bytes u8(long value) {
        return word(1, value);
    }

    public Bytes u16(long value) {
        return word(2, value);
    }

    public Bytes u32(long value) {
        return word(4, value);
    }

    public Bytes u64(long value) {
        return word(8, value);
    }

    /// @param width in bytes, up to 8
    public Bytes word(int width, long value) {
        grow(width);
        size += width;
        return set(size - width, width, value);
    }

    /// DWARF's unsigned LEB128, which Go calls a uvarint.
    public Bytes uleb(long value) {
        long left = value;
        while ((left & ~0x7fL) != 0) {
            u8((left & 0x7f) | 0x80);
            left >>>= 7;
        }
        return u8(left);
    }

    /// DWARF's signed LEB128.
    public Bytes sleb(long value) {
        long left = value;
        while (left < -0x40 || left > 0x3f) {
            u8((left & 0x7f) | 0x80);
            left >>= 7;
        }
        return u8(left & 0x7f);
    }

    /// UTF-8, with no NUL behind it.
    public Bytes chars(String text) {
        return add(text.getBytes(StandardCharsets.UTF_8));
    }

    /// UTF-8, with a NUL behind it.
    public Bytes text(String text) {
        return chars(text).u8(0);
    }

    public Bytes add(byte[] more) {
        grow(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
        return this;
    }

    /// Bytes from numbers, for code: `add(0x55, 0xc3)`.
    public Bytes add(int... more) {
        for (int each : more) {
            u8(each);
        }
        return this;
    }

    public Bytes zeros(int count) {
        grow(count);
        size += count;
        return this;
    }

    /// Pads with zeros to a multiple.
    public Bytes align(int multiple) {
        return zeros((multiple - size % multiple) % multiple);
    }

    /// Overwrites what is there.
    public Bytes set(int at, int width, long value) {
        if (at < 0 || width > size - at) {
            throw new IllegalArgumentException(width + " bytes at " + at + " are not among the " + size + " written");
        }
        for (int i = 0; i < width; i++) {
            bytes[at + i] = (byte) (value >> (8 * i));
        }
        return this;
    }

    public byte[] toArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void grow(int more) {
        if (more > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
        }
    }
}
