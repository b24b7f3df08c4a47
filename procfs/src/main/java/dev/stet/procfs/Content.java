package dev.stet.procfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// What came of reading one small file of `/proc`.
sealed interface Content {
    /// Its bytes.
    ///
    /// @param truncated there is more, which was not read
    @SuppressWarnings("ArrayRecordComponent") // never compared, and never leaves this package
    record Read(byte[] bytes, boolean truncated) implements Content {
        String text() {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /// The process is gone.
    record Gone() implements Content {}

    /// The process is there, as far as is known, and the file cannot be read.
    ///
    /// @param why for a person: `permission denied`
    record Refused(String why) implements Content {}

    /// Reads at most `limit` bytes.
    static Content read(Path file, int limit) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(limit);
            return new Read(bytes, bytes.length == limit && in.read() >= 0);
        } catch (IOException failed) {
            return isGone(failed) ? new Gone() : new Refused(why(failed));
        }
    }

    /// Did it fail because the process, and its directory with it, is no more? ENOENT when a file is opened,
    /// ESRCH when one that was opened in time is read.
    static boolean isGone(IOException failed) {
        return failed instanceof NoSuchFileException || reason(failed).contains("No such process");
    }

    /// For a person, without the file's name.
    static String why(IOException failed) {
        return failed instanceof AccessDeniedException ? "permission denied" : reason(failed);
    }

    private static String reason(IOException failed) {
        String reason = failed instanceof FileSystemException known ? known.getReason() : failed.getMessage();
        return reason == null ? failed.getClass().getSimpleName() : reason;
    }
}
