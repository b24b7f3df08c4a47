package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The entries of a function's parameters: its own, or what is left of those of its original.
///
/// @param all in the order of the source
/// @param variadic does it end with `...`?
record ParameterDies(List<Each> all, boolean variadic) {
    /// Machine-made functions have some hundred.
    private static final int MAX_PARAMETERS = 4096;

    ParameterDies {
        all = List.copyOf(all);
    }

    /// @param own says where it is in this function
    /// @param described says what it is; may be the same
    record Each(Optional<Die> own, Die described) {
        /// The entry, of the two and what they come from, that has the attribute.
        Optional<Die> holder(int attribute) throws BinaryException {
            Optional<Die> found = own.isPresent() ? Names.holder(own.get(), attribute) : Optional.empty();
            return found.isPresent() ? found : Names.holder(described, attribute);
        }
    }

    static ParameterDies of(Die function) throws BinaryException {
        Children own = children(function);
        Optional<Die> origin = function.reference(At.ABSTRACT_ORIGIN);
        if (origin.isEmpty()) {
            List<Each> all = own.parameters().stream()
                    .map(it -> new Each(Optional.of(it), it))
                    .toList();
            return new ParameterDies(all, own.variadic());
        }
        Children original = children(origin.get());
        return new ParameterDies(merge(own.parameters(), original.parameters()), own.variadic() || original.variadic());
    }

    /// In the order of the original; what only the copy has, such as `__in_chrg` of a constructor, where it has
    /// it. What the machine made and the copy lacks is not there: `__vtt_parm` of most constructors.
    private static List<Each> merge(List<Die> own, List<Die> original) throws BinaryException {
        Die[] copies = new Die[original.size()];
        List<List<Die>> extra = new ArrayList<>();
        for (int i = 0; i <= copies.length; i++) {
            extra.add(new ArrayList<>());
        }
        int last = 0;
        for (Die each : own) {
            int at = indexOf(each, original, copies);
            if (at < 0) {
                extra.get(last).add(each);
            } else {
                copies[at] = each;
                last = at + 1;
            }
        }
        List<Each> all = new ArrayList<>();
        for (int i = 0; i <= copies.length; i++) {
            extra.get(i).forEach(it -> all.add(new Each(Optional.of(it), it)));
            if (i < copies.length && (copies[i] != null || !original.get(i).flag(At.ARTIFICIAL))) {
                all.add(new Each(Optional.ofNullable(copies[i]), original.get(i)));
            }
        }
        return all;
    }

    private static int indexOf(Die each, List<Die> original, Die[] copies) throws BinaryException {
        Optional<Die> origin = each.reference(At.ABSTRACT_ORIGIN);
        each.unit.file.budget().spend(original.size() >> 3);
        for (int i = 0; origin.isPresent() && i < original.size(); i++) {
            if (copies[i] == null && origin.get().isSame(original.get(i))) {
                return i;
            }
        }
        return -1;
    }

    private record Children(List<Die> parameters, boolean variadic) {}

    private static Children children(Die function) throws BinaryException {
        List<Die> found = new ArrayList<>();
        boolean variadic = false;
        boolean pack = false;
        DieWalk walk = function.children();
        while (walk.next()) {
            int tag = walk.tag();
            pack = walk.depth() == 0 ? tag == Tag.GNU_FORMAL_PARAMETER_PACK : pack;
            boolean counts = walk.depth() == 0 || (walk.depth() == 1 && pack);
            if (counts && tag == Tag.FORMAL_PARAMETER && found.size() < MAX_PARAMETERS) {
                found.add(walk.die());
            }
            variadic |= walk.depth() == 0 && tag == Tag.UNSPECIFIED_PARAMETERS;
            if (tag != Tag.GNU_FORMAL_PARAMETER_PACK) {
                var _ = walk.skipChildren();
            }
        }
        return new Children(found, variadic);
    }
}
