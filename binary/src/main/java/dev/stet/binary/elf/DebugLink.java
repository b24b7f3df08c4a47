package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.facts.BuildId;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The names of other files that a file gives for its debug information.
///
/// @param name hostile: any bytes but NUL, at least one of them; may be a path
public record DebugLink(String name) {
    /// Longer ones cannot be opened (PATH_MAX).
    private static final int MAX_NAME_BYTES = 4096;

    private static final int MAX_BYTES = MAX_NAME_BYTES + 4 + 64;

    /// With the checksum of the file.
    ///
    /// @param crc32 of the whole file named
    public record Checked(DebugLink link, int crc32) {}

    /// With the build ID of the file.
    public record Identified(DebugLink link, BuildId buildId) {}

    /// The section `.gnu_debuglink`: a name, NUL, padding to a multiple of 4, CRC-32 (gdb: Separate Debug
    /// Files).
    ///
    /// @return empty if there is none
    /// @throws dev.stet.binary.MalformedBinaryException if it has no name, or no checksum behind it
    public static Optional<Checked> find(Elf elf) throws BinaryException {
        Optional<ByteView> section = section(elf, ".gnu_debuglink");
        if (section.isEmpty()) {
            return Optional.empty();
        }
        ByteView bytes = section.get();
        int length = nameLength(bytes);
        return Optional.of(new Checked(link(bytes, length), bytes.i32((length + 4) & -4)));
    }

    /// The section `.gnu_debugaltlink`: a name, NUL, a build ID. It leads to what dwz put together from
    /// several files.
    ///
    /// @return empty if there is none
    public static Optional<Identified> findAlternate(Elf elf) throws BinaryException {
        Optional<ByteView> section = section(elf, ".gnu_debugaltlink");
        if (section.isEmpty()) {
            return Optional.empty();
        }
        ByteView bytes = section.get();
        int length = nameLength(bytes);
        ByteView id = bytes.slice(length + 1, bytes.size() - length - 1, "build ID of .gnu_debugaltlink");
        id.require(id.size() > 0, 0, ".gnu_debugaltlink has no build ID");
        BuildId buildId = BuildId.of(id.copy(BuildId.MAX_BYTES, "build ID of .gnu_debugaltlink"));
        return Optional.of(new Identified(link(bytes, length), buildId));
    }

    private static Optional<ByteView> section(Elf elf, String name) throws BinaryException {
        Optional<Section> section = elf.sections().get().named(name).filter(Section::isPlain);
        return section.isEmpty() ? Optional.empty() : Optional.of(elf.read(section.get(), MAX_BYTES, name));
    }

    private static int nameLength(ByteView bytes) throws BinaryException {
        int length = bytes.textLength(0, MAX_NAME_BYTES);
        bytes.require(length > 0, 0, "a link to a debug file without a name");
        return length;
    }

    private static DebugLink link(ByteView bytes, int length) throws BinaryException {
        byte[] name = bytes.slice(0, length, "name of a debug file").copy(MAX_NAME_BYTES, "name of a debug file");
        return new DebugLink(new String(name, StandardCharsets.UTF_8));
    }
}
