package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import java.util.Optional;

/// Where a variable is, depending on the instruction (DWARF5 sections 2.6.2 and 7.29, DWARF4 section 2.6.2).
final class LocationLists {
    private static final int DW_LLE_END_OF_LIST = 0;
    private static final int DW_LLE_BASE_ADDRESSX = 1;
    private static final int DW_LLE_STARTX_ENDX = 2;
    private static final int DW_LLE_STARTX_LENGTH = 3;
    private static final int DW_LLE_OFFSET_PAIR = 4;
    private static final int DW_LLE_DEFAULT_LOCATION = 5;
    private static final int DW_LLE_BASE_ADDRESS = 6;
    private static final int DW_LLE_START_END = 7;
    private static final int DW_LLE_START_LENGTH = 8;
    private static final int DW_LLE_VIEW_PAIR = 9;

    private static final int MAX_EXPRESSION_BYTES = 4 << 10;

    private LocationLists() {}

    /// Is the attribute a list, not one expression?
    static boolean isList(Die die, int attribute) {
        int form = die.form(attribute);
        return form == Form.SEC_OFFSET || form == Form.LOCLISTX || form == Form.DATA4 || form == Form.DATA8;
    }

    /// The expression that holds at an address.
    ///
    /// @return empty if none does
    static Optional<byte[]> at(Die die, int attribute, long address) throws BinaryException {
        Unit unit = die.unit;
        long at = die.raw(attribute);
        if (unit.version < 5) {
            return old(unit, at, address);
        }
        Cursor in = unit.file.required("loclists");
        if (die.form(attribute) == Form.LOCLISTX) {
            long base = unit.base(At.LOCLISTS_BASE, unit.wide ? 20 : 12);
            at = base + Addresses.seek(in, base, at, unit.wide ? 8 : 4).offset(unit.wide);
        }
        return modern(unit, in.seek(at), address);
    }

    private static Optional<byte[]> old(Unit unit, long at, long address) throws BinaryException {
        Cursor in = unit.file.required("loc").seek(at);
        long base = unit.lowPc();
        while (true) {
            long start = in.u64();
            long end = in.u64();
            unit.file.budget().spend(1);
            if (start == 0 && end == 0) {
                return Optional.empty();
            }
            if (start == -1) {
                base = end;
                continue;
            }
            int length = in.u16();
            if (base + start <= address && address < base + end) {
                return Optional.of(in.copy(length, MAX_EXPRESSION_BYTES));
            }
            in.skip(length);
        }
    }

    private static Optional<byte[]> modern(Unit unit, Cursor in, long address) throws BinaryException {
        long base = unit.lowPc();
        Addresses addresses = unit.file.addresses();
        Optional<byte[]> otherwise = Optional.empty();
        while (true) {
            unit.file.budget().spend(1);
            int kind = in.u8();
            long start = 0;
            long end = 0;
            switch (kind) {
                case DW_LLE_END_OF_LIST -> {
                    return otherwise;
                }
                case DW_LLE_BASE_ADDRESSX -> base = addresses.at(unit, in.uleb());
                case DW_LLE_BASE_ADDRESS -> base = in.u64();
                case DW_LLE_VIEW_PAIR -> {
                    in.skipLeb();
                    in.skipLeb();
                }
                case DW_LLE_STARTX_ENDX -> {
                    start = addresses.at(unit, in.uleb());
                    end = addresses.at(unit, in.uleb());
                }
                case DW_LLE_STARTX_LENGTH -> {
                    start = addresses.at(unit, in.uleb());
                    end = start + in.uleb();
                }
                case DW_LLE_OFFSET_PAIR -> {
                    start = base + in.uleb();
                    end = base + in.uleb();
                }
                case DW_LLE_DEFAULT_LOCATION -> otherwise = Optional.of(in.copy(in.uleb(), MAX_EXPRESSION_BYTES));
                case DW_LLE_START_END -> {
                    start = in.u64();
                    end = in.u64();
                }
                case DW_LLE_START_LENGTH -> {
                    start = in.u64();
                    end = start + in.uleb();
                }
                default -> throw in.broken("has a location of kind " + kind);
            }
            if (hasExpression(kind)) {
                long length = in.uleb();
                if (start <= address && address < end) {
                    return Optional.of(in.copy(length, MAX_EXPRESSION_BYTES));
                }
                in.skip(length);
            }
        }
    }

    private static boolean hasExpression(int kind) {
        return kind == DW_LLE_STARTX_ENDX
                || kind == DW_LLE_STARTX_LENGTH
                || kind == DW_LLE_OFFSET_PAIR
                || kind == DW_LLE_START_END
                || kind == DW_LLE_START_LENGTH;
    }
}
