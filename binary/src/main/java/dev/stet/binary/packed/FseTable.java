package dev.stet.binary.packed;

import dev.stet.binary.MalformedBinaryException;

/// A decoding table of a finite state entropy code (RFC 8878, 4.1). A state is an index into it; it gives a
/// symbol, and with some more bits the next state.
final class FseTable {
    final int accuracy;
    final byte[] symbols;
    final byte[] bits;
    final short[] bases;

    private FseTable(int accuracy) {
        this.accuracy = accuracy;
        int size = 1 << accuracy;
        this.symbols = new byte[size];
        this.bits = new byte[size];
        this.bases = new short[size];
    }

    /// The one symbol comes without any bits.
    static FseTable single(int symbol) {
        FseTable table = new FseTable(0);
        table.symbols[0] = (byte) symbol;
        return table;
    }

    /// @param probabilities of each symbol, in parts of 2^accuracy, all of them together; -1 is less than one
    static FseTable of(int accuracy, int... probabilities) {
        FseTable table = new FseTable(accuracy);
        int size = 1 << accuracy;
        int[] next = new int[probabilities.length];
        int high = size;
        for (int symbol = 0; symbol < probabilities.length; symbol++) {
            next[symbol] = probabilities[symbol];
            if (probabilities[symbol] == -1) {
                table.symbols[--high] = (byte) symbol;
                next[symbol] = 1;
            }
        }
        table.spread(probabilities, high);
        for (int state = 0; state < size; state++) {
            int x = next[table.symbols[state]]++;
            int count = accuracy - (31 - Integer.numberOfLeadingZeros(x));
            table.bits[state] = (byte) count;
            table.bases[state] = (short) ((x << count) - size);
        }
        return table;
    }

    private void spread(int[] probabilities, int high) {
        int mask = symbols.length - 1;
        int step = (symbols.length >> 1) + (symbols.length >> 3) + 3;
        int at = 0;
        for (int symbol = 0; symbol < probabilities.length; symbol++) {
            for (int i = 0; i < probabilities[symbol]; i++) {
                symbols[at] = (byte) symbol;
                do {
                    at = (at + step) & mask;
                } while (at >= high);
            }
        }
    }

    /// Reads a table's description (RFC 8878, 4.1.1).
    static FseTable read(BlockBytes in, int maxAccuracy, int maxSymbol) throws MalformedBinaryException {
        ForwardBits bits = new ForwardBits(in);
        int accuracy = bits.read(4) + 5;
        in.require(accuracy <= maxAccuracy, "zstd: FSE accuracy " + accuracy + " is more than " + maxAccuracy);
        int[] probabilities = new int[maxSymbol + 1];
        int remaining = 1 << accuracy;
        int symbol = 0;
        while (remaining > 0) {
            in.require(symbol <= maxSymbol, "zstd: FSE table of too many symbols");
            int probability = bits.readUpTo(remaining + 1) - 1;
            probabilities[symbol++] = probability;
            remaining -= Math.abs(probability);
            for (int zeros = 3; probability == 0 && zeros == 3; symbol += zeros) {
                zeros = bits.read(2);
                in.require(symbol + zeros <= maxSymbol + 1, "zstd: FSE table of too many symbols");
            }
        }
        in.require(remaining == 0, "zstd: FSE probabilities are more than all");
        bits.end();
        return of(accuracy, probabilities);
    }

    /// Bits from the lowest of the first byte on.
    private static final class ForwardBits {
        private final BlockBytes in;
        private long at;

        ForwardBits(BlockBytes in) {
            this.in = in;
            this.at = 8L * in.at;
        }

        int read(int count) throws MalformedBinaryException {
            int value = peek(count);
            at += count;
            return value;
        }

        private int peek(int count) throws MalformedBinaryException {
            in.require(at + count <= 8L * in.end, "zstd: FSE table runs past its end");
            return (int) (in.long64((int) (at >> 3)) >>> (at & 7)) & ((1 << count) - 1);
        }

        /// A number from 0 to `max`, the smaller ones of which take a bit less.
        int readUpTo(int max) throws MalformedBinaryException {
            int count = 32 - Integer.numberOfLeadingZeros(max);
            int mask = (1 << (count - 1)) - 1;
            int threshold = (1 << count) - 1 - max;
            int low = peek(count - 1);
            if (low < threshold) {
                at += count - 1;
                return low;
            }
            int value = read(count);
            return value > mask ? value - threshold : value;
        }

        void end() {
            in.at = (int) ((at + 7) >> 3);
        }
    }
}
