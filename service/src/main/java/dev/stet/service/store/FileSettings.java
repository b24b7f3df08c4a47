package dev.stet.service.store;

import java.nio.file.Path;

/// A file that every call and event goes into, a line of JSON each.
///
/// @param path of the file; its directory must be there
/// @param maxBytes at so many it is renamed to `.1`, and begun anew
/// @param keep so many renamed ones stay, `.1` being the newest; 0: none
public record FileSettings(Path path, long maxBytes, int keep) {
    public static final long MIN_BYTES = 64 << 10;
    public static final int MAX_KEPT = 1000;

    public FileSettings {
        if (maxBytes < MIN_BYTES) {
            throw new IllegalArgumentException("a file takes " + MIN_BYTES + " bytes at least, not " + maxBytes);
        }
        if (keep < 0 || keep > MAX_KEPT) {
            throw new IllegalArgumentException("0 to " + MAX_KEPT + " files are kept, not " + keep);
        }
    }
}
