package dev.stet.binary.packed;

import dev.stet.binary.MalformedBinaryException;
import java.util.Arrays;

/// The literals section of a compressed block (RFC 8878, 3.1.1.3.1).
final class ZstdLiterals {
    private static final int TREELESS = 3;

    final byte[] bytes = new byte[BlockBytes.MAX_BYTES];
    int size;

    /// Of the last block of the frame that had one; null before.
    private HuffmanTable table;

    void beginFrame() {
        table = null;
    }

    void read(BlockBytes in) throws MalformedBinaryException {
        int first = in.u8();
        in.at--;
        int format = first >> 2 & 3;
        if ((first & 3) < 2) {
            readPlain(in, (first & 3) == 1, format);
        } else {
            readPacked(in, (first & 3) == TREELESS, format);
        }
    }

    private void readPlain(BlockBytes in, boolean repeated, int format) throws MalformedBinaryException {
        size = switch (format) {
            case 1 -> (int) in.word(2) >> 4;
            case 3 -> (int) in.word(3) >> 4;
            default -> in.u8() >> 3;
        };
        in.require(size <= bytes.length, "zstd: more literals than a block has bytes");
        if (repeated) {
            Arrays.fill(bytes, 0, size, (byte) in.u8());
        } else {
            System.arraycopy(in.bytes, in.take(size), bytes, 0, size);
        }
    }

    private void readPacked(BlockBytes in, boolean treeless, int format) throws MalformedBinaryException {
        int bits = format < 2 ? 10 : format == 2 ? 14 : 18;
        long header = in.word(format < 2 ? 3 : format + 2) >> 4;
        size = (int) header & ((1 << bits) - 1);
        int packed = (int) (header >> bits);
        in.require(size <= bytes.length, "zstd: more literals than a block has bytes");
        in.require(packed <= in.end - in.at, "zstd: literals run past the block's end");
        int end = in.at + packed;
        if (!treeless) {
            int blockEnd = in.end;
            in.end = end;
            table = HuffmanTable.read(in);
            in.end = blockEnd;
        }
        in.require(table != null, "zstd: literals that refer to no Huffman table");
        if (format == 0) {
            table.decode(in, in.at, end - in.at, bytes, 0, size);
        } else {
            decodeFour(in, end);
        }
        in.at = end;
    }

    private void decodeFour(BlockBytes in, int end) throws MalformedBinaryException {
        in.require(end - in.at >= 6 && size >= 4, "zstd: four streams of literals in too few bytes");
        int part = (size + 3) / 4;
        int[] lengths = {(int) in.word(2), (int) in.word(2), (int) in.word(2), 0};
        lengths[3] = end - in.at - lengths[0] - lengths[1] - lengths[2];
        in.require(lengths[3] > 0 && 3 * part <= size, "zstd: streams of literals do not fit");
        for (int i = 0; i < 4; i++) {
            int count = i < 3 ? part : size - 3 * part;
            table.decode(in, in.take(lengths[i]), lengths[i], bytes, i * part, count);
        }
    }
}
