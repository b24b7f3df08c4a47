package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Takes a type apart into its numbers.
final class LayoutReader {
    /// Structs in structs. Types that contain themselves do not exist, but files that say so do.
    private static final int MAX_DEPTH = 48;

    /// Members in all, of one type. What has more is in memory; it is refused as unknown.
    private static final int MAX_MEMBERS = 4096;

    private static final int DW_ATE_COMPLEX_FLOAT = 3;
    private static final int DW_ATE_FLOAT = 4;
    private static final int DW_ATE_DECIMAL_FLOAT = 0xf;

    private final Types types;
    private final Machine machine;
    private final List<Layout.Leaf> leaves = new ArrayList<>();
    private int members;
    private boolean complete = true;
    private boolean array;
    private boolean variants;
    private boolean byReference;

    private LayoutReader(Types types, Machine machine) {
        this.types = types;
        this.machine = machine;
    }

    /// @param type empty for no type, `void`
    static Layout read(Types types, Machine machine, Optional<Die> type) throws BinaryException {
        if (type.isEmpty()) {
            return Layout.UNKNOWN;
        }
        LayoutReader it = new LayoutReader(types, machine);
        Optional<Die> bare = types.bare(type.get());
        long[] shape = bare.isPresent() ? it.add(bare.get(), 0, 0) : null;
        if (shape == null) {
            return Layout.UNKNOWN;
        }
        boolean aggregate = Tag.isComposite(bare.get().tag()) || bare.get().tag() == Tag.ARRAY_TYPE;
        Layout.Traits traits =
                new Layout.Traits(it.complete, aggregate, it.array, it.variants, it.byReference && aggregate);
        return new Layout(shape[0], shape[1], it.leaves, traits);
    }

    /// Adds the leaves of a type that is at an offset.
    ///
    /// @return its size and alignment; null if they are not known
    private long[] add(Die die, long at, int depth) throws BinaryException {
        if (depth > MAX_DEPTH || ++members > MAX_MEMBERS) {
            return null;
        }
        return switch (die.tag()) {
            case Tag.BASE_TYPE -> base(die, at);
            case Tag.ENUMERATION_TYPE -> leaf(at, types.size(die), Layout.Kind.INTEGER);
            case Tag.POINTER_TYPE, Tag.REFERENCE_TYPE, Tag.RVALUE_REFERENCE_TYPE ->
                leaf(at, die.number(At.BYTE_SIZE).orElse(8), Layout.Kind.INTEGER);
            case Tag.SUBROUTINE_TYPE -> die.has(At.BYTE_SIZE) ? leaf(at, 8, Layout.Kind.INTEGER) : null;
            case Tag.UNSPECIFIED_TYPE ->
                "decltype(nullptr)".equals(die.name()) ? leaf(at, 8, Layout.Kind.INTEGER) : null;
            case Tag.PTR_TO_MEMBER_TYPE -> memberPointer(die, at);
            case Tag.ARRAY_TYPE -> array(die, at, depth);
            case Tag.STRUCTURE_TYPE, Tag.CLASS_TYPE, Tag.UNION_TYPE, Tag.INTERFACE_TYPE -> composite(die, at, depth);
            default -> null;
        };
    }

    private long[] leaf(long at, long size, Layout.Kind kind) {
        if (size < 0 || size > Layout.MAX_LEAVES * 64) {
            return null;
        }
        if (size > 0 && leaves.size() < Layout.MAX_LEAVES) {
            leaves.add(new Layout.Leaf(at, size, kind));
        } else if (size > 0) {
            complete = false;
        }
        return new long[] {size, kind == Layout.Kind.VECTOR ? Math.max(1, size) : Math.clamp(size, 1, 16)};
    }

    private long[] base(Die die, long at) throws BinaryException {
        long size = types.size(die);
        int encoding = (int) die.number(At.ENCODING).orElse(0);
        boolean x87 = machine == Machine.X86_64 && size >= 16 && die.name().contains("long double");
        Layout.Kind kind = x87 ? Layout.Kind.X87 : Layout.Kind.FLOAT;
        if (encoding == DW_ATE_COMPLEX_FLOAT) {
            long[] half = leaf(at, size / 2, kind);
            leaf(at + size / 2, size / 2, kind);
            return half == null ? null : new long[] {size, half[1]};
        }
        boolean isFloat = encoding == DW_ATE_FLOAT || encoding == DW_ATE_DECIMAL_FLOAT;
        return leaf(at, size, isFloat ? kind : Layout.Kind.INTEGER);
    }

    private long[] memberPointer(Die die, long at) throws BinaryException {
        long size = types.size(die);
        for (long i = 0; i < size; i += 8) {
            leaf(at + i, 8, Layout.Kind.INTEGER);
        }
        return new long[] {size, 8};
    }

    private long[] array(Die die, long at, int depth) throws BinaryException {
        Optional<Die> type = die.reference(At.TYPE);
        Optional<Die> element = type.isPresent() ? types.bare(type.get()) : type;
        if (element.isEmpty()) {
            return null;
        }
        if (die.flag(At.GNU_VECTOR)) {
            return leaf(at, types.size(die), Layout.Kind.VECTOR);
        }
        long count = 1;
        for (long each : types.dimensions(die)) {
            // A flexible array member has no elements of its own.
            count = each < 0 ? 0 : Math.multiplyHigh(count, each) == 0 ? count * each : -1;
        }
        if (count < 0) {
            return null;
        }
        int before = leaves.size();
        long[] shape = add(element.get(), at, depth + 1);
        if (shape == null) {
            return null;
        }
        if (count == 0) {
            leaves.subList(before, leaves.size()).clear();
        }
        array |= count > 1;
        boolean few = count <= Layout.MAX_LEAVES && shape[0] > 0;
        complete &= few || count <= 1 || shape[0] == 0;
        for (long i = 1; few && i < count && complete; i++) {
            add(element.get(), at + i * shape[0], depth + 1);
        }
        long size = Math.multiplyHigh(count, shape[0]) == 0 ? count * shape[0] : -1;
        return new long[] {die.number(At.BYTE_SIZE).orElse(size), shape[1]};
    }

    private long[] composite(Die die, long at, int depth) throws BinaryException {
        long size = types.size(die);
        if (size < 0) {
            return null;
        }
        byReference |= CxxClass.isPassedByReference(die);
        long align = 1;
        boolean packed = false;
        DieWalk walk = die.children();
        while (walk.nextSibling()) {
            if (walk.tag() == Tag.VARIANT_PART) {
                variants = true;
                align = Math.max(align, size % 8 == 0 ? 8 : 1);
            }
            boolean counts = walk.tag() == Tag.MEMBER || walk.tag() == Tag.INHERITANCE;
            if (!counts || !Members.isInstance(walk.die())) {
                continue;
            }
            long[] member = member(walk.die(), at, depth);
            if (member == null) {
                return null;
            }
            align = Math.max(align, member[0]);
            packed |= member[1] != 0;
        }
        align = packed ? 1 : align;
        return new long[] {size, Math.clamp(die.number(At.ALIGNMENT).orElse(align), 1, 1 << 20)};
    }

    /// @return its alignment, and whether it is not aligned
    private long[] member(Die member, long at, int depth) throws BinaryException {
        Members.Place place = Members.place(types, member);
        if (place.offset() < 0) {
            // A virtual base: such a class is never passed in registers.
            byReference = true;
            return new long[] {1, 0};
        }
        if (place.bits() > 0) {
            if (!member.has(At.NAME)) {
                // Padding, which is in no register for its own sake.
                return new long[] {1, 0};
            }
            leaf(at + place.offset(), 1, Layout.Kind.BITS);
            long last = place.offset() + (place.bitOffset() + place.bits() - 1) / 8;
            if (last > place.offset()) {
                leaf(at + last, 1, Layout.Kind.BITS);
            }
            return new long[] {Math.clamp(place.storage(), 1, 16), 0};
        }
        Optional<Die> type = member.reference(At.TYPE);
        Optional<Die> bare = type.isPresent() ? types.bare(type.get()) : type;
        long[] shape = bare.isEmpty() ? null : add(bare.get(), at + place.offset(), depth + 1);
        if (shape == null) {
            return null;
        }
        return new long[] {shape[1], place.offset() % shape[1] != 0 ? 1 : 0};
    }
}
