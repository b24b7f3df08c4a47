package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;

/// The addresses that a unit or function covers (DWARF5 sections 2.17 and 7.25, DWARF4 section 2.17.3).
final class RangeLists {
    private static final int DW_RLE_END_OF_LIST = 0;
    private static final int DW_RLE_BASE_ADDRESSX = 1;
    private static final int DW_RLE_STARTX_ENDX = 2;
    private static final int DW_RLE_STARTX_LENGTH = 3;
    private static final int DW_RLE_OFFSET_PAIR = 4;
    private static final int DW_RLE_BASE_ADDRESS = 5;
    private static final int DW_RLE_START_END = 6;
    private static final int DW_RLE_START_LENGTH = 7;

    /// Is given the ranges one by one.
    @FunctionalInterface
    interface Visitor {
        /// @param end exclusive
        /// @return go on?
        boolean range(long start, long end) throws BinaryException;
    }

    private RangeLists() {}

    /// Gives the ranges of the entry, by DW_AT_low_pc and DW_AT_high_pc or by DW_AT_ranges.
    static void visit(Die die, Visitor visitor) throws BinaryException {
        if (die.has(At.RANGES)) {
            list(die, visitor);
        } else if (die.has(At.LOW_PC) && die.has(At.HIGH_PC)) {
            long low = die.address(At.LOW_PC).orElse(0);
            var high = die.address(At.HIGH_PC);
            long end = high.isPresent()
                    ? high.getAsLong()
                    : low + die.number(At.HIGH_PC).orElse(0);
            if (Long.compareUnsigned(low, end) < 0) {
                var _ = visitor.range(low, end);
            }
        }
    }

    private static void list(Die die, Visitor visitor) throws BinaryException {
        Unit unit = die.unit;
        long at = die.raw(At.RANGES);
        if (unit.version < 5) {
            long base = die.tag() == Tag.COMPILE_UNIT ? 0 : unit.base(At.GNU_RANGES_BASE, 0);
            old(unit, base + at, visitor);
            return;
        }
        Cursor in = unit.file.required("rnglists");
        if (die.form(At.RANGES) == Form.RNGLISTX) {
            long base = unit.base(At.RNGLISTS_BASE, unit.wide ? 20 : 12);
            at = base + Addresses.seek(in, base, at, unit.wide ? 8 : 4).offset(unit.wide);
        }
        modern(unit, in.seek(at), visitor);
    }

    private static void old(Unit unit, long at, Visitor visitor) throws BinaryException {
        Cursor in = unit.file.required("ranges").seek(at);
        long base = unit.lowPc();
        while (true) {
            long start = in.u64();
            long end = in.u64();
            unit.file.budget().spend(1);
            if (start == 0 && end == 0) {
                return;
            }
            if (start == -1) {
                base = end;
            } else if (!give(in, visitor, base + start, base + end)) {
                return;
            }
        }
    }

    private static void modern(Unit unit, Cursor in, Visitor visitor) throws BinaryException {
        long base = unit.lowPc();
        Addresses addresses = unit.file.addresses();
        while (true) {
            unit.file.budget().spend(1);
            int kind = in.u8();
            long start;
            long end;
            switch (kind) {
                case DW_RLE_END_OF_LIST -> {
                    return;
                }
                case DW_RLE_BASE_ADDRESSX -> {
                    base = addresses.at(unit, in.uleb());
                    continue;
                }
                case DW_RLE_BASE_ADDRESS -> {
                    base = in.u64();
                    continue;
                }
                case DW_RLE_STARTX_ENDX -> {
                    start = addresses.at(unit, in.uleb());
                    end = addresses.at(unit, in.uleb());
                }
                case DW_RLE_STARTX_LENGTH -> {
                    start = addresses.at(unit, in.uleb());
                    end = start + in.uleb();
                }
                case DW_RLE_OFFSET_PAIR -> {
                    start = base + in.uleb();
                    end = base + in.uleb();
                }
                case DW_RLE_START_END -> {
                    start = in.u64();
                    end = in.u64();
                }
                case DW_RLE_START_LENGTH -> {
                    start = in.u64();
                    end = start + in.uleb();
                }
                default -> throw in.broken("has a range of kind " + kind);
            }
            if (!give(in, visitor, start, end)) {
                return;
            }
        }
    }

    /// The visitor may use the reader.
    private static boolean give(Cursor in, Visitor visitor, long start, long end) throws BinaryException {
        if (Long.compareUnsigned(start, end) >= 0) {
            return true;
        }
        long back = in.position();
        boolean more = visitor.range(start, end);
        in.seek(back);
        return more;
    }
}
