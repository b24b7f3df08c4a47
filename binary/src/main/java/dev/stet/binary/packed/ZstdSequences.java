package dev.stet.binary.packed;

import dev.stet.binary.MalformedBinaryException;

/// The sequences section of a compressed block: how literals and matches take turns (RFC 8878, 3.1.1.3.2).
final class ZstdSequences {
    private static final int PREDEFINED = 0;
    private static final int SINGLE = 1;
    private static final int DESCRIBED = 2;

    /// RFC 8878, 3.1.1.3.2.1.1: for each code, the least length that it means, and how many bits are added.
    private static final int[] LITERALS = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256, 512,
        1024, 2048, 4096, 8192, 16384, 32768, 65536
    };

    private static final int[] LITERALS_BITS = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        16
    };

    private static final int[] MATCH = {
        3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
        33, 34, 35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771, 65539
    };

    private static final int[] MATCH_BITS = {
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2,
        2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
    };

    /// Offsets of up to 4 GiB; no window is longer here.
    private static final int MAX_OFFSET_CODE = 31;

    /// RFC 8878, 3.1.1.3.2.2.
    private static final FseTable DEFAULT_LITERALS = FseTable.of(
            6, 4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1,
            -1, -1);

    private static final FseTable DEFAULT_MATCH = FseTable.of(
            6, 1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
            1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1);

    private static final FseTable DEFAULT_OFFSETS =
            FseTable.of(5, 1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1);

    /// Of the last block of the frame that had sequences; null before.
    private FseTable literals;

    private FseTable offsets;
    private FseTable matches;

    /// The last three offsets, the last one first.
    private final int[] recent = new int[3];

    void beginFrame() {
        literals = null;
        offsets = null;
        matches = null;
        recent[0] = 1;
        recent[1] = 4;
        recent[2] = 8;
    }

    /// Reads the section, which is the rest of the block, and does what it says.
    void run(BlockBytes in, ZstdLiterals from, ZstdHistory into) throws MalformedBinaryException {
        int count = count(in);
        int taken = 0;
        if (count > 0) {
            int modes = in.u8();
            in.require((modes & 3) == 0, "zstd: reserved bits of the compression modes");
            literals = table(in, modes >> 6, literals, DEFAULT_LITERALS, 9, LITERALS.length - 1);
            offsets = table(in, modes >> 4 & 3, offsets, DEFAULT_OFFSETS, 8, MAX_OFFSET_CODE);
            matches = table(in, modes >> 2 & 3, matches, DEFAULT_MATCH, 9, MATCH.length - 1);
            taken = run(in, count, from, into);
        } else {
            in.require(in.at == in.end, "zstd: bytes behind a block without sequences");
        }
        into.add(from.bytes, taken, from.size - taken);
    }

    private static int count(BlockBytes in) throws MalformedBinaryException {
        int first = in.u8();
        if (first < 128) {
            return first;
        }
        return first < 255 ? ((first - 128) << 8) + in.u8() : (int) in.word(2) + 0x7f00;
    }

    private static FseTable table(
            BlockBytes in, int mode, FseTable last, FseTable predefined, int maxAccuracy, int maxSymbol)
            throws MalformedBinaryException {
        if (mode == PREDEFINED) {
            return predefined;
        }
        if (mode == SINGLE) {
            int symbol = in.u8();
            in.require(symbol <= maxSymbol, "zstd: there is no code " + symbol);
            return FseTable.single(symbol);
        }
        if (mode == DESCRIBED) {
            return FseTable.read(in, maxAccuracy, maxSymbol);
        }
        in.require(last != null, "zstd: sequences that refer to no table");
        return last;
    }

    /// @return how many of the literals were taken
    private int run(BlockBytes in, int count, ZstdLiterals from, ZstdHistory into) throws MalformedBinaryException {
        BackwardBits bits = new BackwardBits(in, in.at, in.end - in.at);
        int literalsState = (int) bits.read(literals.accuracy);
        int offsetsState = (int) bits.read(offsets.accuracy);
        int matchesState = (int) bits.read(matches.accuracy);
        int taken = 0;
        for (int i = 0; i < count; i++) {
            int offsetCode = offsets.symbols[offsetsState];
            long offsetValue = (1L << offsetCode) + bits.read(offsetCode);
            int matchCode = matches.symbols[matchesState];
            int matchLength = MATCH[matchCode] + (int) bits.read(MATCH_BITS[matchCode]);
            int literalsCode = literals.symbols[literalsState];
            int length = LITERALS[literalsCode] + (int) bits.read(LITERALS_BITS[literalsCode]);
            in.require(bits.left() >= 0, "zstd: sequences run past their bits");
            in.require(length <= from.size - taken, "zstd: sequences take more literals than there are");
            into.add(from.bytes, taken, length);
            taken += length;
            into.repeat(offset(in, offsetValue, length == 0), matchLength);
            if (i + 1 < count) {
                literalsState = next(literals, literalsState, bits);
                matchesState = next(matches, matchesState, bits);
                offsetsState = next(offsets, offsetsState, bits);
            }
        }
        in.require(bits.left() == 0, "zstd: bits behind the sequences");
        return taken;
    }

    private static int next(FseTable table, int state, BackwardBits bits) {
        return table.bases[state] + (int) bits.read(table.bits[state]);
    }

    /// RFC 8878, 3.1.1.5: repeat offsets.
    private int offset(BlockBytes in, long value, boolean noLiterals) throws MalformedBinaryException {
        if (value > 3) {
            in.require(value - 3 <= Integer.MAX_VALUE, "zstd: offset " + (value - 3));
            return moveToFront((int) (value - 3), 2);
        }
        int which = (int) value - (noLiterals ? 0 : 1);
        if (which < 3) {
            return moveToFront(recent[which], which);
        }
        in.require(recent[0] > 1, "zstd: offset 0");
        return moveToFront(recent[0] - 1, 2);
    }

    /// @param place from which it is taken, or where the one that is forgotten is
    private int moveToFront(int offset, int place) {
        if (place == 2) {
            recent[2] = recent[1];
        }
        if (place > 0) {
            recent[1] = recent[0];
        }
        recent[0] = offset;
        return offset;
    }
}
