package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The section headers: a map for tools, which the loader ignores and which may be missing or lie.
///
/// @param all in the order of the file; empty if there are none
public record Sections(List<Section> all) {
    public static final Sections NONE = new Sections(List.of());

    /// Linked programs have 30 to 60; a few thousand with `-ffunction-sections` and a strange linker script.
    private static final int MAX_SECTIONS = 16_384;

    /// Names of sections are short. A table that is longer is read up to here and the rest is treated as
    /// unnamed.
    private static final int MAX_NAMES_BYTES = 1 << 20;

    private static final int MAX_NAME_BYTES = 256;
    private static final int SHN_XINDEX = 0xffff;

    public Sections {
        all = List.copyOf(all);
    }

    /// @param header the 64 bytes of the ELF header
    public static Sections read(Image image, ByteView header) throws BinaryException {
        long at = header.word(40, "e_shoff");
        if (at == 0) {
            return NONE;
        }
        header.require(header.u16(58) == Section.BYTES, 58, "e_shentsize is " + header.u16(58) + ", not 64");
        ByteView first = image.read(at, Section.BYTES, Section.BYTES, "first section header");
        // Too many for 16 bits: the first header, which is of no section, holds the numbers (gABI, e_shnum,
        // e_shstrndx).
        long count = header.u16(60) != 0 ? header.u16(60) : first.word(32, "number of sections");
        long namesIndex = header.u16(62) == SHN_XINDEX ? first.u32(40) : header.u16(62);
        header.require(count <= MAX_SECTIONS, 60, count + " sections are more than " + MAX_SECTIONS);
        if (count == 0) {
            return NONE;
        }
        ByteView headers = image.read(at, count * Section.BYTES, MAX_SECTIONS * Section.BYTES, "section header table");
        header.require(namesIndex < count, 62, "e_shstrndx " + namesIndex + " is not one of " + count + " sections");
        ByteView names = names(image, headers.slice(namesIndex * Section.BYTES, Section.BYTES, "section header"));
        List<Section> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(parse(headers.slice((long) i * Section.BYTES, Section.BYTES, "section header"), names));
        }
        return new Sections(all);
    }

    private static ByteView names(Image image, ByteView header) throws BinaryException {
        if (header.u32(4) != Section.SHT_STRTAB) {
            return ByteView.of(new byte[0], header.fileOffset());
        }
        long size = header.word(32, "size of the section names");
        long offset = header.word(24, "offset of the section names");
        header.require(
                offset <= image.size() && size <= image.size() - offset, 24, "section names run past the end of file");
        return image.readUpTo(offset, size, MAX_NAMES_BYTES, "section names");
    }

    private static Section parse(ByteView header, ByteView names) throws MalformedBinaryException {
        return new Section(
                name(names, header.u32(0)),
                header.u32(4),
                header.u64(8),
                header.u64(16),
                header.u64(24),
                header.u64(32),
                header.u32(40),
                header.u64(56));
    }

    private static String name(ByteView names, long at) throws MalformedBinaryException {
        int length = at < names.size() ? names.textLength(at, MAX_NAME_BYTES) : -1;
        if (length <= 0) {
            return "";
        }
        byte[] bytes = names.slice(at, length, "section name").copy(MAX_NAME_BYTES, "section name");
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /// The first with this name.
    public Optional<Section> named(String name) {
        return all.stream().filter(s -> s.name().equals(name)).findFirst();
    }

    public Optional<Section> at(long index) {
        return index > 0 && index < all.size() ? Optional.of(all.get((int) index)) : Optional.empty();
    }

    /// The section with code at the virtual address.
    public Optional<Section> executableAt(long virtualAddress) {
        return all.stream()
                .filter(s -> s.isExecutable() && s.holdsAddress(virtualAddress))
                .findFirst();
    }
}
