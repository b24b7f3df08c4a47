package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.DebugInfo;
import java.util.Optional;

/// Says whether there is debug information, by the first entries of units.
final class InfoReader {
    /// The first units may be of assembly or of the C library; further ones are like those before.
    private static final int MAX_LOOKED_AT = 256;

    private InfoReader() {}

    static DebugInfo read(DwarfFile file, String where) throws BinaryException {
        if (file.region("info").isEmpty()) {
            return new DebugInfo.Missing("no section .debug_info in " + where);
        }
        Units units = file.units();
        Optional<String> split = Optional.empty();
        Optional<String> producer = Optional.empty();
        boolean whole = units.size() == 0;
        for (int i = 0; i < Math.min(units.size(), MAX_LOOKED_AT); i++) {
            Die root = units.get(i).root();
            Optional<String> name = root.text(root.has(At.DWO_NAME) ? At.DWO_NAME : At.GNU_DWO_NAME);
            split = split.isPresent() ? split : name;
            whole |= name.isEmpty() && root.abbrev.hasChildren;
            producer = producer.isPresent() ? producer : root.text(At.PRODUCER);
            if (whole && producer.isPresent()) {
                break;
            }
        }
        return whole || split.isEmpty()
                ? new DebugInfo.Present(units.highestVersion(), producer.orElse(""), where)
                : new DebugInfo.Split(units.highestVersion(), split.get());
    }
}
