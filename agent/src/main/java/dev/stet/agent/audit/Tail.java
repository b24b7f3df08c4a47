package dev.stet.agent.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.Optional;

/// The end of a log's file.
///
/// @param last the last line that is a record; empty if there is none as far as was looked
/// @param rest what follows it: part of a line that a crash cut short, or what somebody else wrote
/// @param whole all of the file's bytes after the last record are in `rest`
record Tail(Optional<AuditRecord> last, Rest rest, boolean whole) {
    /// The longest line, and room for what a crash left behind it.
    private static final int WINDOW = 4 * AuditRecord.MAX_LINE;

    /// Bytes that are no record.
    ///
    /// @param sha256 in hex
    /// @param ended the last of them ends a line
    record Rest(int bytes, String sha256, boolean ended) {}

    static Tail of(FileChannel file) throws IOException {
        long size = file.size();
        byte[] window = read(file, Math.max(0, size - WINDOW), (int) Math.min(size, WINDOW));
        int end = window.length;
        while (end > 0) {
            int lineEnd = lastNewline(window, end);
            if (lineEnd < 0) {
                break;
            }
            int lineStart = lastNewline(window, lineEnd) + 1;
            try {
                AuditRecord record = AuditRecord.parse(Arrays.copyOfRange(window, lineStart, lineEnd));
                return new Tail(Optional.of(record), rest(window, lineEnd + 1), true);
            } catch (MalformedRecordException e) {
                end = lineStart;
            }
        }
        return new Tail(Optional.empty(), rest(window, 0), size <= WINDOW);
    }

    private static Rest rest(byte[] window, int from) {
        byte[] rest = Arrays.copyOfRange(window, from, window.length);
        boolean ended = rest.length == 0 || rest[rest.length - 1] == '\n';
        return new Rest(rest.length, AuditRecord.sha256(rest, rest.length), ended);
    }

    /// Of those before `end`; -1 if there is none.
    private static int lastNewline(byte[] bytes, int end) {
        for (int at = end - 1; at >= 0; at--) {
            if (bytes[at] == '\n') {
                return at;
            }
        }
        return -1;
    }

    private static byte[] read(FileChannel file, long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        while (bytes.hasRemaining() && file.read(bytes, from + bytes.position()) >= 0) {
            // until it is full
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }
}
