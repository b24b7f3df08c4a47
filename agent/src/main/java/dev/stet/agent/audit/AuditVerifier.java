package dev.stet.agent.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Checks a log: each record's own hash, that each names the one before, that none is missing, and that the last one
/// is the one which the file beside it names. Memory does not grow with the log. For one use.
///
/// Whoever may write the log and the file beside it can write another history and all its hashes; against that helps
/// only a hash that was noted elsewhere, see `wanted`.
public final class AuditVerifier {
    private static final int MAX_FINDINGS = 50;
    /// Of lines that are no records so much is kept, to compare it with what Stet noted of it.
    private static final int MAX_FOREIGN = 4 * AuditRecord.MAX_LINE;

    private final List<Finding> findings = new ArrayList<>();
    private final Optional<String> wanted;
    private final boolean partial;
    private long problems;
    private long records;
    private boolean wantedSeen;
    private boolean anchorSeen;
    private Optional<Anchor> anchor = Optional.empty();
    private Optional<AuditRecord> last = Optional.empty();
    private Path file = Path.of("");
    private Optional<Pending> pending = Optional.empty();

    /// Lines that are no records, until it is known whether Stet noted them.
    private static final class Pending {
        final long line;
        final String why;
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        boolean unfinished;

        Pending(long line, String why) {
            this.line = line;
            this.why = why;
        }
    }

    /// @param wanted a hash that a record must have; empty if none is known
    /// @param partial the oldest files may be elsewhere
    public AuditVerifier(Optional<String> wanted, boolean partial) {
        this.wanted = wanted;
        this.partial = partial;
    }

    /// Checks the log.
    ///
    /// @param path its directory, or one of its files
    /// @return empty if there is no log
    /// @throws IOException if it cannot be read
    public Optional<Verification> verify(Path path) throws IOException {
        List<Path> files = AuditFiles.of(path);
        if (files.isEmpty()) {
            return Optional.empty();
        }
        Path newest = files.getLast();
        boolean anchored = readAnchor(AuditFile.anchor(newest.toAbsolutePath()));
        for (Path each : files) {
            file = each;
            read(each);
        }
        checkEnd(newest, anchored, Files.isDirectory(path));
        return Optional.of(new Verification(files, records, last, findings, problems));
    }

    /// Before the log, which can then only be ahead of it.
    private boolean readAnchor(Path beside) throws IOException {
        if (Files.notExists(beside)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.READ)) {
            anchor = Anchor.read(channel);
        }
        return true;
    }

    private void read(Path each) throws IOException {
        try (AuditLines lines = new AuditLines(each)) {
            for (Optional<AuditLines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
                take(line.get());
            }
        }
    }

    private void take(AuditLines.Line line) {
        try {
            if (!line.ended) {
                throw new MalformedRecordException("it is not whole");
            }
            AuditRecord record = AuditRecord.parse(line.bytes);
            boolean afterOther = settle(record);
            check(record, line.number, afterOther);
            records++;
            last = Optional.of(record);
        } catch (MalformedRecordException e) {
            if (pending.isEmpty()) {
                pending = Optional.of(new Pending(line.number, e.getMessage()));
            }
            Pending rest = pending.get();
            rest.unfinished = !line.ended;
            if (rest.bytes.size() <= MAX_FOREIGN) {
                rest.bytes.writeBytes(line.bytes);
                if (line.ended) {
                    rest.bytes.write('\n');
                }
            }
        }
    }

    /// What came before this record and was none: noted by it, or not.
    ///
    /// @return false if the record follows another one, or what was between them was noted
    private boolean settle(AuditRecord record) {
        if (pending.isEmpty()) {
            return false;
        }
        Pending rest = pending.get();
        pending = Optional.empty();
        byte[] bytes = rest.bytes.toByteArray();
        boolean cut = record.what().equals("torn")
                && record.details().values().get("ended") instanceof JsonValue.Truth(boolean ended)
                && !ended
                && record.details().text("sha256").equals(Optional.of(AuditRecord.sha256(bytes, bytes.length - 1)));
        if (cut) {
            find(
                    Finding.Kind.TORN,
                    rest.line,
                    0,
                    "a crash cut this line short after " + (bytes.length - 1) + " bytes; the next record says so");
            return false;
        }
        foreign(rest);
        return true;
    }

    private void foreign(Pending rest) {
        boolean changed = rest.why.contains("hash");
        find(
                changed ? Finding.Kind.CHANGED : Finding.Kind.FOREIGN,
                rest.line,
                0,
                changed
                        ? "somebody changed this line after it was written: its hash is not that of its text"
                        : "this line is no record of Stet's: " + rest.why);
    }

    private void check(AuditRecord record, long line, boolean afterOther) {
        if (wanted.isPresent() && wanted.get().equals(record.hash())) {
            wantedSeen = true;
        }
        if (anchor.isPresent() && anchor.get().seq() == record.seq()) {
            anchorSeen = true;
            if (!anchor.get().hash().equals(record.hash())) {
                find(
                        Finding.Kind.ANCHOR,
                        line,
                        record.seq(),
                        "it is not the record that was written last: somebody" + " wrote another in its place");
            }
        }
        if (record.what().equals("lost")) {
            find(Finding.Kind.LOST, line, record.seq(), record.why());
        }
        if (last.isEmpty()) {
            first(record, line);
        } else if (!afterOther) {
            follow(last.get(), record, line);
        }
    }

    private void first(AuditRecord record, long line) {
        if (record.seq() != 1 && !partial) {
            find(
                    Finding.Kind.MISSING,
                    line,
                    record.seq(),
                    "the log begins here; records 1 to " + (record.seq() - 1)
                            + " were removed, or are in files that are elsewhere (then use --partial)");
        }
    }

    private void follow(AuditRecord before, AuditRecord record, long line) {
        long gap = record.seq() - before.seq() - 1;
        if (gap > 0) {
            String which = gap == 1
                    ? "record " + (before.seq() + 1) + " is"
                    : "records " + (before.seq() + 1) + " to " + (record.seq() - 1) + " are";
            find(
                    Finding.Kind.MISSING,
                    line,
                    record.seq(),
                    which + " not here where they belong: removed, or moved" + noted(record));
        } else if (gap < 0) {
            boolean same = record.hash().equals(before.hash());
            find(
                    Finding.Kind.MOVED,
                    line,
                    record.seq(),
                    same
                            ? "it is here a second time"
                            : "it belongs before record " + before.seq() + ": lines were moved or copied");
        } else if (!record.prev().equals(before.hash())) {
            find(
                    Finding.Kind.CHANGED,
                    line,
                    record.seq(),
                    "it was written after another record " + before.seq()
                            + " than the one that is here: somebody replaced that one, or all up to it");
        }
    }

    private static String noted(AuditRecord record) {
        return record.what().equals("broken") ? "; Stet noted it at " + record.time() : "";
    }

    private void checkEnd(Path newest, boolean anchored, boolean isDirectory) {
        long at = 1;
        if (pending.isPresent()) {
            Pending rest = pending.get();
            at = rest.line;
            if (rest.unfinished
                    && rest.bytes.toString(StandardCharsets.ISO_8859_1).indexOf('\n') < 0) {
                find(
                        Finding.Kind.UNFINISHED,
                        rest.line,
                        0,
                        "the last line is not whole: a crash cut it short, or it is" + " being written right now");
            } else {
                foreign(rest);
            }
        }
        long seq = last.map(AuditRecord::seq).orElse(0L);
        if (anchor.isPresent() && anchor.get().seq() > seq) {
            find(
                    Finding.Kind.END_REMOVED,
                    at,
                    0,
                    "the log ends with record " + seq + ", and " + anchor.get().seq()
                            + " were written: the end was removed");
        } else if (anchor.isPresent() && !anchorSeen && isDirectory) {
            find(Finding.Kind.ANCHOR, at, 0, "record " + anchor.get().seq() + ", which was once the last, is not here");
        } else if (anchor.isEmpty() && (anchored || isDirectory)) {
            find(
                    Finding.Kind.ANCHOR,
                    at,
                    0,
                    AuditFile.anchor(newest.toAbsolutePath())
                            + (anchored ? " is none of Stet's" : " is missing")
                            + ": whether the end of the log was removed cannot be told");
        }
        if (wanted.isPresent() && !wantedSeen) {
            find(
                    Finding.Kind.CHANGED,
                    at,
                    0,
                    "no record has the hash " + wanted.get() + ": the log was written anew, or it is another one");
        }
    }

    private void find(Finding.Kind kind, long line, long seq, String text) {
        if (kind.isProblem()) {
            problems++;
        }
        if (findings.size() < MAX_FINDINGS) {
            findings.add(new Finding(kind, file, line, seq, text));
        }
    }
}
