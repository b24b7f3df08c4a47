package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import java.util.Optional;

/// Where a member of a struct is (DWARF5 section 5.7.6, DWARF3 section 5.6.6 for bit fields as they were).
final class Members {
    private static final int DW_OP_PLUS_UCONST = 0x23;

    private Members() {}

    /// @param offset in bytes; -1 if it is not at a fixed place, as a virtual base
    /// @param bitOffset of a bit field, from bit 0 of the byte at `offset`
    /// @param bits its width; 0 if it is none
    /// @param storage size of the type that it is declared with, in bytes
    record Place(long offset, int bitOffset, int bits, long storage) {}

    /// Is it in each value, unlike a static member?
    static boolean isInstance(Die member) {
        return !member.flag(At.EXTERNAL) && !member.flag(At.DECLARATION);
    }

    static Place place(Types types, Die member) throws BinaryException {
        long offset = offset(member);
        long bits = member.number(At.BIT_SIZE).orElse(0);
        if (bits <= 0 || bits > 1 << 16 || offset < 0) {
            return new Place(offset, 0, 0, 0);
        }
        long storage = storage(types, member);
        long first;
        var modern = member.number(At.DATA_BIT_OFFSET);
        if (modern.isPresent()) {
            first = modern.getAsLong();
        } else {
            // From the most significant bit of the storage down.
            long old = member.signed(At.BIT_OFFSET).orElse(0);
            first = 8 * offset + 8 * storage - old - bits;
        }
        return first < 0 || first > Long.MAX_VALUE / 16
                ? new Place(offset, 0, (int) bits, storage)
                : new Place(first / 8, (int) (first % 8), (int) bits, storage);
    }

    private static long storage(Types types, Die member) throws BinaryException {
        var said = member.number(At.BYTE_SIZE);
        if (said.isPresent()) {
            return Math.clamp(said.getAsLong(), 0, 64);
        }
        Optional<Die> type = member.reference(At.TYPE);
        return type.isEmpty() ? 4 : Math.clamp(types.size(type.get()), 0, 64);
    }

    private static long offset(Die member) throws BinaryException {
        if (!member.has(At.DATA_MEMBER_LOCATION)) {
            return 0;
        }
        var number = member.number(At.DATA_MEMBER_LOCATION);
        if (number.isPresent()) {
            return Math.max(-1, number.getAsLong());
        }
        Optional<byte[]> code = member.block(At.DATA_MEMBER_LOCATION);
        if (code.isEmpty() || code.get().length < 2 || code.get()[0] != DW_OP_PLUS_UCONST) {
            return -1;
        }
        long value = 0;
        for (int i = 1; i < code.get().length && i < 9; i++) {
            value |= (code.get()[i] & 0x7fL) << (7 * (i - 1));
            if (code.get()[i] >= 0) {
                return i == code.get().length - 1 ? value : -1;
            }
        }
        return -1;
    }
}
