package dev.stet.facts;

import java.util.HexFormat;
import java.util.Locale;

/// The descriptor of an ELF file's NT_GNU_BUILD_ID note, as lower-case hex. Not Go's build ID, which is
/// another note.
///
/// @param hex 2 to 2 x [#MAX_BYTES] hex digits
public record BuildId(String hex) {
    /// Longest descriptor accepted. SHA-1 has 20 bytes, the longest in use are 32; twice that leaves room.
    public static final int MAX_BYTES = 64;

    public BuildId {
        hex = hex.toLowerCase(Locale.ROOT);
        if (!hex.matches("([0-9a-f]{2}){1," + MAX_BYTES + "}")) {
            throw new IllegalArgumentException("not a build ID: " + hex);
        }
    }

    /// @param descriptor 1 to [#MAX_BYTES] bytes
    public static BuildId of(byte[] descriptor) {
        return new BuildId(HexFormat.of().formatHex(descriptor));
    }

    @Override
    public String toString() {
        return hex;
    }
}
