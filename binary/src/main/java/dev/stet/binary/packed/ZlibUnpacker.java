package dev.stet.binary.packed;

import dev.stet.binary.BinaryException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Unpacks one zlib stream (RFC 1950).
public final class ZlibUnpacker implements Unpacker {
    private final PackedInput input;

    private final Inflater inflater = new Inflater();

    public ZlibUnpacker(PackedInput input) {
        this.input = input;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws BinaryException {
        try {
            while (true) {
                int count = inflater.inflate(into, offset, length);
                if (count > 0 || inflater.finished()) {
                    return count;
                }
                input.require(!inflater.needsDictionary(), "zlib: needs a dictionary that nobody has");
                if (inflater.needsInput()) {
                    input.require(!input.isAtEnd(), "zlib: the packed bytes end too early");
                    inflater.setInput(input.some());
                }
            }
        } catch (DataFormatException e) {
            throw input.malformed("zlib: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        inflater.end();
    }
}
