package dev.stet.agent.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// Reads what a log says, to show it. It checks each record by itself and not how they hang together.
public final class AuditReader {
    private AuditReader() {}

    /// Gives each record, the oldest first.
    ///
    /// @param path the log's directory, or one of its files
    /// @return how many lines are no records
    /// @throws IOException if it cannot be read
    public static long read(Path path, Consumer<AuditRecord> sink) throws IOException {
        long others = 0;
        for (Path file : AuditFiles.of(path)) {
            try (AuditLines lines = new AuditLines(file)) {
                for (Optional<AuditLines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
                    try {
                        sink.accept(AuditRecord.parse(line.get().bytes));
                    } catch (MalformedRecordException e) {
                        others++;
                    }
                }
            }
        }
        return others;
    }
}
