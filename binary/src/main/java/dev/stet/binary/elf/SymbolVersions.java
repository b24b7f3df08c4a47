package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The versions of dynamic symbols (LSB Core, "Symbol Versioning"; `elf.h: Elf64_Verdef, Elf64_Verneed`).
///
/// @param numbers `.gnu.version`: 2 bytes for each dynamic symbol
/// @param names what the numbers mean
public record SymbolVersions(Region numbers, Map<Integer, Name> names) {
    /// Set if the symbol is not the one that linkers take by default.
    private static final int HIDDEN = 0x8000;

    /// 0 is local, 1 global without a version.
    private static final int FIRST = 2;

    /// As many as the 15 bits of a number tell apart.
    private static final int MAX_VERSIONS = 1 << 15;

    /// libc's defined versions take 2 KB, a large program's needed ones 10 KB.
    private static final int MAX_TABLE_BYTES = 1 << 20;

    private static final int MAX_NAME_BYTES = 256;

    /// A version that symbols may have.
    ///
    /// @param library that defines it; empty if it is this one
    public record Name(String name, String library) {}

    /// The version of one symbol.
    ///
    /// @param isDefault do linkers take this one, if several have the symbol's name?
    public record Version(String name, boolean isDefault) {}

    public SymbolVersions {
        names = Map.copyOf(names);
    }

    /// The meaning of a symbol's number.
    ///
    /// @return empty if it has no version
    public Optional<Version> find(int number) {
        return name(number).map(name -> new Version(name.name(), (number & HIDDEN) == 0));
    }

    public Optional<Name> name(int number) {
        int version = number & ~HIDDEN;
        return version < FIRST ? Optional.empty() : Optional.ofNullable(names.get(version));
    }

    /// @param defined `.gnu.version_d`, or empty
    /// @param needed `.gnu.version_r`, or empty
    public static SymbolVersions read(Region numbers, Optional<Region> defined, Optional<Region> needed, Region strings)
            throws BinaryException {
        Map<Integer, Name> names = new HashMap<>();
        if (defined.isPresent()) {
            readDefined(defined.get().readUpTo(0, MAX_TABLE_BYTES, ".gnu.version_d"), strings, names);
        }
        if (needed.isPresent()) {
            readNeeded(needed.get().readUpTo(0, MAX_TABLE_BYTES, ".gnu.version_r"), strings, names);
        }
        return new SymbolVersions(numbers, names);
    }

    /// `vd_version:2 vd_flags:2 vd_ndx:2 vd_cnt:2 vd_hash:4 vd_aux:4 vd_next:4`; `vda_name:4 vda_next:4`.
    private static void readDefined(ByteView table, Region strings, Map<Integer, Name> names) throws BinaryException {
        long at = 0;
        for (int seen = 0; seen < MAX_VERSIONS && at < table.size(); seen++) {
            int number = table.u16(at + 4) & ~HIDDEN;
            long name = table.u32(at + table.u32(at + 12));
            names.putIfAbsent(number, new Name(text(strings, name), ""));
            long next = table.u32(at + 16);
            if (next == 0) {
                return;
            }
            at += next;
        }
    }

    /// `vn_version:2 vn_cnt:2 vn_file:4 vn_aux:4 vn_next:4`;
    /// `vna_hash:4 vna_flags:2 vna_other:2 vna_name:4 vna_next:4`.
    private static void readNeeded(ByteView table, Region strings, Map<Integer, Name> names) throws BinaryException {
        long at = 0;
        int seen = 0;
        while (seen < MAX_VERSIONS && at < table.size()) {
            String library = text(strings, table.u32(at + 4));
            long aux = at + table.u32(at + 8);
            for (int left = table.u16(at + 2); left > 0 && seen < MAX_VERSIONS; left--) {
                seen++;
                int number = table.u16(aux + 6) & ~HIDDEN;
                names.putIfAbsent(number, new Name(text(strings, table.u32(aux + 8)), library));
                long next = table.u32(aux + 12);
                if (next == 0) {
                    break;
                }
                aux += next;
            }
            long next = table.u32(at + 12);
            if (next == 0) {
                return;
            }
            seen++;
            at += next;
        }
    }

    private static String text(Region strings, long at) throws BinaryException {
        ByteView view = strings.readUpTo(at, MAX_NAME_BYTES, "name of a version");
        int length = view.textLength(0, MAX_NAME_BYTES);
        if (length < 0) {
            throw new MalformedBinaryException("name of a version has no end", view.fileOffset());
        }
        return new String(view.slice(0, length, "name").copy(MAX_NAME_BYTES, "name"), StandardCharsets.UTF_8);
    }
}
