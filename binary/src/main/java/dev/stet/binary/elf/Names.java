package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The regions of a binary, and of files that belong to it, that hold names. They are laid end to end, so
/// that one unsigned 32-bit number says where a name is; its bytes stay in the file.
public final class Names {
    /// All positions, as a 32-bit number tells them apart. Chromium's names are 300 MB.
    private static final long MAX_BYTES = 1L << 32;

    /// One region of names.
    ///
    /// @param base position of its first byte
    /// @param marked does `@` begin a symbol version, as GNU ld writes into `.symtab`?
    /// @param versions of a dynamic table: what its version numbers mean
    record Part(Region region, long base, boolean marked, Optional<SymbolVersions> versions) {}

    private final List<Part> parts = new ArrayList<>();
    private long bytes;

    /// @return position of the region's first byte, and a name for the region
    public long add(Region region, boolean marked, Optional<SymbolVersions> versions) throws BinaryException {
        if (region.size() > MAX_BYTES - bytes) {
            throw new MalformedBinaryException("names of more than " + MAX_BYTES + " bytes", 0);
        }
        long base = bytes;
        parts.add(new Part(region, base, marked, versions));
        bytes += region.size();
        return base;
    }

    /// Of all regions.
    public long size() {
        return bytes;
    }

    List<Part> parts() {
        return parts;
    }

    /// @param position an unsigned 32-bit number
    int partOf(int position) {
        long at = Integer.toUnsignedLong(position);
        int part = parts.size() - 1;
        while (part > 0 && parts.get(part).base() > at) {
            part--;
        }
        return part;
    }

    /// Are both names of the same region?
    public boolean isSamePart(int position, int other) {
        return parts.size() == 1 || partOf(position) == partOf(other);
    }
}
