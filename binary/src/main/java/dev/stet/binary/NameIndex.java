package dev.stet.binary;

import dev.stet.binary.elf.NameReader;
import java.util.Arrays;

/// Finds functions by the hash of their name. Made for tables in which names are looked up again and again.
final class NameIndex {
    /// Of more functions, 8 bytes each would be too much; their names are searched through.
    static final int MAX_FUNCTIONS = 1 << 19;

    /// Hash in the upper half, index in the lower, ascending.
    private final long[] keys;

    private NameIndex(long[] keys) {
        this.keys = keys;
    }

    static NameIndex read(FunctionTable table) throws BinaryException {
        long[] keys = new long[table.size()];
        int[] none = table.scan((name, index) -> {
            keys[index] = key(name.hash()) | index;
            return false;
        });
        assert none.length == 0;
        Arrays.sort(keys);
        return new NameIndex(keys);
    }

    private static long key(long hash) {
        return hash & 0xffff_ffff_0000_0000L;
    }

    /// Indices of all functions whose names may be this: those of a few others, too.
    int[] find(byte[] name) {
        long wanted = key(NameReader.hash(name));
        int from = Arrays.binarySearch(keys, wanted);
        from = from < 0 ? -from - 1 : from;
        int to = from;
        while (to < keys.length && key(keys[to]) == wanted) {
            to++;
        }
        int[] found = new int[to - from];
        for (int i = 0; i < found.length; i++) {
            found[i] = (int) keys[from + i];
        }
        return found;
    }
}
