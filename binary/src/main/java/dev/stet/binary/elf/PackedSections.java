package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.packed.PackedInput;
import dev.stet.binary.packed.UnpackingBudget;
import dev.stet.binary.packed.ZlibUnpacker;
import dev.stet.binary.packed.ZstdUnpacker;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// The compressed sections of one file (gABI: section compression; `.zdebug_*` of older GNU tools), and
/// how much memory and time they share.
///
/// A section is held whole once it is unpacked if it is claimed to fit with the others in
/// [#HELD_BYTES]: so ask first for those in which you jump around most.
public final class PackedSections {
    /// What is held whole. All debug sections of a Go program of 20 MB fit in.
    private static final int HELD_BYTES = 20 << 20;

    /// Longer sections at work at once; each may hold a window and the 9 MiB of a zstd decoder. The one
    /// asked longest ago rests.
    private static final int MAX_AWAKE = 3;

    private static final int HEADER_BYTES = 24;
    private static final int OLD_HEADER_BYTES = 12;
    private static final int ELFCOMPRESS_ZLIB = 1;
    private static final int ELFCOMPRESS_ZSTD = 2;

    private final UnpackingBudget budget = new UnpackingBudget();
    private final Map<Section, Region> regions = new HashMap<>();
    private final Deque<PackedRegion> awake = new ArrayDeque<>();
    private long held;

    UnpackingBudget budget() {
        return budget;
    }

    /// Is it one of the old kind, which says so by its first bytes only?
    static boolean isOld(Section section) {
        return section.name().startsWith(".zdebug_") && section.isPlain();
    }

    /// The unpacked bytes of a section.
    synchronized Region region(Image image, Section section) throws BinaryException {
        Region known = regions.get(section);
        if (known == null) {
            Region packed = Region.of(image, section.offset(), section.size(), section.name());
            known = isOld(section) ? old(image, section, packed) : modern(image, section, packed);
            regions.put(section, known);
        }
        return known;
    }

    private Region old(Image image, Section section, Region packed) throws BinaryException {
        ByteView header = packed.read(0, OLD_HEADER_BYTES, section.name() + ": header");
        header.require(header.startsWith("ZLIB"), 0, section.name() + ": does not begin with ZLIB");
        long size = Long.reverseBytes(header.u64(4));
        header.require(size >= 0, 4, section.name() + ": unpacks to " + Long.toUnsignedString(size) + " bytes");
        long from = section.offset() + OLD_HEADER_BYTES;
        return region(
                section,
                size,
                () -> new ZlibUnpacker(
                        new PackedInput(image.source(), from, section.size() - OLD_HEADER_BYTES, budget)));
    }

    /// Elf64_Chdr: type, reserved (4 bytes each), size, alignment (8 bytes each).
    private Region modern(Image image, Section section, Region packed) throws BinaryException {
        ByteView header = packed.read(0, HEADER_BYTES, section.name() + ": compression header");
        long size = header.word(8, section.name() + ": ch_size");
        long from = section.offset() + HEADER_BYTES;
        long length = section.size() - HEADER_BYTES;
        return switch ((int) header.u32(0)) {
            case ELFCOMPRESS_ZLIB ->
                region(section, size, () -> new ZlibUnpacker(new PackedInput(image.source(), from, length, budget)));
            case ELFCOMPRESS_ZSTD ->
                region(section, size, () -> new ZstdUnpacker(new PackedInput(image.source(), from, length, budget)));
            default ->
                throw new MalformedBinaryException(
                        section.name() + ": compressed in the unknown way " + header.u32(0), section.offset());
        };
    }

    private Region region(Section section, long size, PackedRegion.Beginning beginning) {
        boolean whole = size <= HELD_BYTES - held;
        if (whole) {
            held += size;
        }
        return new PackedRegion(this, section, size, whole, beginning);
    }

    /// Hears that a long region is about to unpack.
    void touch(PackedRegion region) {
        awake.remove(region);
        awake.addFirst(region);
        if (awake.size() > MAX_AWAKE) {
            awake.removeLast().rest();
        }
    }
}
