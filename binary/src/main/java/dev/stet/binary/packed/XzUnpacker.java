package dev.stet.binary.packed;

import dev.stet.binary.BinaryException;
import java.io.IOException;
import java.io.InputStream;
import org.tukaani.xz.ArrayCache;
import org.tukaani.xz.XZInputStream;

/// Unpacks an xz file, as `.gnu_debugdata` is one.
public final class XzUnpacker implements Unpacker {
    /// For dictionaries of up to 16 MiB. Build tools use xz's default, which has 8.
    private static final int MAX_MEMORY_KIB = 17 << 10;

    private final PackedInput input;
    private final XZInputStream stream;

    public XzUnpacker(PackedInput input) throws BinaryException {
        this.input = input;
        try {
            this.stream = new XZInputStream(new Stream(input), MAX_MEMORY_KIB, true, new OneArray());
        } catch (IOException e) {
            throw refusal(e);
        }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws BinaryException {
        try {
            return Math.max(0, stream.read(into, offset, length));
        } catch (IOException e) {
            throw refusal(e);
        }
    }

    private BinaryException refusal(IOException e) {
        return e instanceof BinaryException ours
                ? ours
                : input.malformed(
                        "xz: " + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
    }

    @Override
    public void close() {
        // Only memory, which goes with it.
    }

    /// The library asks for a new dictionary for each block, of which a hostile file has many tiny ones.
    private static final class OneArray extends ArrayCache {
        private byte[] last = new byte[0];

        @Override
        public byte[] getByteArray(int size, boolean fillWithZeros) {
            byte[] array = last;
            last = new byte[0];
            if (array.length < size || fillWithZeros) {
                array = new byte[size];
            }
            return array;
        }

        @Override
        public void putArray(byte[] array) {
            if (array.length >= last.length) {
                last = array;
            }
        }
    }

    /// The input as the library wants it.
    private static final class Stream extends InputStream {
        private final PackedInput input;

        Stream(PackedInput input) {
            this.input = input;
        }

        @Override
        public int read() throws BinaryException {
            return input.isAtEnd() ? -1 : input.u8();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws BinaryException {
            if (length == 0) {
                return 0;
            }
            return input.isAtEnd() ? -1 : input.readSome(into, offset, length);
        }
    }
}
