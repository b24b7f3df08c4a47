package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import java.util.Optional;

/// What several readers ask of a type's entry: what is behind its names, how large it is.
final class Types {
    /// `const` of a typedef of a typedef ...
    private static final int MAX_HOPS = 64;

    /// C has no arrays of more; Fortran has 15.
    private static final int MAX_DIMENSIONS = 32;

    private final TypeSearch search;

    Types(TypeSearch search) {
        this.search = search;
    }

    /// The type without typedefs and qualifiers, and defined, if it is anywhere.
    ///
    /// @return empty if it is `void`, or only declared
    Optional<Die> bare(Die die) throws BinaryException {
        Optional<Die> at = Optional.of(die);
        for (int hops = 0; at.isPresent(); hops++) {
            if (hops > MAX_HOPS) {
                throw new MalformedBinaryException("debug information: a type is another name of itself", 0);
            }
            Die it = at.get();
            if (it.has(At.SIGNATURE)) {
                at = it.reference(At.SIGNATURE);
            } else if (isAlias(it.tag())) {
                at = it.reference(At.TYPE);
            } else {
                return it.flag(At.DECLARATION) ? search.definition(it) : at;
            }
        }
        return at;
    }

    static boolean isAlias(int tag) {
        return tag == Tag.TYPEDEF
                || tag == Tag.TEMPLATE_ALIAS
                || !qualifier(tag).isEmpty();
    }

    /// @return empty if the tag is none of a qualifier
    static String qualifier(int tag) {
        return switch (tag) {
            case Tag.CONST_TYPE -> "const";
            case Tag.VOLATILE_TYPE -> "volatile";
            case Tag.RESTRICT_TYPE -> "restrict";
            case Tag.ATOMIC_TYPE -> "_Atomic";
            case Tag.PACKED_TYPE -> "packed";
            case Tag.SHARED_TYPE -> "shared";
            case Tag.IMMUTABLE_TYPE -> "immutable";
            default -> "";
        };
    }

    /// In bytes; -1 if the file does not say.
    long size(Die die) throws BinaryException {
        return size(die, 0);
    }

    private long size(Die die, int hops) throws BinaryException {
        var said = die.number(At.BYTE_SIZE);
        if (said.isPresent()) {
            return Math.max(-1, said.getAsLong());
        }
        if (die.number(At.BIT_SIZE).isPresent()) {
            return Math.max(-1, die.raw(At.BIT_SIZE) / 8);
        }
        if (hops > MAX_HOPS) {
            return -1;
        }
        return switch (die.tag()) {
            case Tag.POINTER_TYPE, Tag.REFERENCE_TYPE, Tag.RVALUE_REFERENCE_TYPE -> 8;
            case Tag.PTR_TO_MEMBER_TYPE -> memberPointerSize(die);
            case Tag.ARRAY_TYPE -> arraySize(die, hops);
            case Tag.ENUMERATION_TYPE -> sizeOf(die.reference(At.TYPE), hops);
            default -> {
                if (die.has(At.SIGNATURE)) {
                    yield sizeOf(die.reference(At.SIGNATURE), hops);
                }
                yield isAlias(die.tag()) ? sizeOf(die.reference(At.TYPE), hops) : -1;
            }
        };
    }

    /// An offset, or of a function an address and an offset (Itanium C++ ABI section 2.3).
    private long memberPointerSize(Die die) throws BinaryException {
        Optional<Die> of = die.reference(At.TYPE);
        Optional<Die> bare = of.isPresent() ? bare(of.get()) : of;
        return bare.isPresent() && bare.get().tag() == Tag.SUBROUTINE_TYPE ? 16 : 8;
    }

    private long sizeOf(Optional<Die> die, int hops) throws BinaryException {
        return die.isPresent() ? size(die.get(), hops + 1) : -1;
    }

    private long arraySize(Die die, int hops) throws BinaryException {
        long size = sizeOf(die.reference(At.TYPE), hops);
        for (long count : dimensions(die)) {
            if (size < 0 || count < 0 || Math.multiplyHigh(size, count) != 0) {
                return -1;
            }
            size *= count;
        }
        return size;
    }

    /// How many elements an array has, in each dimension; -1 if that is not said.
    long[] dimensions(Die array) throws BinaryException {
        Longs counts = new Longs();
        DieWalk walk = array.children();
        while (walk.nextSibling() && counts.size() < MAX_DIMENSIONS) {
            if (walk.tag() == Tag.SUBRANGE_TYPE) {
                counts.add(count(walk.die()));
            } else if (walk.tag() == Tag.ENUMERATION_TYPE) {
                counts.add(-1);
            }
        }
        if (counts.size() == 0) {
            counts.add(-1);
        }
        return counts.toArray();
    }

    private static long count(Die range) {
        var count = range.number(At.COUNT);
        if (count.isPresent()) {
            return Math.max(-1, count.getAsLong());
        }
        var upper = range.number(At.UPPER_BOUND);
        if (upper.isEmpty()) {
            return -1;
        }
        long last = upper.getAsLong();
        // GCC before 8 writes the last index of an array of no elements as the largest number of its width.
        if (last == -1 || (last == 0xffff_ffffL && range.form(At.UPPER_BOUND) == Form.DATA4)) {
            return 0;
        }
        long lower = range.number(At.LOWER_BOUND).orElse(0);
        return last >= lower && last - lower < Long.MAX_VALUE ? last - lower + 1 : -1;
    }
}
