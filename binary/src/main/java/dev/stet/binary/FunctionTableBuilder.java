package dev.stet.binary;

import dev.stet.binary.elf.CodeMap;
import dev.stet.binary.elf.FunctionSink;
import dev.stet.binary.elf.Names;
import java.util.Arrays;

/// Collects functions in any order, then sorts them by address and drops what was said twice. Copies no name
/// and, but for a few of the columns, no number.
final class FunctionTableBuilder {
    /// Code of one binary lies within what an instruction can call, 2 GB. One address of it is kept in 32
    /// bits.
    private static final long MAX_CODE_BYTES = 1L << 32;

    private final CodeMap code;
    private final Names names;
    private Numbers starts = new Numbers();
    private Numbers traits = new Numbers();
    private Numbers nameAt = new Numbers();

    /// Empty until the first version is seen.
    private Numbers versions = new Numbers();

    FunctionTableBuilder(CodeMap code, Names names) {
        this.code = code;
        this.names = names;
    }

    /// Adds a function, if its bytes are in an executable segment.
    ///
    /// @param size in bytes; 0 if not known yet
    /// @param position of its name in the names
    /// @param version its number in the table that the name is of; 0 if it has none
    void add(FunctionKind kind, long virtualAddress, long size, long position, int version)
            throws MalformedBinaryException {
        if (size < 0 || size > FunctionColumns.MAX_SIZE || !code.holds(virtualAddress, Math.max(1, size))) {
            return;
        }
        int count = starts.count();
        if (count >= FunctionSink.MAX_FUNCTIONS) {
            throw new MalformedBinaryException("more than " + FunctionSink.MAX_FUNCTIONS + " functions", 0);
        }
        long start = virtualAddress - code.start();
        if (start >= MAX_CODE_BYTES) {
            throw new MalformedBinaryException("code that is more than " + MAX_CODE_BYTES + " bytes apart", 0);
        }
        starts.add((int) start);
        traits.add(FunctionColumns.traits(kind, (int) size));
        nameAt.add((int) position);
        if (version != 0) {
            while (versions.count() < count) {
                versions.add(0);
            }
            versions.add(version);
        }
    }

    /// Takes functions whose names are bytes of the file.
    ///
    /// @param base position in the names of the file's byte `from`
    FunctionSink sink(long base, long from, long bytes) {
        return (virtualAddress, size, view, at, length) -> {
            long position = view.fileOffset() + at - from;
            if (length > 0 && position >= 0 && position < bytes) {
                add(FunctionKind.FUNCTION, virtualAddress, size, base + position, 0);
            }
        };
    }

    /// Where the functions added so far begin, ascending, as [#isIn] wants them.
    int[] sortedStarts() {
        int[] sorted = new int[starts.count()];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = starts.at(i) ^ Integer.MIN_VALUE;
        }
        Arrays.sort(sorted);
        return sorted;
    }

    boolean isIn(int[] sortedStarts, long virtualAddress) {
        long start = virtualAddress - code.start();
        return start >= 0
                && start < MAX_CODE_BYTES
                && Arrays.binarySearch(sortedStarts, (int) start ^ Integer.MIN_VALUE) >= 0;
    }

    /// Empties the builder.
    FunctionTable build(Demangling demangling) throws BinaryException {
        FunctionColumns sorted = sorted();
        int kept = new Aliases(sorted, names).drop();
        FunctionColumns distinct = sorted.first(new Extents(sorted, kept, code).complete());
        return new FunctionTable(code, names, distinct, demangling);
    }

    /// By address; functions of one place stay in the order in which they came. Columns are let go as soon as
    /// they are copied.
    private FunctionColumns sorted() {
        int count = starts.count();
        boolean ordered = true;
        long[] keys = new long[count];
        for (int i = 0; i < count; i++) {
            // Signed as long as it is a key.
            keys[i] = ((long) (starts.at(i) ^ Integer.MIN_VALUE) << 32) | i;
            ordered &= i == 0 || keys[i - 1] <= keys[i];
        }
        starts = new Numbers();
        if (!ordered) {
            Arrays.sort(keys);
        }
        int[] sortedTraits = pick(traits, keys);
        traits = new Numbers();
        int[] sortedNames = pick(nameAt, keys);
        nameAt = new Numbers();
        char[] sortedVersions = new char[versions.count() == 0 ? 0 : count];
        for (int i = 0; i < sortedVersions.length; i++) {
            int from = (int) keys[i];
            sortedVersions[i] = from < versions.count() ? (char) versions.at(from) : 0;
        }
        versions = new Numbers();
        int[] sortedStarts = new int[count];
        for (int i = 0; i < count; i++) {
            sortedStarts[i] = (int) (keys[i] >> 32) ^ Integer.MIN_VALUE;
        }
        return new FunctionColumns(count, sortedStarts, sortedTraits, sortedNames, sortedVersions);
    }

    private static int[] pick(Numbers from, long[] keys) {
        int[] picked = new int[keys.length];
        for (int i = 0; i < picked.length; i++) {
            picked[i] = from.at((int) keys[i]);
        }
        return picked;
    }
}
