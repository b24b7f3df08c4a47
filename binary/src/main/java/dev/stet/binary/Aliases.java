package dev.stet.binary;

import dev.stet.binary.elf.NameReader;
import dev.stet.binary.elf.Names;
import java.util.Arrays;

/// Drops functions that several tables name alike: `.dynsym` repeats what `.symtab` says, and Go's symbols
/// what its own table says.
///
/// Within one table a name at a place is one string. So names are read only for places that several tables
/// know, some thousands of places at a time and in the order of the file, for their strings lie anywhere.
final class Aliases {
    private static final int SLOT_BITS = 17;

    /// How many names are compared at a time. A place with more than that keeps its doubles: the most seen
    /// is some ten thousand, where a linker folded all empty functions into one.
    private static final int MAX_BATCH = 1 << SLOT_BITS;

    private final FunctionColumns columns;
    private final Names names;

    /// Of the present batch: which functions.
    private final int[] batch;

    private int batched;

    Aliases(FunctionColumns columns, Names names) {
        this.columns = columns;
        this.names = names;
        this.batch = new int[Math.min(MAX_BATCH, columns.count())];
    }

    /// @return how many are left, at the beginning of the columns
    int drop() throws BinaryException {
        NameReader reader = new NameReader(names);
        int count = columns.count();
        long[] doubles = new long[(count >> 6) + 1];
        for (int from = 0; from < count; ) {
            int to = from + 1;
            boolean mixed = false;
            while (to < count && columns.starts()[to] == columns.starts()[from]) {
                mixed |= !names.isSamePart(columns.nameAt()[from], columns.nameAt()[to]);
                to++;
            }
            if (mixed) {
                if (to - from > batch.length - batched) {
                    markDoubles(reader, doubles);
                }
                for (int i = from; i < to && to - from <= batch.length; i++) {
                    batch[batched++] = i;
                }
            } else if (to - from > 1) {
                markSameStrings(from, to, doubles);
            }
            from = to;
        }
        markDoubles(reader, doubles);
        return compact(doubles);
    }

    private int compact(long[] doubles) {
        int kept = 0;
        for (int i = 0; i < columns.count(); i++) {
            if ((doubles[i >> 6] >> i & 1) == 0) {
                columns.move(i, kept++);
            }
        }
        return kept;
    }

    private void markSameStrings(int from, int to, long[] doubles) {
        if (to - from > MAX_BATCH) {
            return;
        }
        long[] keys = new long[to - from];
        for (int i = from; i < to; i++) {
            keys[i - from] = ((long) columns.nameAt()[i] << 32) | i;
        }
        Arrays.sort(keys);
        for (int i = 1; i < keys.length; i++) {
            int index = (int) keys[i];
            boolean again =
                    keys[i] >> 32 == keys[i - 1] >> 32 && columns.version(index) == columns.version((int) keys[i - 1]);
            if (again) {
                doubles[index >> 6] |= 1L << index;
            }
        }
    }

    private void markDoubles(NameReader reader, long[] doubles) throws BinaryException {
        long[] order = new long[batched];
        for (int i = 0; i < batched; i++) {
            order[i] = (Integer.toUnsignedLong(columns.nameAt()[batch[i]]) << SLOT_BITS) | i;
        }
        Arrays.sort(order);
        long[] hashes = new long[batched];
        long[] versions = new long[batched];
        for (long key : order) {
            int slot = (int) key & (MAX_BATCH - 1);
            reader.move(columns.nameAt()[batch[slot]]);
            hashes[slot] = reader.hash();
            versions[slot] = reader.versionHash(columns.version(batch[slot]));
        }
        for (int from = 0; from < batched; ) {
            int to = from + 1;
            while (to < batched && columns.starts()[batch[to]] == columns.starts()[batch[from]]) {
                to++;
            }
            long[] byName = sorted(hashes, from, to);
            for (int i = 0; i < byName.length; ) {
                int end = runEnd(byName, i);
                markDoubles(byName, i, end, versions, doubles);
                i = end;
            }
            from = to;
        }
        batched = 0;
    }

    /// Of those with one name at one place, keeps the first of each version, and one without a version only
    /// if there is no other.
    private void markDoubles(long[] slots, int from, int to, long[] versions, long[] doubles) {
        if (to - from < 2) {
            return;
        }
        long[] keys = new long[to - from];
        for (int i = from; i < to; i++) {
            int slot = (int) slots[i] & (MAX_BATCH - 1);
            keys[i - from] = (versions[slot] & -MAX_BATCH) | slot;
        }
        // Zero, no version, is the least.
        for (int i = 0; i < keys.length; i++) {
            keys[i] ^= Long.MIN_VALUE;
        }
        Arrays.sort(keys);
        int size = 0;
        for (long key : keys) {
            size = Math.max(size, columns.size(batch[(int) key & (MAX_BATCH - 1)]));
        }
        for (int i = 0; i < keys.length; ) {
            int end = runEnd(keys, i);
            boolean versioned = (keys[i] ^ Long.MIN_VALUE) >>> SLOT_BITS != 0;
            for (int j = i; j < end; j++) {
                int index = batch[(int) keys[j] & (MAX_BATCH - 1)];
                if (j > i || (!versioned && end < keys.length)) {
                    doubles[index >> 6] |= 1L << index;
                } else if (columns.size(index) == 0) {
                    columns.traits()[index] |= size;
                }
            }
            i = end;
        }
    }

    private static long[] sorted(long[] hashes, int from, int to) {
        long[] keys = new long[to - from];
        for (int i = from; i < to; i++) {
            keys[i - from] = (hashes[i] & -MAX_BATCH) | i;
        }
        Arrays.sort(keys);
        return keys;
    }

    /// Where keys end that are the same but for their slots.
    private static int runEnd(long[] keys, int from) {
        int end = from + 1;
        while (end < keys.length && keys[end] >> SLOT_BITS == keys[from] >> SLOT_BITS) {
            end++;
        }
        return end;
    }
}
