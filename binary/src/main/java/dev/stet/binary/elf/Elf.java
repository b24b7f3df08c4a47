package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.ByteSource;
import dev.stet.binary.Machine;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.UnsupportedFormatException;
import java.util.Optional;

/// The headers of a 64-bit little-endian ELF file (gABI chapter 4; `include/uapi/linux/elf.h`).
///
/// @param image the file
/// @param machine e_machine
/// @param segments the program headers, which are sound; none of a debug file
/// @param sections the section headers, whose refusal is given to whoever asks for them
/// @param packed what its compressed sections unpack to
public record Elf(Image image, Machine machine, Segments segments, Memo<Sections> sections, PackedSections packed) {
    private static final int HEADER_BYTES = 64;

    /// Places of functions are packed with a 22-bit index into 63 bits. The largest programs known have some
    /// gigabytes.
    private static final long MAX_IMAGE_BYTES = 1L << 41;

    private static final int ET_EXEC = 2;
    private static final int ET_DYN = 3;
    private static final int EM_X86_64 = 62;
    private static final int EM_AARCH64 = 183;
    private static final int PN_XNUM = 0xffff;

    public static Elf parse(ByteSource source) throws BinaryException {
        Image image = Image.of(source);
        ByteView header = header(image);
        requireLinked(header);
        Machine machine = machine(header);
        int count = header.u16(56);
        header.require(count != 0, 56, "no program headers");
        header.require(count != PN_XNUM, 56, "65535 or more program headers");
        header.require(header.u16(54) == Segment.BYTES, 54, "e_phentsize is " + header.u16(54) + ", not 56");
        long tableBytes = (long) count * Segment.BYTES;
        ByteView headers = image.read(header.word(32, "e_phoff"), tableBytes, (int) tableBytes, "program header table");
        Segments segments = Segments.parse(headers, count, image.size());
        return of(image, machine, segments, header);
    }

    /// Reads a file with debug information or symbols only. Its program headers describe the program from
    /// which it was split off, not the file itself: so it has no segments here. It may be of any type: dwz
    /// makes relocatable ones.
    public static Elf parseDebugFile(ByteSource source) throws BinaryException {
        Image image = Image.of(source);
        ByteView header = header(image);
        return of(image, machine(header), Segments.NONE, header);
    }

    private static Elf of(Image image, Machine machine, Segments segments, ByteView header) {
        return new Elf(image, machine, segments, new Memo<>(() -> Sections.read(image, header)), new PackedSections());
    }

    private static ByteView header(Image image) throws BinaryException {
        identify(image.readUpTo(0, 16, 16, "ELF identification"));
        ByteView header = image.read(0, HEADER_BYTES, HEADER_BYTES, "ELF header");
        header.require(image.size() <= MAX_IMAGE_BYTES, 0, "file of more than " + MAX_IMAGE_BYTES + " bytes");
        return header;
    }

    private static void identify(ByteView ident) throws BinaryException {
        if (!ident.startsWith("\u007fELF")) {
            throw new UnsupportedFormatException(
                    ident.size() == 0 ? "not an ELF file: it is empty" : "not an ELF file: begins with " + hex(ident));
        }
        ident.require(ident.size() == 16, ident.size(), "the file ends in the ELF identification");
        if (ident.u8(4) == 1) {
            throw new UnsupportedFormatException("32-bit ELF");
        }
        ident.require(ident.u8(4) == 2, 4, "EI_CLASS is " + ident.u8(4) + ", neither 32-bit nor 64-bit");
        if (ident.u8(5) == 2) {
            throw new UnsupportedFormatException("big-endian ELF");
        }
        ident.require(ident.u8(5) == 1, 5, "EI_DATA is " + ident.u8(5) + ", neither little- nor big-endian");
    }

    private static String hex(ByteView ident) throws MalformedBinaryException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(4, ident.size()); i++) {
            text.append("%02x ".formatted(ident.u8(i)));
        }
        return text.toString().strip();
    }

    private static void requireLinked(ByteView header) throws BinaryException {
        int type = header.u16(16);
        if (type != ET_EXEC && type != ET_DYN) {
            String kind = switch (type) {
                case 1 -> "a relocatable object (ET_REL)";
                case 4 -> "a core dump (ET_CORE)";
                default -> "of type " + type;
            };
            throw new UnsupportedFormatException("neither program nor library: " + kind);
        }
    }

    private static Machine machine(ByteView header) throws BinaryException {
        return switch (header.u16(18)) {
            case EM_X86_64 -> Machine.X86_64;
            case EM_AARCH64 -> Machine.AARCH64;
            default ->
                throw new UnsupportedFormatException(
                        "for another machine: e_machine is " + header.u16(18) + ", not x86-64 (62) or aarch64 (183)");
        };
    }

    /// All bytes of a section.
    public ByteView read(Section section, int cap, String what) throws BinaryException {
        if (!section.isPlain()) {
            throw new MalformedBinaryException(what + ": not in the file as it is", Math.max(0, section.offset()));
        }
        return image.read(section.offset(), section.size(), cap, what);
    }

    /// Up to `cap` bytes from the beginning of a section.
    public ByteView readStart(Section section, int cap, String what) throws BinaryException {
        if (!section.isPlain() || section.size() < 0) {
            throw new MalformedBinaryException(what + ": not in the file as it is", Math.max(0, section.offset()));
        }
        return image.readUpTo(section.offset(), section.size(), cap, what);
    }

    /// The bytes of a section, unpacked if they are compressed. Each read of a small piece goes to the file,
    /// or takes a lock: so read windows.
    ///
    /// @throws MalformedBinaryException if the section is not in the file, or its compression header lies
    public Region region(Section section) throws BinaryException {
        if (section.type() == Section.SHT_NOBITS) {
            throw new MalformedBinaryException(section.name() + ": not in the file", Math.max(0, section.offset()));
        }
        return section.isPlain() && !PackedSections.isOld(section)
                ? Region.of(image, section.offset(), section.size(), section.name())
                : packed.region(image, section);
    }

    /// A section with debug information, `.debug_NAME` or, as older tools compress it, `.zdebug_NAME`.
    ///
    /// @return empty if there is none, or only its header was kept
    /// @throws MalformedBinaryException as [#region] and [#sections]
    public Optional<Region> debugSection(String name) throws BinaryException {
        Sections all = sections.get();
        Optional<Section> found = all.named(".debug_" + name)
                .or(() -> all.named(".zdebug_" + name))
                .filter(s -> s.type() != Section.SHT_NOBITS);
        return found.isEmpty() ? Optional.empty() : Optional.of(region(found.get()));
    }
}
