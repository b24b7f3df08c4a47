package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import java.util.Arrays;

/// Finds the copies of a function that the compiler put into others, by two walks over all units: one for the
/// functions of that name, one for what says that it is a copy of them.
final class InlineSearch {
    /// Small functions of templates are inlined ten thousands of times; nobody reads as many places.
    private static final int MAX_FOUND = 10_000;

    private static final int MAX_ORIGINS = 1 << 16;

    private final DwarfFile file;

    InlineSearch(DwarfFile file) {
        this.file = file;
    }

    /// Is given the copies one by one.
    @FunctionalInterface
    interface Visitor {
        /// @param into address of the function that it is in
        /// @param at address of its first instruction
        void copy(long into, long at) throws BinaryException;
    }

    void visit(String name, Visitor visitor) throws BinaryException {
        long[] origins = origins(name);
        if (origins.length == 0) {
            return;
        }
        int found = 0;
        Units units = file.units();
        Cursor in = file.cursor("info");
        long[] functions = new long[DieWalk.MAX_DEPTH + 1];
        for (int i = 0; i < units.size() && found < MAX_FOUND; i++) {
            DieWalk walk = DieWalk.of(units.get(i), in);
            found += copies(walk, functions, origins, visitor, MAX_FOUND - found);
        }
    }

    /// @param functions for the function that each level is in; what is in it does not matter
    private static int copies(DieWalk walk, long[] functions, long[] origins, Visitor visitor, int max)
            throws BinaryException {
        int found = 0;
        while (found < max && walk.next()) {
            int depth = walk.depth();
            functions[depth] = depth == 0 ? 0 : functions[depth - 1];
            if (walk.tag() == Tag.SUBPROGRAM) {
                boolean hasCode = walk.abbrev().has(At.LOW_PC) || walk.abbrev().has(At.RANGES);
                functions[depth] = hasCode ? FunctionDies.entry(walk.die()) : 0;
            } else if (walk.tag() == Tag.INLINED_SUBROUTINE && functions[depth] != 0) {
                Die copy = walk.die();
                long origin = copy.target(At.ABSTRACT_ORIGIN);
                long at = Arrays.binarySearch(origins, origin) >= 0 ? FunctionDies.entry(copy) : 0;
                if (at != 0) {
                    visitor.copy(functions[depth], at);
                    found++;
                }
            }
        }
        return found;
    }

    /// Entries of functions with the name or linkage name, ascending; and what completes their declarations.
    private long[] origins(String name) throws BinaryException {
        Longs found = new Longs();
        NameTest test = new NameTest(file, name);
        Units units = file.units();
        Cursor in = file.cursor("info");
        for (int i = 0; i < units.size(); i++) {
            Unit unit = units.get(i);
            Longs declared = new Longs();
            DieWalk walk = DieWalk.of(unit, in);
            while (walk.next()) {
                if (walk.tag() != Tag.SUBPROGRAM) {
                    continue;
                }
                Die die = walk.die();
                boolean named = test.accepts(die)
                        || test.accepts(die, At.LINKAGE_NAME)
                        || test.accepts(die, At.MIPS_LINKAGE_NAME)
                        || declared.contains(die.target(At.SPECIFICATION));
                if (named && found.size() < MAX_ORIGINS) {
                    declared.add(die.offset);
                    found.add(die.offset);
                }
            }
        }
        return found.toArray();
    }
}
