package dev.stet.agent.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The files of a log: the one that is written to, the anchor beside it, and the full ones before it, which nothing
/// here ever removes. Several processes may append: each holds a lock while it reads what the last record is and
/// writes the next ones behind it.
///
/// What was appended is on the disk when [#append] returns. If it throws, nothing was appended.
public final class AuditFile {
    /// A file of this size is closed, and the next one begun.
    public static final long SEGMENT_BYTES = 64 << 20;

    private static final long PATIENCE_NANOS = 2_000_000_000L;
    private static final long PAUSE_MILLIS = 10;

    private final Path log;
    private final long segmentBytes;

    /// @param log where it is: `/var/lib/stet/audit.log`; made if it is missing
    public AuditFile(Path log) {
        this(log, SEGMENT_BYTES);
    }

    AuditFile(Path log, long segmentBytes) {
        this.log = log.toAbsolutePath();
        this.segmentBytes = segmentBytes;
    }

    /// Where it is.
    public Path path() {
        return log;
    }

    static Path anchor(Path log) {
        return log.resolveSibling(log.getFileName() + ".last");
    }

    /// Appends records, all or none.
    ///
    /// @throws IOException if they could not be written
    public void append(List<AuditEntry> entries, Who who) throws IOException {
        try (FileChannel anchor = open(anchor(log));
                FileLock _ = lock(anchor)) {
            Optional<Anchor> known = Anchor.read(anchor);
            rotate();
            boolean isNew = Files.notExists(log);
            try (FileChannel file = open(log)) {
                Lines lines = new Lines(who, Tail.of(file), known);
                entries.forEach(lines::add);
                write(file, lines.bytes(), () -> new Anchor(lines.seq, lines.prev).write(anchor));
            }
            if (isNew) {
                forceDirectory();
            }
        }
    }

    private static FileChannel open(Path path) throws IOException {
        return FileChannel.open(
                path,
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private static FileLock lock(FileChannel file) throws IOException {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < PATIENCE_NANOS) {
            try {
                FileLock lock = file.tryLock();
                if (lock != null) {
                    return lock;
                }
            } catch (OverlappingFileLockException e) {
                // another thread of this process has it
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while another process wrote to it", e);
            }
        }
        throw new IOException("another process has kept it locked for 2 s");
    }

    /// What comes when the records are on the disk.
    @FunctionalInterface
    private interface Then {
        void run() throws IOException;
    }

    /// Behind what is there; what was written in vain is taken back.
    private static void write(FileChannel file, byte[] bytes, Then then) throws IOException {
        long end = file.size();
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        try {
            while (rest.hasRemaining()) {
                var ignored = file.write(rest, end + rest.position());
            }
            file.force(false);
            then.run();
        } catch (IOException e) {
            file.truncate(end);
            throw e;
        }
    }

    /// A full file gets the name of its last record and is not touched any more.
    private void rotate() throws IOException {
        if (Files.notExists(log) || Files.size(log) < segmentBytes) {
            return;
        }
        Optional<AuditRecord> last;
        try (FileChannel file = open(log)) {
            last = Tail.of(file).last();
        }
        if (last.isPresent()) {
            Path full = segment(last.get().seq());
            if (Files.notExists(full)) {
                Files.move(log, full);
                forceDirectory();
            }
        }
    }

    private Path segment(long seq) {
        return log.resolveSibling(String.format(Locale.ROOT, "%s%012d.log", AuditFiles.segmentPrefix(log), seq));
    }

    private void forceDirectory() throws IOException {
        try (FileChannel directory = FileChannel.open(log.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    /// The lines that come next.
    private static final class Lines {
        private final Who who;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private long seq;
        private String prev;

        Lines(Who who, Tail tail, Optional<Anchor> anchor) {
            this.who = who;
            long found = tail.last().map(AuditRecord::seq).orElse(0L);
            seq = found;
            prev = tail.last().map(AuditRecord::hash).orElse(AuditRecord.NO_PREV);
            boolean behind = anchor.isPresent() && anchor.get().seq() > found;
            boolean replaced = anchor.isPresent()
                    && anchor.get().seq() == found
                    && !anchor.get().hash().equals(prev);
            boolean isEmpty = tail.last().isEmpty() && tail.rest().bytes() == 0;
            if (behind) {
                seq = anchor.get().seq();
                prev = anchor.get().hash();
            }
            if (!tail.rest().ended()) {
                out.write('\n');
            }
            if (tail.rest().bytes() > 0) {
                note("torn", torn(tail), rest(tail));
            }
            if (behind && !isEmpty) {
                note(
                        "broken",
                        "records up to " + anchor.get().seq() + " were written, and the last one here is " + found
                                + ": the end was removed",
                        new JsonText().number("found", found));
            } else if (replaced) {
                note(
                        "broken",
                        "record " + found + " is not the one that was written",
                        new JsonText().text("written", anchor.get().hash()));
            } else if (anchor.isEmpty() && !isEmpty) {
                note(
                        "broken",
                        "the file that names the last record was not there, or was none of Stet's: whether"
                                + " records were removed before this one cannot be told",
                        new JsonText().number("found", found));
            }
        }

        private static String torn(Tail tail) {
            return tail.rest().ended()
                    ? "there was something here that is no record"
                    : "the last line was not whole: a crash cut it short";
        }

        private static JsonText rest(Tail tail) {
            return new JsonText()
                    .number("bytes", tail.rest().bytes())
                    .text("sha256", tail.rest().sha256())
                    .bool("ended", tail.rest().ended())
                    .bool("whole", tail.whole());
        }

        private void note(String what, String why, JsonText details) {
            add(new AuditEntry(Instant.now(), what, why, Optional.empty(), Optional.empty(), details));
        }

        void add(AuditEntry entry) {
            JsonText details = entry.details().copy();
            entry.file().ifPresent(file -> FileState.add(details, file));
            byte[] line = AuditRecord.line(seq + 1, entry, who, details, prev);
            if (line.length > AuditRecord.MAX_LINE) {
                JsonText less = new JsonText().number("leftOutBytes", line.length);
                line = AuditRecord.line(seq + 1, entry, who, less, prev);
            }
            seq++;
            prev = hash(line);
            out.writeBytes(line);
        }

        private static String hash(byte[] line) {
            int end = line.length - "\"}\n".length();
            return new String(line, end - 64, 64, StandardCharsets.ISO_8859_1);
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
