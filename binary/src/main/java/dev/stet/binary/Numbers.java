package dev.stet.binary;

import java.util.ArrayList;
import java.util.List;

/// A growing row of 32-bit numbers, kept in pieces: growing copies nothing and wastes little.
final class Numbers {
    private static final int PIECE_BITS = 15;
    private static final int PIECE = 1 << PIECE_BITS;

    private final List<int[]> pieces = new ArrayList<>();
    private int count;

    void add(int number) {
        int in = count & (PIECE - 1);
        if (in == 0) {
            pieces.add(new int[PIECE]);
        }
        pieces.getLast()[in] = number;
        count++;
    }

    int at(int i) {
        return pieces.get(i >> PIECE_BITS)[i & (PIECE - 1)];
    }

    int count() {
        return count;
    }
}
