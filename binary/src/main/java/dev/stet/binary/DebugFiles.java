package dev.stet.binary;

import dev.stet.facts.BuildId;
import java.io.IOException;
import java.util.Optional;

/// Finds files that hold what was split off a binary. What it finds is believed no more than the binary.
public interface DebugFiles {
    /// There are none.
    DebugFiles NONE = new DebugFiles() {
        @Override
        public Optional<Found> byBuildId(BuildId buildId) {
            return Optional.empty();
        }

        @Override
        public Optional<Found> byName(String name) {
            return Optional.empty();
        }
    };

    /// The file with the debug information of the binary with this build ID, as
    /// `/usr/lib/debug/.build-id/ab/cdef.debug`.
    Optional<Found> byBuildId(BuildId buildId) throws IOException;

    /// The file that the binary names (`.gnu_debuglink`, `.gnu_debugaltlink`).
    ///
    /// @param name hostile: may have any bytes, and be an absolute path
    Optional<Found> byName(String name) throws IOException;

    /// One file.
    ///
    /// @param path for people
    record Found(String path, ByteSource bytes) {}
}
