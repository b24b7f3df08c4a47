package dev.stet.binary;

import dev.stet.binary.elf.Segment;
import dev.stet.binary.elf.Segments;
import dev.stet.facts.Function;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The functions of one binary, by name and by place. Immutable. Kept as packed arrays, about 24 bytes and
/// the name for each, since some binaries have millions; the records are made when asked for.
public final class FunctionTable {
    /// How many functions before an offset are tried as the one that contains it: as many may be nested in
    /// it.
    private static final int MAX_NESTED = 64;

    private final Segments segments;

    /// File offsets, ascending.
    private final long[] offsets;

    private final int[] sizes;

    /// Where each name begins in `names`; it ends with a NUL.
    private final int[] nameAt;

    private final byte[] names;

    /// Hash of the name in the upper half, index in the lower, ascending.
    private final long[] byHash;

    FunctionTable(Segments segments, long[] offsets, int[] sizes, int[] nameAt, byte[] names) {
        this.segments = segments;
        this.offsets = offsets;
        this.sizes = sizes;
        this.nameAt = nameAt;
        this.names = names;
        this.byHash = new long[offsets.length];
        for (int i = 0; i < offsets.length; i++) {
            byHash[i] = ((long) hash(names, nameAt[i]) << 32) | i;
        }
        Arrays.sort(byHash);
    }

    /// How many functions there are. One that has several names counts as often.
    public int size() {
        return offsets.length;
    }

    /// All functions with exactly this name: local ones may share it.
    ///
    /// @return by address, each place once; empty if there is none
    public List<Function> named(String name) {
        byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
        byte[] terminated = Arrays.copyOf(wanted, wanted.length + 1);
        int hash = hash(terminated, 0);
        int i = Arrays.binarySearch(byHash, (long) hash << 32);
        List<Function> found = new ArrayList<>();
        for (i = i < 0 ? -i - 1 : i; i < byHash.length && (int) (byHash[i] >> 32) == hash; i++) {
            int index = (int) byHash[i];
            if (sameText(names, nameAt[index], terminated, 0)
                    && (found.isEmpty() || found.getLast().fileOffset() != offsets[index])) {
                found.add(function(index));
            }
        }
        return found;
    }

    /// All functions whose name the predicate accepts.
    ///
    /// @return by address; a place that has several such names comes once for each
    public List<Function> matching(Predicate<String> name) {
        List<Function> found = new ArrayList<>();
        for (int i = 0; i < offsets.length; i++) {
            if (name.test(name(i))) {
                found.add(function(i));
            }
        }
        return found;
    }

    /// Names that somebody who wrote `name` may have meant: those that contain it, whatever the case,
    /// shortest first, then those that a few typing mistakes turn into it.
    ///
    /// @return at most `count`, best first, each once
    public List<String> closest(String name, int count) {
        return new Suggestions(names, nameAt).closest(name, count);
    }

    /// The function that contains the byte at this file offset.
    ///
    /// @return of several, the one that begins last; empty if there is none
    public Optional<Function> at(long fileOffset) {
        int i = lastAtOrBefore(fileOffset);
        for (int tried = 0; i >= 0 && tried < MAX_NESTED; i--, tried++) {
            if (fileOffset - offsets[i] < Math.max(1, sizes[i])) {
                return Optional.of(function(firstWithSameOffset(i)));
            }
        }
        return Optional.empty();
    }

    /// Does a function begin here?
    public boolean isEntry(long fileOffset) {
        int i = lastAtOrBefore(fileOffset);
        return i >= 0 && offsets[i] == fileOffset;
    }

    /// The binary's own order is by address, and one place's names are together: the first of them speaks
    /// for it.
    private int firstWithSameOffset(int i) {
        int first = i;
        while (first > 0
                && i - first < MAX_NESTED
                && offsets[first - 1] == offsets[i]
                && sizes[first - 1] == sizes[i]) {
            first--;
        }
        return first;
    }

    private int lastAtOrBefore(long fileOffset) {
        int low = 0;
        int high = offsets.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (offsets[middle] <= fileOffset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    private Function function(int i) {
        // Only functions inside an executable segment get into a table.
        Segment segment =
                segments.executableAt(offsets[i], Math.max(1, sizes[i])).orElseThrow();
        long address = offsets[i] - segment.offset() + segment.address();
        return new Function(name(i), address, offsets[i], sizes[i]);
    }

    private String name(int i) {
        int from = nameAt[i];
        return new String(names, from, textLength(names, from), StandardCharsets.UTF_8);
    }

    /// Of bytes up to the NUL, not counting it.
    static int textLength(byte[] text, int from) {
        int end = from;
        while (text[end] != 0) {
            end++;
        }
        return end - from;
    }

    static int hash(byte[] text, int from) {
        int hash = 0;
        for (int i = from; text[i] != 0; i++) {
            hash = 31 * hash + text[i];
        }
        return hash;
    }

    static boolean sameText(byte[] a, int inA, byte[] b, int inB) {
        int i = 0;
        while (a[inA + i] == b[inB + i]) {
            if (a[inA + i] == 0) {
                return true;
            }
            i++;
        }
        return false;
    }
}
