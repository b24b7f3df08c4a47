package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Finds types by name, by a walk over all units.
final class TypeSearch {
    private static final int MAX_KEPT = 256;

    private final DwarfFile file;

    /// By tag and name.
    private final Map<String, Optional<Die>> kept = new HashMap<>();

    TypeSearch(DwarfFile file) {
        this.file = file;
    }

    /// The type with this name.
    ///
    /// @param name as [dev.stet.binary.Type#name], or with the namespaces that it is in: `ns::conn`
    /// @return of several, a definition rather than a declaration, and a struct rather than a typedef of it
    Optional<Die> find(String name) throws BinaryException {
        return remember("?" + name, () -> search(new Wanted(name, true)));
    }

    /// The definition, in whatever unit, of what an entry declares.
    Optional<Die> definition(Die declaration) throws BinaryException {
        String name = declaration.name();
        if (name.isEmpty()) {
            return Optional.empty();
        }
        return remember("!" + name, () -> search(new Wanted(name, false)));
    }

    @FunctionalInterface
    private interface Finder {
        Optional<Die> find() throws BinaryException;
    }

    private Optional<Die> remember(String key, Finder finder) throws BinaryException {
        Optional<Die> known = kept.get(key);
        if (known == null) {
            known = finder.find();
            if (kept.size() >= MAX_KEPT) {
                kept.clear();
            }
            kept.put(key, known);
        }
        return known;
    }

    /// @param typedefs do they count? Not as the definition of a struct.
    private record Wanted(String name, boolean typedefs) {
        /// What is behind the last `::` that is not between `<` and `>`.
        String last() {
            int depth = 0;
            for (int i = name.length() - 1; i > 0; i--) {
                char c = name.charAt(i);
                if (c == '>') {
                    depth++;
                } else if (c == '<') {
                    depth--;
                } else if (c == ':' && depth == 0 && name.charAt(i - 1) == ':') {
                    return name.substring(i + 1);
                }
            }
            return name;
        }

        boolean isQualified() {
            return last().length() < name.length();
        }
    }

    private Optional<Die> search(Wanted wanted) throws BinaryException {
        Optional<Die> best = Optional.empty();
        int bestRank = 0;
        NameTest test = new NameTest(file, wanted.last());
        Units units = file.units();
        Optional<Cursor> in = Optional.empty();
        long[] scopes = new long[DieWalk.MAX_DEPTH + 1];
        for (int i = 0; i < units.sizeWithTypes() && bestRank < 4; i++) {
            Unit unit = units.get(i);
            // One for all units of a section: there may be a million.
            in = in.isEmpty() || i == units.size() ? Optional.of(file.cursor(unit.inTypes)) : in;
            DieWalk walk = DieWalk.of(unit, in.get());
            while (bestRank < 4 && walk.next()) {
                int tag = walk.tag();
                scopes[walk.depth()] = Tag.isScope(tag) ? walk.offset() : 0;
                if (Tag.isNamedType(tag) && walk.abbrev().has(At.NAME) && test.accepts(walk.die())) {
                    int rank = rank(walk.die(), wanted);
                    if (rank > bestRank && inScope(unit, scopes, walk.depth(), wanted)) {
                        best = Optional.of(walk.die());
                        bestRank = rank;
                    }
                } else if (tag == Tag.SUBPROGRAM) {
                    var _ = walk.skipChildren();
                }
            }
        }
        return best;
    }

    private static int rank(Die die, Wanted wanted) {
        if (die.flag(At.DECLARATION)) {
            return wanted.typedefs() ? 1 : 0;
        }
        if (Tag.isComposite(die.tag()) || die.tag() == Tag.ENUMERATION_TYPE) {
            return 4;
        }
        return !wanted.typedefs() ? 0 : die.tag() == Tag.BASE_TYPE ? 3 : 2;
    }

    private static boolean inScope(Unit unit, long[] scopes, int depth, Wanted wanted) throws BinaryException {
        if (!wanted.isQualified()) {
            return true;
        }
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < depth; i++) {
            String name = scopes[i] == 0 ? "" : Die.at(unit, scopes[i]).name();
            if (!name.isEmpty()) {
                path.append(name).append("::");
            }
        }
        return path.append(wanted.last()).toString().equals(wanted.name());
    }
}
