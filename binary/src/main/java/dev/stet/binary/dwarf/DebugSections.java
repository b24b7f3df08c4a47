package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.Region;
import java.util.Optional;

/// Where the sections of DWARF come from: a program, a file of debug information, or what several share.
public interface DebugSections {
    /// @param name without `.debug_`: `info`
    /// @return empty if the file has no such section
    Optional<Region> find(String name) throws BinaryException;

    /// Those of one file.
    static DebugSections of(Elf elf) {
        return elf::debugSection;
    }
}
