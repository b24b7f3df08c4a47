package dev.stet.agent.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// The lines of one file of a log. Of a line that is longer than any record only the beginning is kept.
final class AuditLines implements Closeable {
    private static final int BUFFER = 1 << 16;

    private final BufferedInputStream in;
    private long number;

    /// A line, without its end.
    static final class Line {
        final long number;
        final byte[] bytes;
        /// The end of a line follows.
        final boolean ended;

        private Line(long number, byte[] bytes, boolean ended) {
            this.number = number;
            this.bytes = bytes;
            this.ended = ended;
        }
    }

    AuditLines(Path file) throws IOException {
        this(FileChannel.open(file, StandardOpenOption.READ));
    }

    AuditLines(FileChannel file) {
        in = new BufferedInputStream(Channels.newInputStream(file), BUFFER);
    }

    Optional<Line> next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        int c = in.read();
        if (c < 0) {
            return Optional.empty();
        }
        for (; c >= 0 && c != '\n'; c = in.read()) {
            if (line.size() <= AuditRecord.MAX_LINE) {
                line.write(c);
            }
        }
        number++;
        return Optional.of(new Line(number, line.toByteArray(), c == '\n'));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
