package dev.stet.binary.code;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.IntPredicate;

/// One contiguous part of a function, decoded from its first byte to its last. Offsets are in bytes from its
/// beginning. Used again for the next function, so that nothing is allocated for most of them.
final class Part {
    /// A function has hundreds of ways out at most; the longest tables of hostile bytes have millions.
    private static final int MAX_NOTED = 1 << 16;

    byte[] code = {};

    /// Where in `code` the part begins.
    int from;

    /// In bytes, as the binary says.
    int size;

    /// How many bytes are instructions, padding included.
    int decoded;

    /// Behind the last instruction that is not padding.
    int padding;

    /// Behind the last instruction that has none behind it, such as a return.
    int lastEnd;

    /// What lies behind `decoded` is no code that anything here jumps to.
    boolean island;

    /// The last instruction does not end the part: what follows is run, too.
    boolean runsOn;

    long address;
    long fileOffset;

    /// One bit an offset: does an instruction begin there?
    private long[] boundaries = {};

    private final BitSet data = new BitSet();

    /// Targets of direct jumps that stay in the part.
    final Offsets inside = new Offsets(Integer.MAX_VALUE);

    final Offsets returns = new Offsets(MAX_NOTED);

    /// Returns and other ends that cannot be probed.
    final Offsets unprobeable = new Offsets(MAX_NOTED);

    final Offsets indirect = new Offsets(MAX_NOTED);

    /// Direct jumps that leave the part.
    final Offsets outside = new Offsets(MAX_NOTED);

    /// Their targets, as virtual addresses.
    private long[] targets = new long[16];

    void reset(byte[] code, int from, int size, long address, long fileOffset) {
        this.code = code;
        this.from = from;
        this.size = size;
        this.address = address;
        this.fileOffset = fileOffset;
        int words = (size + 63) >> 6;
        if (words > boundaries.length) {
            boundaries = new long[words];
        } else {
            Arrays.fill(boundaries, 0, words, 0);
        }
        clear();
    }

    private void clear() {
        decoded = size;
        padding = size;
        lastEnd = 0;
        island = false;
        runsOn = false;
        data.clear();
        inside.clear();
        returns.clear();
        unprobeable.clear();
        indirect.clear();
        outside.clear();
    }

    /// Forgets what was found, for another sweep of only the first bytes.
    void cut(int length) {
        Arrays.fill(boundaries, 0, (size + 63) >> 6, 0);
        clear();
        decoded = length;
        padding = length;
        island = true;
    }

    void begin(int at) {
        boundaries[at >> 6] |= 1L << at;
    }

    /// On a machine of four bytes an instruction: these bytes are read, not run.
    void markData(long at, int length) {
        for (long word = at; word < at + length; word += 4) {
            if (word >= 0 && word < size) {
                data.set((int) word >> 2);
            }
        }
    }

    boolean isData(int at) {
        return data.get(at >> 2);
    }

    /// Does an instruction begin there?
    boolean isBoundary(int at) {
        return (boundaries[at >> 6] >>> at & 1) != 0;
    }

    long[] boundaries() {
        return Arrays.copyOf(boundaries, (size + 63) >> 6);
    }

    boolean holds(long virtualAddress) {
        return virtualAddress >= address && virtualAddress - address < size;
    }

    /// A direct jump.
    void branch(int at, long target) {
        long offset = target - address;
        if (offset >= 0 && offset < size) {
            inside.add((int) offset);
        } else {
            outside.add(at);
            if (outside.count() > targets.length) {
                targets = Arrays.copyOf(targets, targets.length * 2);
            }
            if (!outside.isOverfull()) {
                targets[outside.count() - 1] = target;
            }
        }
    }

    long target(int index) {
        return targets[index];
    }

    /// Is this in step: an instruction, or the rest of one that begins with LOCK? Old C libraries jump past
    /// that prefix where there is one thread only.
    boolean isLanding(int at) {
        return at < decoded
                && (isBoundary(at) || (at > 0 && isBoundary(at - 1) && (code[from + at - 1] & 0xff) == 0xf0));
    }

    /// Does a direct jump of this part go there?
    boolean isJumpedTo(int at) {
        for (int i = 0; i < inside.count(); i++) {
            if (inside.get(i) == at) {
                return true;
            }
        }
        return false;
    }

    /// Where a jump of this part goes that it should not.
    Optional<String> badJump() {
        for (int i = 0; i < inside.count(); i++) {
            int target = inside.get(i);
            if (!isLanding(target)) {
                return Optional.of("a jump to file offset " + (fileOffset + target)
                        + (target < decoded ? " goes into the middle of an instruction" : " goes to what is no code"));
            }
        }
        return Optional.empty();
    }

    /// Does whoever comes in stay, or leave by an exception only?
    boolean isNeverLeft() {
        return returns.count() + unprobeable.count() + indirect.count() + outside.count() == 0 && !runsOn && !island;
    }

    boolean isOverfull() {
        return returns.isOverfull() || unprobeable.isOverfull() || indirect.isOverfull() || outside.isOverfull();
    }

    boolean onlyZeros(int at) {
        for (int i = at; i < size; i++) {
            if (code[from + i] != 0) {
                return false;
            }
        }
        return true;
    }

    /// A growing list of offsets, without boxes.
    static final class Offsets {
        private final int max;
        private int[] all = new int[16];
        private int count;
        private boolean overfull;

        Offsets(int max) {
            this.max = max;
        }

        void add(int offset) {
            if (count == max) {
                overfull = true;
                return;
            }
            if (count == all.length) {
                all = Arrays.copyOf(all, count * 2);
            }
            all[count++] = offset;
        }

        int get(int index) {
            return all[index];
        }

        int count() {
            return count;
        }

        /// Keeps only those.
        void retain(IntPredicate wanted) {
            int kept = 0;
            for (int i = 0; i < count; i++) {
                if (wanted.test(all[i])) {
                    all[kept++] = all[i];
                }
            }
            count = kept;
        }

        boolean isOverfull() {
            return overfull;
        }

        void clear() {
            count = 0;
            overfull = false;
        }
    }
}
