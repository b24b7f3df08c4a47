package dev.stet.binary.golang;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.elf.ByteView;
import dev.stet.binary.elf.Elf;
import dev.stet.binary.elf.Section;
import dev.stet.binary.elf.Sections;
import dev.stet.binary.elf.Segment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The blob that Go's linker leaves for `go version` (Go: `src/debug/buildinfo/buildinfo.go`):
///
/// ```
///  0  ff " Go buildinf:"                       14 bytes
/// 14  size of a pointer
/// 15  flags: 1 big-endian, 2 strings are inline (Go 1.18)
/// 16  inline: zeros      pointers: address of the version's string header, and of the module's
/// 32  inline: uvarint length, version, uvarint length, module information
/// ```
public final class GoBuildInfo {
    private static final String MAGIC = "\u00ff Go buildinf:";
    private static final int ALIGN = 16;
    private static final int HEADER_BYTES = 32;

    /// How far into the section the blob is searched for. The linker puts it first.
    private static final int MAX_SEARCHED_BYTES = 64 << 10;

    /// How far into each data segment it is searched for if there are no sections.
    private static final int MAX_DATA_BYTES = 16 << 20;

    /// Read at once; a multiple of ALIGN.
    private static final int PIECE_BYTES = 1 << 20;

    /// `devel go1.23-0e2f1b9 Thu Jul 4 10:11:12 2024 +0000 X:experiments` and room.
    private static final int MAX_VERSION_BYTES = 1024;

    private GoBuildInfo() {}

    /// @param version as the linker wrote it; empty if the blob does not say
    public record Found(Optional<String> version) {}

    /// @return empty if the binary has none, as all that Go did not build
    public static Optional<Found> find(Elf elf) throws BinaryException {
        Optional<ByteView> blob = blob(elf);
        return blob.isEmpty() ? Optional.empty() : Optional.of(new Found(version(elf, blob.get())));
    }

    private static Optional<ByteView> blob(Elf elf) throws BinaryException {
        Sections sections;
        try {
            sections = elf.sections().get();
        } catch (MalformedBinaryException noMap) {
            sections = Sections.NONE;
        }
        Optional<Section> section = sections.named(".go.buildinfo");
        if (section.isPresent()) {
            return magic(elf.readStart(section.get(), MAX_SEARCHED_BYTES, ".go.buildinfo"));
        }
        if (!sections.all().isEmpty()) {
            return Optional.empty();
        }
        // In a PIE the first data segment has the relocated constants only.
        for (Segment segment : elf.segments().all()) {
            Optional<ByteView> found = segment.isData() ? search(elf, segment) : Optional.empty();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<ByteView> search(Elf elf, Segment data) throws BinaryException {
        long start = (data.offset() + ALIGN - 1) / ALIGN * ALIGN;
        long end = Math.min(data.offset() + data.fileBytes(), start + MAX_DATA_BYTES);
        // Pieces overlap by the longest blob.
        int overlap = HEADER_BYTES + 2 + MAX_VERSION_BYTES;
        for (long at = start; at < end; at += PIECE_BYTES) {
            ByteView piece = elf.image().readUpTo(at, end - at, PIECE_BYTES + overlap, "data segment");
            Optional<ByteView> found = magic(piece);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /// The rest of the bytes from the magic on, if it is there and followed by a whole header.
    private static Optional<ByteView> magic(ByteView searched) throws MalformedBinaryException {
        long at = searched.find(MAGIC, 0, ALIGN);
        if (at < 0 || searched.size() - at < HEADER_BYTES) {
            return Optional.empty();
        }
        return Optional.of(searched.slice(at, searched.size() - at, "build information"));
    }

    private static Optional<String> version(Elf elf, ByteView blob) throws BinaryException {
        if ((blob.u8(15) & 2) != 0) {
            return inline(blob);
        }
        blob.require(blob.u8(14) == 8 && blob.u8(15) == 0, 14, "build information of another kind of machine");
        long headerAt = blob.u64(16);
        if (headerAt == 0) {
            return Optional.empty();
        }
        ByteView header = atAddress(elf, blob, headerAt, 16, "string header of Go's version");
        long length = header.u64(8);
        if (length == 0) {
            return Optional.empty();
        }
        header.require(0 < length && length <= MAX_VERSION_BYTES, 8, "Go's version has " + length + " bytes");
        return Optional.of(text(atAddress(elf, header, header.u64(0), length, "Go's version")));
    }

    private static Optional<String> inline(ByteView blob) throws MalformedBinaryException {
        long length = 0;
        int at = HEADER_BYTES;
        // Two bytes of 7 bits hold any length we accept; uvarints of ten bytes have hurt others.
        for (int shift = 0; ; shift += 7) {
            blob.require(shift < 14, HEADER_BYTES, "Go's version has more than " + MAX_VERSION_BYTES + " bytes");
            int b = blob.u8(at++);
            length |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                break;
            }
        }
        if (length == 0) {
            return Optional.empty();
        }
        return Optional.of(text(blob.slice(at, length, "Go's version")));
    }

    private static ByteView atAddress(Elf elf, ByteView pointer, long address, long length, String what)
            throws BinaryException {
        Segment segment = elf.segments().loadedAtAddress(address, length).orElse(null);
        pointer.require(segment != null, 0, what + ": points outside the file");
        return elf.image().read(address - segment.address() + segment.offset(), length, MAX_VERSION_BYTES, what);
    }

    private static String text(ByteView bytes) throws MalformedBinaryException {
        for (int i = 0; i < bytes.size(); i++) {
            bytes.require(0x20 <= bytes.u8(i) && bytes.u8(i) < 0x7f, i, "Go's version is not text");
        }
        return new String(bytes.copy(MAX_VERSION_BYTES, "Go's version"), StandardCharsets.US_ASCII);
    }
}
