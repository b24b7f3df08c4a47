package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.elf.Region;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The sections of DWARF of one file. Keeps windows on them and the tables of the units that were last looked
/// at. To be used by one thread at a time.
final class DwarfFile {
    /// Words of memory, of all tables of abbreviations that are kept.
    private static final int MAX_ABBREVS_WEIGHT = 2 << 20;

    private final DebugSections sections;
    private final Budget budget;
    private final Optional<DwarfFile> supplement;
    private final Map<String, Optional<Region>> regions = new HashMap<>();
    private final Map<String, Cursor> cursors = new HashMap<>();
    private final LinkedHashMap<Long, Abbrevs> abbrevs = new LinkedHashMap<>(16, 0.75f, true);
    private final Texts texts = new Texts(this);
    private final Addresses addresses = new Addresses(this);
    private Units units;
    private Cursor randomInfo;
    private Cursor randomTypes;

    /// @param supplement what several files share (dwz), as `.gnu_debugaltlink` names it
    DwarfFile(DebugSections sections, Budget budget, Optional<DwarfFile> supplement) {
        this.sections = sections;
        this.budget = budget;
        this.supplement = supplement;
    }

    Budget budget() {
        return budget;
    }

    Texts texts() {
        return texts;
    }

    Addresses addresses() {
        return addresses;
    }

    Optional<DwarfFile> supplement() {
        return supplement;
    }

    /// @param name without `.debug_`
    Optional<Region> region(String name) throws BinaryException {
        Optional<Region> known = regions.get(name);
        if (known == null) {
            known = sections.find(name).filter(it -> it.size() > 0);
            regions.put(name, known);
        }
        return known;
    }

    /// A reader of a section for one access at a time; where it stands is not kept.
    Optional<Cursor> find(String name) throws BinaryException {
        Cursor known = cursors.get(name);
        if (known == null && region(name).isPresent()) {
            known = new Cursor(region(name).get(), ".debug_" + name, budget);
            cursors.put(name, known);
        }
        return Optional.ofNullable(known);
    }

    Cursor required(String name) throws BinaryException {
        return find(name)
                .orElseThrow(
                        () -> new MalformedBinaryException(".debug_" + name + " is referred to but is not there", 0));
    }

    /// A reader of entries for one access at a time.
    Cursor random(boolean types) throws BinaryException {
        if (types) {
            randomTypes = randomTypes == null ? required("types") : randomTypes;
            return randomTypes;
        }
        randomInfo = randomInfo == null ? required("info") : randomInfo;
        return randomInfo;
    }

    /// A reader of entries for the caller alone.
    Cursor cursor(boolean types) throws BinaryException {
        return cursor(types ? "types" : "info");
    }

    Cursor cursor(String name) throws BinaryException {
        Region region = region(name)
                .orElseThrow(
                        () -> new MalformedBinaryException(".debug_" + name + " is referred to but is not there", 0));
        return new Cursor(region, ".debug_" + name, budget);
    }

    Abbrevs abbrevs(Unit unit) throws BinaryException {
        // Offsets are below 2^40: the section is in a file of that size at most.
        long key = unit.abbrevs << 2 | (unit.wide ? 2 : 0) | (unit.version == 2 ? 1 : 0);
        Abbrevs known = abbrevs.get(key);
        if (known == null) {
            long weight = 0;
            for (Abbrevs kept : abbrevs.values()) {
                weight += 256 + kept.weight();
            }
            while (weight > MAX_ABBREVS_WEIGHT / 2 && !abbrevs.isEmpty()) {
                weight -= 256 + abbrevs.pollFirstEntry().getValue().weight();
            }
            known = new Abbrevs(required("abbrev"), unit.abbrevs, unit.wide, unit.version == 2, budget);
            abbrevs.put(key, known);
        }
        return known;
    }

    Units units() throws BinaryException {
        if (units == null) {
            units = Units.read(this);
        }
        return units;
    }

    /// The entry at an offset in `.debug_info`.
    Die dieAt(long offset) throws BinaryException {
        return Die.at(units().holding(offset), offset);
    }

    /// The entry of the type with this signature.
    Optional<Die> typeUnit(long signature) throws BinaryException {
        Optional<Unit> unit = units().withSignature(signature);
        return unit.isPresent() ? Optional.of(Die.at(unit.get(), unit.get().typeAt)) : Optional.empty();
    }
}
