package dev.stet.binary.fuzz;

import java.util.Map;

/// Sound DWARF of every version.
final class DwarfSeeds {
    private DwarfSeeds() {}

    static void put(Map<String, byte[]> seeds) {
        seeds.put("empty", new byte[24]);
    }
}
