package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Optional;

/// Where the units of a file begin: one number for each, by the lengths in their headers.
final class Units {
    /// Chromium has some ten thousand; with type units, some hundred thousand.
    private static final int MAX_UNITS = 1 << 20;

    private static final int KEPT = 64;

    private final DwarfFile file;

    /// In `.debug_info`, ascending.
    private final Longs info;

    /// In `.debug_types`, ascending.
    private final Longs types;

    private final int highestVersion;
    private final boolean hasTypeUnits;

    private final LinkedHashMap<Long, Unit> kept = new LinkedHashMap<>(16, 0.75f, true);

    /// Signatures, ascending, and the units that have them; null until needed.
    private long[][] bySignature;

    private Units(DwarfFile file, Longs info, Longs types, int highestVersion, boolean hasTypeUnits) {
        this.file = file;
        this.info = info;
        this.types = types;
        this.highestVersion = highestVersion;
        this.hasTypeUnits = hasTypeUnits;
    }

    static Units read(DwarfFile file) throws BinaryException {
        Longs[] found = {new Longs(), new Longs()};
        int version = 0;
        boolean hasTypeUnits = false;
        for (int i = 0; i < 2; i++) {
            if (file.region(i == 0 ? "info" : "types").isEmpty()) {
                continue;
            }
            Cursor in = file.cursor(i == 1);
            while (!in.atEnd()) {
                in.require(found[i].size() < MAX_UNITS, "has more than " + MAX_UNITS + " units");
                Unit unit = Unit.read(file, i == 1, in);
                version = Math.max(version, unit.version);
                hasTypeUnits |= unit.isTypeUnit();
                found[i].add(unit.offset);
                file.budget().spend(2);
                in.seek(unit.end);
            }
        }
        return new Units(file, found[0], found[1], version, hasTypeUnits);
    }

    /// Of `.debug_info`.
    int size() {
        return info.size();
    }

    int highestVersion() {
        return highestVersion;
    }

    int sizeWithTypes() {
        return info.size() + types.size();
    }

    /// @param i those of `.debug_types` follow the others
    Unit get(int i) throws BinaryException {
        return i < info.size() ? unit(false, info.get(i)) : unit(true, types.get(i - info.size()));
    }

    private Unit unit(boolean inTypes, long offset) throws BinaryException {
        long key = offset << 1 | (inTypes ? 1 : 0);
        Unit known = kept.get(key);
        if (known == null) {
            known = Unit.read(file, inTypes, file.random(inTypes).seek(offset));
            kept.put(key, known);
            if (kept.size() > KEPT) {
                kept.pollFirstEntry();
            }
        }
        return known;
    }

    /// The unit at this offset of `.debug_info`, which is where one begins.
    Optional<Unit> startingAt(long offset) throws BinaryException {
        int i = info.indexOfLast(offset);
        return i >= 0 && info.get(i) == offset ? Optional.of(get(i)) : Optional.empty();
    }

    /// The unit that an entry of `.debug_info` is in.
    Unit holding(long offset) throws BinaryException {
        int i = info.indexOfLast(offset);
        if (i < 0) {
            throw new MalformedBinaryException(".debug_info: no unit at " + Long.toUnsignedString(offset), 0);
        }
        return get(i);
    }

    Optional<Unit> withSignature(long signature) throws BinaryException {
        if (!hasTypeUnits) {
            return Optional.empty();
        }
        if (bySignature == null) {
            bySignature = readSignatures();
        }
        int i = Arrays.binarySearch(bySignature[0], signature);
        return i < 0 ? Optional.empty() : Optional.of(get((int) bySignature[1][i]));
    }

    private long[][] readSignatures() throws BinaryException {
        Longs signatures = new Longs();
        for (int i = 0; i < sizeWithTypes(); i++) {
            Unit unit = get(i);
            if (unit.isTypeUnit()) {
                signatures.add(unit.signature);
            }
        }
        long[] sorted = signatures.toArray();
        Arrays.sort(sorted);
        long[] indexes = new long[sorted.length];
        for (int i = sizeWithTypes() - 1; i >= 0; i--) {
            Unit unit = get(i);
            if (unit.isTypeUnit()) {
                int at = Arrays.binarySearch(sorted, unit.signature);
                indexes[at] = i;
            }
        }
        // The same signature twice: binary search finds the same one of them both times.
        return new long[][] {sorted, indexes};
    }
}
