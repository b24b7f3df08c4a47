package dev.stet.agent.audit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/// What a file is at the moment it is written about: its owner and what is in it.
final class FileState {
    /// No policy file is larger.
    private static final int MAX_BYTES = 4 << 20;

    private FileState() {}

    /// Adds `file`, `uid`, `owner` and `sha256`; or `gone`, or why they cannot be read.
    static void add(JsonText details, Path file) {
        details.text("file", file.toString());
        try {
            Map<String, Object> owner = Files.readAttributes(file, "unix:uid,owner");
            details.number("uid", (Integer) owner.get("uid"))
                    .text("owner", owner.get("owner").toString());
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(MAX_BYTES);
                details.text("sha256", AuditRecord.sha256(bytes, bytes.length));
            }
        } catch (NoSuchFileException e) {
            details.bool("gone", true);
        } catch (IOException | UnsupportedOperationException e) {
            details.text("unreadable", e.toString());
        }
    }
}
