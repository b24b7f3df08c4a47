package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import java.util.Arrays;
import java.util.Optional;

/// Which units have code at an address.
///
/// `.debug_aranges` is asked first, since it answers at once (DWARF5 section 6.1.2). It may lack units whose
/// compiler does not write it, and it may lie, so what it says is only where to look first.
final class UnitRanges {
    /// Ranges that are kept, of 24 bytes each. A program of which every function is a section of its own has
    /// some hundred thousand.
    private static final int MAX_RANGES = 1 << 19;

    /// Units that claim one address: one, or a few where the linker folded equal functions.
    private static final int MAX_CLAIMS = 16;

    private final DwarfFile file;
    private Index byTable;
    private Index byUnits;

    UnitRanges(DwarfFile file) {
        this.file = file;
    }

    /// Is given the units one by one.
    @FunctionalInterface
    interface Finder {
        Optional<Die> in(Unit unit) throws BinaryException;
    }

    /// Asks the units that may have code at the address, one after the other.
    ///
    /// @return what the first gives that gives something
    Optional<Die> search(long address, Finder finder) throws BinaryException {
        byTable = byTable == null ? index(this::readTable) : byTable;
        Optional<Die> found = byTable.search(address, finder);
        if (found.isPresent()) {
            return found;
        }
        byUnits = byUnits == null ? index(this::readUnits) : byUnits;
        return byUnits.search(address, finder);
    }

    @FunctionalInterface
    private interface Reader {
        void read(Index into) throws BinaryException;
    }

    private Index index(Reader reader) throws BinaryException {
        Index index = new Index();
        reader.read(index);
        index.finish();
        return index;
    }

    private void readTable(Index into) throws BinaryException {
        if (file.region("aranges").isEmpty()) {
            return;
        }
        try {
            Cursor in = file.cursor("aranges");
            while (!in.atEnd()) {
                readSet(in, into);
            }
        } catch (MalformedBinaryException broken) {
            // What was read so far may help; what it does not have is found by the units.
            file.budget().spend(0);
        }
    }

    private void readSet(Cursor in, Index into) throws BinaryException {
        long start = in.position();
        long length = in.u32();
        boolean wide = length == 0xffff_ffffL;
        length = wide ? in.u64() : length;
        long from = in.position();
        in.require(length >= 0 && length <= in.size() - from, "has a set that runs past its end");
        in.require(in.u16() == 2, "has a set of another version");
        long unit = in.offset(wide);
        in.require(in.u8() == 8 && in.u8() == 0, "has a set with other addresses");
        in.skip(Math.floorMod(start - in.position(), 16));
        while (in.position() - from <= length - 16) {
            long low = in.u64();
            long size = in.u64();
            file.budget().spend(1);
            if (low != 0 && size > 0) {
                into.add(low, low + size, unit);
            }
        }
        in.seek(from + length);
    }

    private void readUnits(Index into) throws BinaryException {
        Units units = file.units();
        for (int i = 0; i < units.size(); i++) {
            Unit unit = units.get(i);
            if (!unit.isTypeUnit() && !unit.isPartial()) {
                RangeLists.visit(unit.root(), (start, end) -> into.add(start, end, unit.offset));
            }
        }
    }

    /// Ranges by where they begin.
    private final class Index {
        private Longs starts = new Longs();
        private Longs ends = new Longs();
        private Longs units = new Longs();

        /// Highest end of this range and all before it.
        private long[] reach;

        private long[] start;
        private long[] end;
        private long[] unit;

        boolean add(long low, long high, long at) throws MalformedBinaryException {
            // What the linker threw away begins at 0 or 1, or at -1 or -2 (DWARF issue 200609.1).
            if (low <= 1) {
                return true;
            }
            if (starts.size() == MAX_RANGES) {
                throw new MalformedBinaryException(
                        "debug information: more than " + MAX_RANGES + " ranges of units", 0);
            }
            starts.add(low);
            ends.add(high);
            units.add(at);
            return true;
        }

        void finish() {
            int count = starts.size();
            Integer[] order = null;
            boolean sorted = true;
            for (int i = 1; i < count && sorted; i++) {
                sorted = starts.get(i - 1) <= starts.get(i);
            }
            start = starts.toArray();
            end = ends.toArray();
            unit = units.toArray();
            if (!sorted) {
                order = new Integer[count];
                Arrays.setAll(order, i -> i);
                Arrays.sort(order, (a, b) -> Long.compare(starts.get(a), starts.get(b)));
                for (int i = 0; i < count; i++) {
                    start[i] = starts.get(order[i]);
                    end[i] = ends.get(order[i]);
                    unit[i] = units.get(order[i]);
                }
            }
            reach = end.clone();
            for (int i = 1; i < count; i++) {
                reach[i] = Math.max(reach[i - 1], reach[i]);
            }
            starts = ends = units = null;
        }

        Optional<Die> search(long address, Finder finder) throws BinaryException {
            int i = Arrays.binarySearch(start, address);
            i = i < 0 ? -i - 2 : i;
            while (i + 1 < start.length && start[i + 1] == address) {
                i++;
            }
            int claims = 0;
            for (; i >= 0 && reach[i] > address && claims < MAX_CLAIMS; i--) {
                file.budget().spend(1);
                if (end[i] <= address) {
                    continue;
                }
                claims++;
                Optional<Unit> candidate = file.units().startingAt(unit[i]);
                Optional<Die> found = candidate.isPresent() ? finder.in(candidate.get()) : Optional.empty();
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        }
    }
}
