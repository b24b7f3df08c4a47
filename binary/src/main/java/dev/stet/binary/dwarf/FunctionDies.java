package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import dev.stet.facts.Function;
import java.util.LinkedHashMap;
import java.util.Optional;

/// Finds the entry that describes a function, by the address of its first instruction. Keeps, of the units that
/// were last looked at, where their functions are.
final class FunctionDies {
    /// Functions that are kept, of 16 bytes each.
    private static final int MAX_KEPT = 1 << 19;

    /// Entries at one address: the linker folds equal functions into one, templates by the hundred.
    private static final int MAX_SAME = 256;

    private final DwarfFile file;
    private final UnitRanges ranges;

    /// By unit: address and entry of its functions, in turn. Two lists: all but what is within functions, all.
    private final LinkedHashMap<Long, Longs> kept = new LinkedHashMap<>(16, 0.75f, true);

    FunctionDies(DwarfFile file) {
        this.file = file;
        this.ranges = new UnitRanges(file);
    }

    /// @return of several at its address, the one with its name
    Optional<Die> find(Function function) throws BinaryException {
        long address = function.virtualAddress();
        Optional<Die> found = ranges.search(address, unit -> {
            Optional<Die> quick = in(unit, function, false);
            return quick.isPresent() ? quick : in(unit, function, true);
        });
        return found;
    }

    private Optional<Die> in(Unit unit, Function function, boolean nested) throws BinaryException {
        Longs functions = functions(unit, nested);
        Optional<Die> first = Optional.empty();
        int same = 0;
        for (int i = 0; i < functions.size() && same < MAX_SAME; i += 2) {
            if (functions.get(i) != function.virtualAddress()) {
                continue;
            }
            Die die = Die.at(unit, functions.get(i + 1));
            first = first.isEmpty() ? Optional.of(die) : first;
            same++;
            if (Names.of(die).contains(function.name())) {
                return Optional.of(die);
            }
        }
        file.budget().spend(functions.size() >> 5);
        return first;
    }

    private Longs functions(Unit unit, boolean nested) throws BinaryException {
        long key = unit.offset << 1 | (nested ? 1 : 0);
        Longs known = kept.get(key);
        if (known == null) {
            known = read(unit, nested);
            int total = known.size() / 2;
            for (Longs other : kept.values()) {
                total += other.size() / 2;
            }
            while (total > MAX_KEPT && !kept.isEmpty()) {
                total -= kept.pollFirstEntry().getValue().size() / 2;
            }
            kept.put(key, known);
        }
        return known;
    }

    private Longs read(Unit unit, boolean nested) throws BinaryException {
        Longs found = new Longs();
        DieWalk walk = DieWalk.of(unit, file.cursor(unit.inTypes));
        while (walk.next()) {
            int tag = walk.tag();
            if (tag == Tag.SUBPROGRAM
                    && (walk.abbrev().has(At.LOW_PC) || walk.abbrev().has(At.RANGES))) {
                long entry = entry(walk.die());
                if (entry != 0) {
                    found.add(entry);
                    found.add(walk.offset());
                }
            }
            boolean dive = tag == Tag.NAMESPACE || Tag.isUnit(tag) || nested;
            if (!dive) {
                var _ = walk.skipChildren();
            }
        }
        return found;
    }

    /// The address of the first instruction; 0 if there is none.
    static long entry(Die die) throws BinaryException {
        var low = die.address(At.LOW_PC);
        var entry = die.address(At.ENTRY_PC);
        if (entry.isPresent()) {
            return entry.getAsLong();
        }
        if (low.isPresent()) {
            return low.getAsLong()
                    + (die.has(At.ENTRY_PC) ? die.number(At.ENTRY_PC).orElse(0) : 0);
        }
        long[] first = new long[1];
        RangeLists.visit(die, (start, _) -> {
            first[0] = start;
            return false;
        });
        return first[0];
    }
}
