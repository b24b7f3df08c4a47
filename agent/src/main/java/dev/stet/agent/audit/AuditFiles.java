package dev.stet.agent.audit;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Which files a log has.
public final class AuditFiles {
    /// What the file that is written to is called.
    public static final String NAME = "audit.log";

    private AuditFiles() {}

    /// What the names of the full files begin with.
    static String segmentPrefix(Path log) {
        String name = log.getFileName().toString();
        return (name.endsWith(".log") ? name.substring(0, name.length() - 4) : name) + "-";
    }

    /// The files of a log, the oldest first and the one that is written to last; empty if there is none.
    ///
    /// @param path the directory, or one file, which then stands alone
    public static List<Path> of(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return Files.exists(path) ? List.of(path) : List.of();
        }
        Path log = path.resolve(NAME);
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(path, segmentPrefix(log) + "*.log")) {
            found.forEach(files::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        files.sort(null);
        if (Files.exists(log)) {
            files.add(log);
        }
        return List.copyOf(files);
    }
}
