package dev.stet.binary;

import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.FunctionSink;
import dev.stet.binary.elf.Segment;
import dev.stet.binary.elf.Segments;
import java.util.Arrays;

/// Collects functions in any order, then sorts them and drops what was said twice.
final class FunctionTableBuilder implements FunctionSink {
    /// All names together. The largest tables of names in use have some 100 MB, most of it not functions'.
    private static final int MAX_NAMES_BYTES = 128 << 20;

    /// Bits of an index in a sort key.
    private static final int INDEX_BITS = 22;

    private static final int INDEX_MASK = (1 << INDEX_BITS) - 1;

    private final Segments segments;
    private long[] offsets = new long[1024];
    private int[] sizes = new int[1024];
    private int[] nameAt = new int[1024];
    private byte[] names = new byte[1 << 14];
    private int count;
    private int nameBytes;

    FunctionTableBuilder(Segments segments) {
        this.segments = segments;
    }

    @Override
    public void add(long virtualAddress, long size, ByteView from, long at, int length)
            throws MalformedBinaryException {
        Segment segment =
                segments.executableAtAddress(virtualAddress, Math.max(1, size)).orElse(null);
        if (segment == null || size < 0 || size > Integer.MAX_VALUE || length == 0) {
            return;
        }
        from.require(count < MAX_FUNCTIONS, at, "more than " + MAX_FUNCTIONS + " functions");
        from.require(length + 1 <= MAX_NAMES_BYTES - nameBytes, at, "names of more than " + MAX_NAMES_BYTES + " bytes");
        grow(length + 1);
        offsets[count] = virtualAddress - segment.address() + segment.offset();
        sizes[count] = (int) size;
        nameAt[count] = nameBytes;
        from.copyTo(at, names, nameBytes, length);
        names[nameBytes + length] = 0;
        nameBytes += length + 1;
        count++;
    }

    /// Where the functions added so far begin, as file offsets, ascending.
    long[] sortedOffsets() {
        long[] sorted = Arrays.copyOf(offsets, count);
        Arrays.sort(sorted);
        return sorted;
    }

    private void grow(int more) {
        if (count == offsets.length) {
            int capacity = Math.min(MAX_FUNCTIONS, count + (count >> 1));
            offsets = Arrays.copyOf(offsets, capacity);
            sizes = Arrays.copyOf(sizes, capacity);
            nameAt = Arrays.copyOf(nameAt, capacity);
        }
        if (more > names.length - nameBytes) {
            int capacity = Math.min(MAX_NAMES_BYTES, Math.max(nameBytes + more, names.length + (names.length >> 1)));
            names = Arrays.copyOf(names, capacity);
        }
    }

    /// @param ends where a function that does not say how long it is must end at the latest
    FunctionTable build(Ends ends) throws MalformedBinaryException {
        long[] keys = new long[count];
        for (int i = 0; i < count; i++) {
            keys[i] = (offsets[i] << INDEX_BITS) | i;
        }
        Arrays.sort(keys);
        int kept = 0;
        for (int from = 0; from < count; ) {
            int to = from + 1;
            while (to < count && keys[to] >> INDEX_BITS == keys[from] >> INDEX_BITS) {
                to++;
            }
            complete(keys, from, to, ends);
            kept = keepDistinct(keys, from, to, kept);
            from = to;
        }
        long[] sortedOffsets = new long[kept];
        int[] sortedSizes = new int[kept];
        int[] sortedNames = new int[kept];
        for (int i = 0; i < kept; i++) {
            int index = (int) keys[i] & INDEX_MASK;
            sortedOffsets[i] = offsets[index];
            sortedSizes[i] = sizes[index];
            sortedNames[i] = nameAt[index];
        }
        return new FunctionTable(segments, sortedOffsets, sortedSizes, sortedNames, Arrays.copyOf(names, nameBytes));
    }

    /// Gives the functions of one place that have no size the one of another name of it, or else the distance
    /// to the next function.
    private void complete(long[] keys, int from, int to, Ends ends) throws MalformedBinaryException {
        int known = 0;
        boolean missing = false;
        for (int i = from; i < to; i++) {
            int size = sizes[(int) keys[i] & INDEX_MASK];
            known = known == 0 ? size : known;
            missing |= size == 0;
        }
        if (!missing) {
            return;
        }
        if (known == 0) {
            long offset = keys[from] >> INDEX_BITS;
            long end = ends.after(offset);
            long next = to < count ? Math.min(end, keys[to] >> INDEX_BITS) : end;
            known = Math.clamp(next - offset, 0, Integer.MAX_VALUE);
        }
        for (int i = from; i < to; i++) {
            int index = (int) keys[i] & INDEX_MASK;
            sizes[index] = sizes[index] == 0 ? known : sizes[index];
        }
    }

    /// Moves the keys of one place to `kept`, without names that came before. Sorting by hash first keeps
    /// that cheap for a file with a million names at one place.
    private int keepDistinct(long[] keys, int from, int to, int kept) {
        if (to - from == 1) {
            keys[kept] = keys[from];
            return kept + 1;
        }
        long[] hashed = new long[to - from];
        for (int i = from; i < to; i++) {
            int index = (int) keys[i] & INDEX_MASK;
            hashed[i - from] = ((long) FunctionTable.hash(names, nameAt[index]) << 32) | index;
        }
        Arrays.sort(hashed);
        long place = keys[from] & ~INDEX_MASK;
        int start = kept;
        for (int i = 0; i < hashed.length; i++) {
            int index = (int) hashed[i];
            boolean again = i > 0
                    && hashed[i - 1] >> 32 == hashed[i] >> 32
                    && FunctionTable.sameText(names, nameAt[(int) hashed[i - 1]], names, nameAt[index]);
            if (!again) {
                keys[kept++] = place | index;
            }
        }
        Arrays.sort(keys, start, kept);
        return kept;
    }
}
