package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;

/// The addresses that others refer to by index: `.debug_addr` (DWARF5 section 7.27).
final class Addresses {
    private static final int HEADER_BYTES = 8;

    private final DwarfFile file;

    Addresses(DwarfFile file) {
        this.file = file;
    }

    long at(Unit unit, long index) throws BinaryException {
        long base = unit.version < 5 ? unit.base(At.GNU_ADDR_BASE, 0) : unit.base(At.ADDR_BASE, HEADER_BYTES);
        return seek(file.required("addr"), base, index, 8).u64();
    }

    /// Moves to an element of a table.
    static Cursor seek(Cursor in, long base, long index, int width) throws BinaryException {
        in.require(
                base >= 0 && base <= in.size() && index >= 0 && index < (in.size() - base) / width,
                "has no element " + Long.toUnsignedString(index) + " in the table at " + base);
        return in.seek(base + index * width);
    }
}
