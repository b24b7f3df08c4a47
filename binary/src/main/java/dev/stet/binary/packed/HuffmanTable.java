package dev.stet.binary.packed;

import dev.stet.binary.MalformedBinaryException;

/// A Huffman code of bytes, as zstd's literals have it (RFC 8878, 4.2).
final class HuffmanTable {
    private static final int MAX_BITS = 11;
    private static final int MAX_WEIGHTS = 255;
    private static final int WEIGHTS_ACCURACY = 6;

    private final int maxBits;

    /// By the next bits: the byte, and below it how many of the bits were its own.
    private final short[] entries;

    private HuffmanTable(int maxBits) {
        this.maxBits = maxBits;
        this.entries = new short[1 << maxBits];
    }

    static HuffmanTable read(BlockBytes in) throws MalformedBinaryException {
        int header = in.u8();
        byte[] weights = new byte[MAX_WEIGHTS + 1];
        int count = header < 128 ? packedWeights(in, header, weights) : plainWeights(in, header - 127, weights);
        return of(in, weights, count);
    }

    private static int plainWeights(BlockBytes in, int count, byte[] weights) throws MalformedBinaryException {
        int from = in.take((count + 1) / 2);
        for (int i = 0; i < count; i++) {
            weights[i] = (byte) (in.bytes[from + i / 2] >> (i % 2 == 0 ? 4 : 0) & 0xf);
        }
        return count;
    }

    /// Two states take turns until the bits are used up (RFC 8878, 4.2.1.2).
    private static int packedWeights(BlockBytes in, int length, byte[] weights) throws MalformedBinaryException {
        int blockEnd = in.end;
        in.require(length <= in.end - in.at, "zstd: Huffman weights run past the block's end");
        in.end = in.at + length;
        FseTable table = FseTable.read(in, WEIGHTS_ACCURACY, MAX_BITS + 1);
        BackwardBits bits = new BackwardBits(in, in.at, in.end - in.at);
        in.at = in.end;
        in.end = blockEnd;
        int one = (int) bits.read(table.accuracy);
        int other = (int) bits.read(table.accuracy);
        in.require(bits.left() >= 0, "zstd: Huffman weights without a state");
        int count = 0;
        while (true) {
            in.require(count < MAX_WEIGHTS - 1, "zstd: too many Huffman weights");
            weights[count++] = table.symbols[one];
            int next = table.bases[one] + (int) bits.read(table.bits[one]);
            if (bits.left() < 0) {
                weights[count++] = table.symbols[other];
                return count;
            }
            one = other;
            other = next;
        }
    }

    private static HuffmanTable of(BlockBytes in, byte[] weights, int count) throws MalformedBinaryException {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            in.require(weights[i] <= MAX_BITS, "zstd: Huffman weight " + weights[i]);
            sum += 1 << weights[i] >> 1;
        }
        in.require(sum > 0, "zstd: no Huffman weights");
        int maxBits = 32 - Integer.numberOfLeadingZeros(sum);
        in.require(maxBits <= MAX_BITS, "zstd: Huffman code of " + maxBits + " bits");
        // The last weight is not written: it makes the sum a power of two.
        int rest = (1 << maxBits) - sum;
        in.require(Integer.bitCount(rest) == 1, "zstd: Huffman weights do not add up");
        weights[count] = (byte) (32 - Integer.numberOfLeadingZeros(rest));
        HuffmanTable table = new HuffmanTable(maxBits);
        table.fill(weights, count + 1);
        return table;
    }

    private void fill(byte[] weights, int count) {
        int at = 0;
        for (int weight = 1; weight <= maxBits; weight++) {
            for (int symbol = 0; symbol < count; symbol++) {
                if (weights[symbol] == weight) {
                    short entry = (short) (symbol << 8 | (maxBits + 1 - weight));
                    int end = at + (1 << (weight - 1));
                    while (at < end) {
                        entries[at++] = entry;
                    }
                }
            }
        }
    }

    /// Decodes one stream, which must have exactly as many bytes.
    void decode(BlockBytes in, int from, int length, byte[] into, int offset, int count)
            throws MalformedBinaryException {
        BackwardBits bits = new BackwardBits(in, from, length);
        int at = offset;
        int end = offset + count;
        int shift = 64 - maxBits;
        while (end - at >= 5 && bits.hasTop()) {
            long top = bits.top();
            int used = 0;
            for (int i = 0; i < 5; i++) {
                int entry = entries[(int) (top >>> shift)];
                into[at++] = (byte) (entry >> 8);
                top <<= entry;
                used += entry & 0xff;
            }
            bits.skip(used);
        }
        while (at < end) {
            int entry = entries[(int) bits.peek(maxBits)];
            into[at++] = (byte) (entry >> 8);
            bits.skip(entry & 0xff);
        }
        in.require(bits.left() == 0, "zstd: a stream of literals has not the bits that it should");
    }
}
