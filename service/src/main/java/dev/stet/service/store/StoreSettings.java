package dev.stet.service.store;

import java.nio.file.Path;
import java.time.Duration;

/// What the store may take.
///
/// @param file where it is; beside it are SQLite's `-wal` and `-shm`
/// @param maxBytes on the disk, with those two; the oldest rows go first; 8 MiB at least
/// @param maxAge older rows go; a minute at least
/// @param callsPerSecond so many calls are kept with their values, of all functions together; 0: none.
///     All are counted
public record StoreSettings(Path file, long maxBytes, Duration maxAge, int callsPerSecond) {
    public static final String FILE_NAME = "store.db";
    public static final long DEFAULT_MAX_BYTES = 256L << 20;
    public static final Duration DEFAULT_MAX_AGE = Duration.ofDays(7);
    public static final int DEFAULT_CALLS_PER_SECOND = 100;
    public static final long MIN_BYTES = 8L << 20;
    public static final int MAX_CALLS_PER_SECOND = 10_000;

    public StoreSettings {
        if (maxBytes < MIN_BYTES) {
            throw new IllegalArgumentException("a store needs " + MIN_BYTES + " bytes at least, not " + maxBytes);
        }
        if (maxAge.compareTo(Duration.ofMinutes(1)) < 0) {
            throw new IllegalArgumentException("a store keeps a minute at least, not " + maxAge);
        }
        if (callsPerSecond < 0 || callsPerSecond > MAX_CALLS_PER_SECOND) {
            throw new IllegalArgumentException(
                    "of calls 0 to " + MAX_CALLS_PER_SECOND + " a second are kept, not " + callsPerSecond);
        }
    }

    /// As it is if nobody says otherwise.
    ///
    /// @param state the state directory
    public static StoreSettings defaults(Path state) {
        return new StoreSettings(
                state.resolve(FILE_NAME), DEFAULT_MAX_BYTES, DEFAULT_MAX_AGE, DEFAULT_CALLS_PER_SECOND);
    }

    /// Where SQLite's machine code lies, which must be a file to be loaded: `native` of the state
    /// directory.
    public static Path library(Path state) {
        return state.resolve("native");
    }

    /// What the write-ahead log and its index may take of it.
    long logBytes() {
        return Math.min(8L << 20, maxBytes / 4);
    }

    /// What the database may take of it.
    long databaseBytes() {
        return maxBytes - logBytes();
    }
}
