package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import java.util.OptionalLong;

/// The header of one unit (DWARF5 section 7.5.1), and of its first entry what other entries need.
final class Unit {
    private static final int DW_UT_TYPE = 2;
    private static final int DW_UT_PARTIAL = 3;
    private static final int DW_UT_SKELETON = 4;
    private static final int DW_UT_SPLIT_COMPILE = 5;
    private static final int DW_UT_SPLIT_TYPE = 6;
    private static final long WIDE = 0xffff_ffffL;

    final DwarfFile file;

    /// Of `.debug_types`, not `.debug_info`?
    final boolean inTypes;

    /// Of its header, in its section.
    final long offset;

    /// Behind its last byte.
    final long end;

    final int version;
    final boolean wide;
    final long abbrevs;

    /// Of its first entry.
    final long first;

    /// DW_UT_...
    final int kind;

    /// Of a type unit; else 0.
    final long signature;

    /// Of a type unit: the entry of its type, in its section; else 0.
    final long typeAt;

    private Die root;
    private boolean readingRoot;

    private Unit(
            DwarfFile file,
            boolean inTypes,
            long offset,
            long end,
            int version,
            boolean wide,
            long abbrevs,
            long first,
            int kind,
            long signature,
            long typeAt) {
        this.file = file;
        this.inTypes = inTypes;
        this.offset = offset;
        this.end = end;
        this.version = version;
        this.wide = wide;
        this.abbrevs = abbrevs;
        this.first = first;
        this.kind = kind;
        this.signature = signature;
        this.typeAt = typeAt;
    }

    /// Reads the header at the cursor.
    static Unit read(DwarfFile file, boolean inTypes, Cursor in) throws BinaryException {
        long offset = in.position();
        long length = in.u32();
        boolean wide = length == WIDE;
        if (wide) {
            length = in.u64();
        } else {
            in.require(length < 0xffff_fff0L, "has a unit with a reserved length");
        }
        long from = in.position();
        in.require(length >= 0 && length <= in.size() - from, "has a unit of " + length + " bytes, past its end");
        long end = from + length;
        int version = in.u16();
        in.require(version >= 2 && version <= 5, "has a unit of DWARF version " + version);
        int kind = inTypes ? DW_UT_TYPE : 0;
        int addressBytes;
        long abbrevs;
        if (version == 5) {
            kind = in.u8();
            addressBytes = in.u8();
            abbrevs = in.offset(wide);
        } else {
            abbrevs = in.offset(wide);
            addressBytes = in.u8();
        }
        in.require(addressBytes == 8, "has a unit with addresses of " + addressBytes + " bytes");
        long signature = 0;
        long typeAt = 0;
        if (kind == DW_UT_TYPE || kind == DW_UT_SPLIT_TYPE) {
            signature = in.u64();
            typeAt = in.offset(wide);
            in.require(typeAt >= 0 && typeAt < end - offset, "has a type unit whose type is outside");
            typeAt += offset;
        } else if (kind == DW_UT_SKELETON || kind == DW_UT_SPLIT_COMPILE) {
            in.skip(8);
        }
        in.require(in.position() <= end, "has a unit that ends in its header");
        return new Unit(file, inTypes, offset, end, version, wide, abbrevs, in.position(), kind, signature, typeAt);
    }

    boolean isTypeUnit() {
        return typeAt != 0;
    }

    boolean isPartial() {
        return kind == DW_UT_PARTIAL;
    }

    /// The first entry, which describes the unit.
    Die root() throws BinaryException {
        if (root == null) {
            // It may name itself where it says how to read it.
            if (readingRoot) {
                throw file.random(inTypes).broken("has a unit that describes itself in circles");
            }
            readingRoot = true;
            try {
                root = Die.at(this, first);
            } finally {
                readingRoot = false;
            }
        }
        return root;
    }

    /// Where its part of a table begins, that others give indexes into.
    ///
    /// @param attribute of the root that says so
    /// @param otherwise if it does not
    long base(int attribute, long otherwise) throws BinaryException {
        OptionalLong base = root().number(attribute);
        return base.orElse(otherwise);
    }

    /// What the addresses in its lists count from.
    long lowPc() throws BinaryException {
        return root().address(At.LOW_PC).orElse(0);
    }

    int language() throws BinaryException {
        return (int) root().number(At.LANGUAGE).orElse(0);
    }

    boolean holds(long at) {
        return at >= first && at < end;
    }
}
