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
import java.util.OptionalLong;

/// The blob that Go's linker leaves for `go version` (Go: `src/debug/buildinfo/buildinfo.go`):
///
/// ```
///  0  ff " Go buildinf:"                       14 bytes
/// 14  size of a pointer
/// 15  flags: 1 big-endian, 2 strings are inline (Go 1.18)
/// 16  inline: zeros      pointers: address of the version's string header, and of the module's
/// 32  inline: uvarint length, version, uvarint length, module information
/// ```
///
/// @param toolchain version as the linker wrote it; empty if the blob does not say
/// @param modules what is said of modules and settings; empty if nothing is
/// @param refusal why the latter cannot be told
record GoBuildInfo(Optional<String> toolchain, Optional<String> modules, Optional<MalformedBinaryException> refusal) {
    private static final String MAGIC = "\u00ff Go buildinf:";
    private static final int ALIGN = 16;
    private static final int HEADER_BYTES = 32;

    /// How far into the section the blob is searched for. The linker puts it first.
    private static final int MAX_SEARCHED_BYTES = 64 << 10;

    /// How far into each data segment it is searched for if no section is named so.
    private static final int MAX_DATA_BYTES = 16 << 20;

    /// Read at once; a multiple of ALIGN.
    private static final int PIECE_BYTES = 1 << 20;

    /// Bytes that look like the blob but are not. A program that knows the magic has one.
    private static final int MAX_FALSE_BLOBS = 16;

    /// `devel go1.23-0e2f1b9 Thu Jul 4 10:11:12 2024 +0000 X:experiments` and room.
    private static final int MAX_VERSION_BYTES = 1024;

    /// Kubernetes' has 60 KB.
    private static final int MAX_MODULES_BYTES = 1 << 20;

    /// Random bytes before and behind the module information, by which it can be found.
    private static final int SENTINEL_BYTES = 16;

    /// @return empty if the binary has none, as all that Go did not build
    static Optional<GoBuildInfo> find(Memory memory) throws BinaryException {
        Elf elf = memory.elf();
        memory.begin();
        Optional<Section> section = sections(elf).named(".go.buildinfo");
        if (section.isPresent()) {
            ByteView start = elf.readStart(section.get(), MAX_SEARCHED_BYTES, ".go.buildinfo");
            long at = start.find(MAGIC, 0, ALIGN);
            if (at >= 0 && start.size() - at >= HEADER_BYTES) {
                OptionalLong address = address(elf, start.fileOffset() + at);
                start.require(address.isPresent(), at, ".go.buildinfo is not in any segment");
                return Optional.of(read(memory, address.getAsLong()));
            }
        }
        // In a PIE the first data segment has the relocated constants only.
        for (Segment segment : elf.segments().all()) {
            Optional<GoBuildInfo> found = segment.isData() ? search(memory, segment) : Optional.empty();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Sections sections(Elf elf) throws BinaryException {
        try {
            return elf.sections().get();
        } catch (MalformedBinaryException noMap) {
            return Sections.NONE;
        }
    }

    private static OptionalLong address(Elf elf, long fileOffset) {
        return elf.segments().loaded().stream()
                .filter(s -> s.holdsOffset(fileOffset, HEADER_BYTES))
                .mapToLong(s -> fileOffset - s.offset() + s.address())
                .findFirst();
    }

    private static Optional<GoBuildInfo> search(Memory memory, Segment data) throws BinaryException {
        long start = (data.offset() + ALIGN - 1) / ALIGN * ALIGN;
        long end = Math.min(data.offset() + data.fileBytes(), start + MAX_DATA_BYTES);
        int falseBlobs = 0;
        for (long at = start; at < end; at += PIECE_BYTES) {
            ByteView piece = memory.elf().image().readUpTo(at, end - at, PIECE_BYTES, "data segment");
            for (long i = piece.find(MAGIC, 0, ALIGN); i >= 0; i = piece.find(MAGIC, i + ALIGN, ALIGN)) {
                long address = at + i - data.offset() + data.address();
                Optional<GoBuildInfo> found = tryRead(memory, address);
                if (found.isPresent() || ++falseBlobs > MAX_FALSE_BLOBS) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /// A blob that no section vouches for must say which Go it is of.
    private static Optional<GoBuildInfo> tryRead(Memory memory, long address) throws BinaryException {
        try {
            return Optional.of(read(memory, address)).filter(found -> found.toolchain.isPresent());
        } catch (MalformedBinaryException another) {
            return Optional.empty();
        }
    }

    private static GoBuildInfo read(Memory memory, long address) throws BinaryException {
        ByteView header = memory.read(address, HEADER_BYTES, HEADER_BYTES, "build information");
        boolean inline = (header.u8(15) & 2) != 0;
        header.require(
                inline || (header.u8(14) == 8 && header.u8(15) == 0),
                14,
                "build information of another kind of machine");
        ByteView version = inline
                ? inline(memory, address + HEADER_BYTES, MAX_VERSION_BYTES, "Go's version")
                : pointed(memory, header, 16, MAX_VERSION_BYTES, "Go's version");
        Optional<String> toolchain = version.size() == 0 ? Optional.empty() : Optional.of(version(version));
        try {
            long next = address + HEADER_BYTES + varintBytes(version.size()) + version.size();
            ByteView modules = inline
                    ? inline(memory, next, MAX_MODULES_BYTES, "Go's module information")
                    : pointed(memory, header, 24, MAX_MODULES_BYTES, "Go's module information");
            return new GoBuildInfo(toolchain, modules(modules), Optional.empty());
        } catch (MalformedBinaryException broken) {
            return new GoBuildInfo(toolchain, Optional.empty(), Optional.of(broken));
        }
    }

    private static ByteView inline(Memory memory, long address, int cap, String what) throws BinaryException {
        long length = 0;
        long at = address;
        // Three bytes of 7 bits hold any length we accept; uvarints of ten bytes have hurt others.
        for (int shift = 0; ; shift += 7) {
            memory.require(shift < 21, what + " has more than " + cap + " bytes", address);
            int b = memory.u8(at++);
            length |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                break;
            }
        }
        // Nothing, at the very end of the file, is at no address of it.
        return length == 0 ? ByteView.of(new byte[0], memory.fileOffset(address)) : memory.read(at, length, cap, what);
    }

    private static int varintBytes(long length) {
        return length < 1 << 7 ? 1 : length < 1 << 14 ? 2 : 3;
    }

    private static ByteView pointed(Memory memory, ByteView header, int at, int cap, String what)
            throws BinaryException {
        ByteView nothing = ByteView.of(new byte[0], header.fileOffset());
        long headerAt = header.u64(at);
        if (headerAt == 0) {
            return nothing;
        }
        header.require(memory.has(headerAt, 16), at, what + ": the string header is not in the file");
        long text = memory.u64(headerAt);
        long length = memory.u64(headerAt + 8);
        if (length == 0) {
            return nothing;
        }
        memory.require(memory.has(text, length), what + ": not in the file", headerAt);
        return memory.read(text, length, cap, what);
    }

    private static String version(ByteView bytes) throws MalformedBinaryException {
        for (int i = 0; i < bytes.size(); i++) {
            bytes.require(0x20 <= bytes.u8(i) && bytes.u8(i) < 0x7f, i, "Go's version is not text");
        }
        return new String(bytes.copy(MAX_VERSION_BYTES, "Go's version"), StandardCharsets.US_ASCII);
    }

    /// @return empty if there is none, or it is not between its sentinels
    private static Optional<String> modules(ByteView bytes) throws MalformedBinaryException {
        long size = bytes.size();
        if (size < 2 * SENTINEL_BYTES + 1 || bytes.u8(size - SENTINEL_BYTES - 1) != '\n') {
            return Optional.empty();
        }
        ByteView inner = bytes.slice(SENTINEL_BYTES, size - 2 * SENTINEL_BYTES, "Go's module information");
        for (int i = 0; i < inner.size(); i++) {
            int b = inner.u8(i);
            inner.require((0x20 <= b && b != 0x7f) || b == '\t' || b == '\n', i, "module information is not text");
        }
        return Optional.of(
                new String(inner.copy(MAX_MODULES_BYTES, "Go's module information"), StandardCharsets.UTF_8));
    }
}
