package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import java.util.Optional;
import java.util.OptionalLong;

/// One entry, with its attributes as they are written: texts and lists are read when asked for.
final class Die {
    /// DW_FORM_indirect names another form, which could be itself.
    private static final int MAX_INDIRECT = 4;

    /// Expressions, and constants of structs.
    private static final int MAX_BLOCK_BYTES = 4 << 10;

    final Unit unit;
    final long offset;
    final Abbrev abbrev;

    /// Of its first child, or of what follows it.
    final long end;

    private final int[] forms;

    /// Numbers, offsets, indexes; of blocks and texts the position.
    private final long[] values;

    /// Of blocks, in bytes; null if there is none.
    private final long[] lengths;

    private Die(Unit unit, long offset, Abbrev abbrev, long end, int[] forms, long[] values, long[] lengths) {
        this.unit = unit;
        this.offset = offset;
        this.abbrev = abbrev;
        this.end = end;
        this.forms = forms;
        this.values = values;
        this.lengths = lengths;
    }

    static Die at(Unit unit, long offset) throws BinaryException {
        Cursor in = unit.file.random(unit.inTypes).seek(offset);
        in.require(unit.holds(offset), "refers to an entry outside of its unit");
        long code = in.uleb();
        in.require(code != 0, "refers to an entry that is none");
        return read(unit, offset, unit.file.abbrevs(unit).find(code), in);
    }

    /// Reads the attributes at the cursor.
    static Die read(Unit unit, long offset, Abbrev abbrev, Cursor in) throws BinaryException {
        int count = abbrev.forms.length;
        int[] forms = abbrev.forms;
        long[] values = new long[count];
        long[] lengths = null;
        for (int i = 0; i < count; i++) {
            int form = forms[i];
            for (int hops = 0; form == Form.INDIRECT; hops++) {
                in.require(hops < MAX_INDIRECT, "has a DW_FORM_indirect of itself");
                form = Math.clamp(in.uleb(), 0, Integer.MAX_VALUE);
                forms = hops == 0 ? forms.clone() : forms;
                forms[i] = form;
            }
            if (Form.isBlock(form)) {
                lengths = lengths == null ? new long[count] : lengths;
                lengths[i] = blockLength(form, in);
                values[i] = in.position();
                in.skip(lengths[i]);
            } else if (form == Form.IMPLICIT_CONST) {
                in.require(abbrev.implicit != null, "has an implicit constant without a value");
                values[i] = abbrev.implicit[i];
            } else {
                values[i] = value(unit, form, in);
            }
        }
        in.require(in.position() <= unit.end, "has an entry that runs past its unit");
        unit.file.budget().spend(1 + count);
        return new Die(unit, offset, abbrev, in.position(), forms, values, lengths);
    }

    private static long blockLength(int form, Cursor in) throws BinaryException {
        return switch (form) {
            case Form.BLOCK1 -> in.u8();
            case Form.BLOCK2 -> in.u16();
            case Form.BLOCK4 -> in.u32();
            default -> in.uleb();
        };
    }

    private static long value(Unit unit, int form, Cursor in) throws BinaryException {
        if (form == Form.SDATA) {
            return in.sleb();
        }
        int width = Form.width(form, unit.wide, unit.version == 2);
        long value = switch (width) {
            case 0 -> 1;
            case 1 -> in.u8();
            case 2 -> in.u16();
            case 3 -> in.u24();
            case 4 -> in.u32();
            case 8 -> in.u64();
            case Form.BY_LEB -> in.uleb();
            default -> in.position();
        };
        if (width == 16) {
            in.skip(16);
        } else if (width < 0 && width != Form.BY_LEB) {
            Abbrev.skipVariable(in, width);
        }
        return value;
    }

    int tag() {
        return abbrev.tag;
    }

    boolean has(int attribute) {
        return abbrev.has(attribute);
    }

    /// DW_FORM_..., or 0 if there is no such attribute.
    int form(int attribute) {
        int i = abbrev.indexOf(attribute);
        return i < 0 ? 0 : forms[i];
    }

    /// As it is written: 0 if there is no such attribute.
    long raw(int attribute) {
        int i = abbrev.indexOf(attribute);
        return i < 0 ? 0 : values[i];
    }

    /// A constant or an offset in another section.
    OptionalLong number(int attribute) {
        int form = form(attribute);
        return Form.isConstant(form) || form == Form.SEC_OFFSET
                ? OptionalLong.of(raw(attribute))
                : OptionalLong.empty();
    }

    /// A constant that is signed although its form does not say so.
    OptionalLong signed(int attribute) {
        long value = raw(attribute);
        return switch (form(attribute)) {
            case Form.DATA1 -> sign(value, 8);
            case Form.DATA2 -> sign(value, 16);
            case Form.DATA4 -> sign(value, 32);
            default -> number(attribute);
        };
    }

    private static OptionalLong sign(long value, int bits) {
        return OptionalLong.of(value << (64 - bits) >> (64 - bits));
    }

    boolean flag(int attribute) {
        return raw(attribute) != 0;
    }

    OptionalLong address(int attribute) throws BinaryException {
        long value = raw(attribute);
        return switch (form(attribute)) {
            case Form.ADDR -> OptionalLong.of(value);
            case Form.ADDRX, Form.ADDRX1, Form.ADDRX2, Form.ADDRX3, Form.ADDRX4, Form.GNU_ADDR_INDEX ->
                OptionalLong.of(unit.file.addresses().at(unit, value));
            default -> OptionalLong.empty();
        };
    }

    /// An expression, or a constant that is too large for a number.
    Optional<byte[]> block(int attribute) throws BinaryException {
        int i = abbrev.indexOf(attribute);
        if (i < 0 || !Form.isBlock(forms[i])) {
            return Optional.empty();
        }
        return Optional.of(unit.file.random(unit.inTypes).seek(values[i]).copy(lengths[i], MAX_BLOCK_BYTES));
    }

    Optional<String> text(int attribute) throws BinaryException {
        int form = form(attribute);
        return form == 0 ? Optional.empty() : unit.file.texts().read(unit, form, raw(attribute));
    }

    String name() throws BinaryException {
        return text(At.NAME).orElse("");
    }

    Optional<String> linkageName() throws BinaryException {
        return text(has(At.LINKAGE_NAME) ? At.LINKAGE_NAME : At.MIPS_LINKAGE_NAME);
    }

    /// The entry that the attribute refers to, in whatever unit.
    Optional<Die> reference(int attribute) throws BinaryException {
        int form = form(attribute);
        long value = raw(attribute);
        return switch (form) {
            case Form.REF1, Form.REF2, Form.REF4, Form.REF8, Form.REF_UDATA ->
                Optional.of(Die.at(unit, unit.offset + value));
            case Form.REF_ADDR -> Optional.of(unit.file.dieAt(value));
            case Form.REF_SUP4, Form.REF_SUP8, Form.GNU_REF_ALT -> {
                Optional<DwarfFile> other = unit.file.supplement();
                yield other.isPresent() ? Optional.of(other.get().dieAt(value)) : Optional.empty();
            }
            case Form.REF_SIG8 -> unit.file.typeUnit(value);
            default -> Optional.empty();
        };
    }

    /// Where the attribute refers to in the section of its unit.
    ///
    /// @return -1 if it does not refer there
    long target(int attribute) {
        return switch (form(attribute)) {
            case Form.REF1, Form.REF2, Form.REF4, Form.REF8, Form.REF_UDATA -> unit.offset + raw(attribute);
            case Form.REF_ADDR -> unit.inTypes ? -1 : raw(attribute);
            default -> -1;
        };
    }

    /// A walk over what is below it.
    DieWalk children() throws BinaryException {
        return DieWalk.below(this);
    }

    boolean isSame(Die other) {
        return other.offset == offset && other.unit.file == unit.file && other.unit.inTypes == unit.inTypes;
    }
}
