package dev.stet.binary.packed;

import dev.stet.binary.MalformedBinaryException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The bytes of one compressed block of a zstd frame, with a place in them.
final class BlockBytes {
    /// RFC 8878, 3.1.1.2.4: Block_Maximum_Size.
    static final int MAX_BYTES = 128 << 10;

    /// So that eight bytes can be loaded wherever one is.
    private static final int PADDING_BYTES = 8;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    final byte[] bytes = new byte[MAX_BYTES + PADDING_BYTES];
    int at;
    int end;
    private final PackedInput input;

    BlockBytes(PackedInput input) {
        this.input = input;
    }

    void require(boolean holds, String rule) throws MalformedBinaryException {
        input.require(holds, rule);
    }

    int u8() throws MalformedBinaryException {
        require(at < end, "zstd: the block ends too early");
        return bytes[at++] & 0xff;
    }

    /// @param count of bytes, up to 8
    long word(int count) throws MalformedBinaryException {
        require(count <= end - at, "zstd: the block ends too early");
        long value = long64(at) & -1L >>> (64 - 8 * count);
        at += count;
        return value;
    }

    /// Takes the next bytes.
    ///
    /// @return where they begin
    int take(int length) throws MalformedBinaryException {
        require(length >= 0 && length <= end - at, "zstd: a part of the block runs past its end");
        int start = at;
        at += length;
        return start;
    }

    /// Eight bytes, of which those at and behind `end` are anything.
    long long64(int index) {
        return (long) LONG.get(bytes, index);
    }
}
