package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// What is said about an entry elsewhere: in the abstract instance that it is a copy of
/// (DW_AT_abstract_origin), in the declaration that it completes (DW_AT_specification).
final class Names {
    /// A clone of a method: copy, original, declaration. Anything longer goes in circles.
    private static final int MAX_HOPS = 16;

    private Names() {}

    /// The name and the linkage name.
    static Set<String> of(Die die) throws BinaryException {
        Set<String> names = new HashSet<>();
        Optional<Die> name = holder(die, At.NAME);
        if (name.isPresent()) {
            names.add(name.get().name());
        }
        for (int attribute : new int[] {At.LINKAGE_NAME, At.MIPS_LINKAGE_NAME}) {
            Optional<Die> linkage = holder(die, attribute);
            if (linkage.isPresent()) {
                linkage.get().text(attribute).ifPresent(names::add);
            }
        }
        return names;
    }

    /// The entry itself or the first behind it that has the attribute.
    static Optional<Die> holder(Die die, int attribute) throws BinaryException {
        Optional<Die> at = Optional.of(die);
        for (int hops = 0; at.isPresent() && hops < MAX_HOPS; hops++) {
            if (at.get().has(attribute)) {
                return at;
            }
            at = behind(at.get());
        }
        return Optional.empty();
    }

    static Optional<Die> behind(Die die) throws BinaryException {
        return die.reference(die.has(At.ABSTRACT_ORIGIN) ? At.ABSTRACT_ORIGIN : At.SPECIFICATION);
    }

    static String name(Die die) throws BinaryException {
        Optional<Die> holder = holder(die, At.NAME);
        return holder.isPresent() ? holder.get().name() : "";
    }
}
