package dev.stet.binary.traits;

import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.elf.ByteView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Finds which marks a name carries, without a copy of it. Most names leave the tree within some bytes, so
/// millions of symbols cost little.
final class NameTrie {
    /// Names of symbols are printable ASCII: others carry no mark.
    private static final int FIRST = 0x21;

    private static final int WIDTH = 0x7f - FIRST;

    private static final int[] NONE = {};

    private final List<Mark> marks;

    /// Where to go from a node by a character; 0 is nowhere, for nothing leads back to the root.
    private short[] next = new short[WIDTH << 11];

    /// The marks that end at each node, as indices.
    private final List<int[]> ends = new ArrayList<>();

    /// Is told of each mark.
    @FunctionalInterface
    interface Hit {
        /// @param index of the mark
        void at(int index) throws MalformedBinaryException;
    }

    NameTrie(List<Mark> marks) {
        this.marks = List.copyOf(marks);
        ends.add(NONE);
        for (int i = 0; i < marks.size(); i++) {
            add(marks.get(i).text(), i);
        }
    }

    private void add(String text, int mark) {
        int node = 0;
        for (int i = 0; i < text.length(); i++) {
            int edge = node * WIDTH + text.charAt(i) - FIRST;
            if (next[edge] == 0) {
                next[edge] = (short) ends.size();
                ends.add(NONE);
                if (ends.size() * WIDTH > next.length) {
                    next = Arrays.copyOf(next, 2 * next.length);
                }
            }
            node = next[edge];
        }
        int[] here = Arrays.copyOf(ends.get(node), ends.get(node).length + 1);
        here[here.length - 1] = mark;
        ends.set(node, here);
    }

    List<Mark> marks() {
        return marks;
    }

    /// @param at where the name begins in `names`
    /// @param length of the name in bytes
    void walk(ByteView names, long at, int length, Hit hit) throws MalformedBinaryException {
        int node = 0;
        for (int i = 0; i < length; i++) {
            int character = names.u8(at + i) - FIRST;
            node = character >= 0 && character < WIDTH ? next[node * WIDTH + character] : 0;
            if (node == 0) {
                return;
            }
            for (int mark : ends.get(node)) {
                if (i == length - 1 || marks.get(mark).prefix()) {
                    hit.at(mark);
                }
            }
        }
    }
}
