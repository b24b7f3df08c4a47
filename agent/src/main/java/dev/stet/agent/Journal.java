package dev.stet.agent;

import dev.stet.agent.audit.JsonReader;
import dev.stet.agent.audit.JsonText;
import dev.stet.agent.audit.JsonValue;
import dev.stet.agent.audit.MalformedRecordException;
import dev.stet.facts.FileIdentity;
import dev.stet.kernel.OpenFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// What Stet is about to do with a file for the first time, written down before it does. If Stet ends in that step - it
/// crashed, was killed for its memory, or hung until somebody killed it - the next start finds a beginning without an
/// end, and leaves that file alone for a day: a file stops Stet once. What can be written is not lost by the end of
/// Stet; a crash of the machine may lose it. Safe for use by several threads.
final class Journal implements AutoCloseable {
    static final Duration TERM = Duration.ofDays(1);
    /// Steps that are remembered as survived; of more, some are written again.
    private static final int MAX_DONE = 16_384;
    /// Suspects at once: as many as there are threads that could have been in a step, many times over.
    private static final int MAX_SUSPECTS = 256;
    /// Lines, after which the file is begun anew.
    private static final int MAX_LINES = 4_000;
    /// Files are known again by their size and this many blocks, spread evenly.
    private static final int BLOCKS = 16;

    private static final int BLOCK_BYTES = 4096;

    private final Optional<Path> file;
    private final Clock clock;
    private final Consumer<AgentEvent> sink;
    private final Map<String, Suspect> suspects = new LinkedHashMap<>();
    private final Map<Integer, Begun> begun = new LinkedHashMap<>();
    private final Map<Done, Boolean> done = new LinkedHashMap<>();
    private Optional<FileChannel> out = Optional.empty();
    private int last;
    private int lines;

    /// A step that is under way.
    ///
    /// @param line as it was written
    /// @param nanos when it began, by [System#nanoTime]
    /// @param overdue it was found to be under way for too long
    private record Begun(String line, String step, String path, long nanos, boolean overdue) {
        Begun late() {
            return new Begun(line, step, path, nanos, true);
        }
    }

    private record Done(FileIdentity file, String step) {}

    /// A file that Stet ended at.
    ///
    /// @param step what it was doing: `reading`, `attaching to`
    /// @param path as Stet saw it
    /// @param at when the step began
    /// @param until when it is tried again
    record Suspect(String mark, String step, String path, Instant at, Instant until) {
        JsonText json() {
            return new JsonText()
                    .text("suspect", mark)
                    .text("step", step)
                    .text("path", path)
                    .text("at", at.toString())
                    .text("until", until.toString());
        }
    }

    /// What is done in a step.
    interface Body<T> {
        T run() throws IOException;
    }

    /// Opens it, and finds out what the last Stet ended at.
    ///
    /// @param file empty: nothing is written, and nothing suspected
    Journal(Optional<Path> file, Clock clock, Consumer<AgentEvent> sink) {
        this.file = file;
        this.clock = clock;
        this.sink = sink;
        file.ifPresent(path -> {
            try {
                read(path);
                begin(path);
            } catch (IOException e) {
                sink.accept(new AgentEvent.Notice("journal %s: %s; going on without it".formatted(path, Reason.of(e))));
            }
        });
    }

    /// What the last start of Stet found, and is left alone still. A beginning without an end is none yet: Stet may be
    /// at it.
    ///
    /// @throws IOException if it cannot be read
    static List<Suspect> suspects(Path path, int maxBytes, Instant now) throws IOException {
        if (Files.notExists(path)) {
            return List.of();
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(maxBytes);
        }
        List<Suspect> suspects = new ArrayList<>();
        for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n", -1)) {
            try {
                JsonValue.Fields fields = JsonReader.read(line);
                if (fields.text("suspect").isPresent() && suspects.size() < MAX_SUSPECTS) {
                    suspects.add(suspect(fields));
                }
            } catch (MalformedRecordException | NoSuchElementException | DateTimeException e) {
                // cut short
            }
        }
        suspects.removeIf(suspect -> !now.isBefore(suspect.until()));
        return suspects;
    }

    private static Suspect suspect(JsonValue.Fields fields) {
        return new Suspect(
                fields.text("suspect").orElseThrow(),
                fields.text("step").orElseThrow(),
                fields.text("path").orElseThrow(),
                Instant.parse(fields.text("at").orElseThrow()),
                Instant.parse(fields.text("until").orElseThrow()));
    }

    private void read(Path path) throws IOException {
        if (Files.notExists(path)) {
            return;
        }
        Instant now = clock.instant();
        Map<Long, Suspect> open = new LinkedHashMap<>();
        for (String line : Files.readAllLines(path, StandardCharsets.UTF_8)) {
            try {
                take(JsonReader.read(line), open, now);
            } catch (MalformedRecordException
                    | NoSuchElementException
                    | DateTimeException e) { // cut short: what it was of was not begun
            }
        }
        for (Suspect suspect : open.values()) {
            if (suspects.size() < MAX_SUSPECTS && suspects.put(suspect.mark(), suspect) == null) {
                sink.accept(new AgentEvent.Suspected(suspect.path(), suspect.step(), suspect.at(), suspect.until()));
            }
        }
    }

    private void take(JsonValue.Fields fields, Map<Long, Suspect> open, Instant now) {
        Optional<Long> end = fields.number("end");
        if (end.isPresent()) {
            open.remove(end.get());
            return;
        }
        Instant at = Instant.parse(fields.text("at").orElseThrow());
        String step = fields.text("step").orElseThrow();
        String path = fields.text("path").orElseThrow();
        Optional<Long> number = fields.number("begin");
        if (number.isPresent()) {
            String mark = fields.text("mark").orElseThrow();
            open.put(number.get(), new Suspect(mark, step, path, at, now.plus(TERM)));
        } else {
            Suspect suspect = suspect(fields);
            if (now.isBefore(suspect.until()) && suspects.size() < MAX_SUSPECTS) {
                suspects.put(suspect.mark(), suspect);
            }
        }
    }

    /// Begins the file anew, with what is still of interest.
    private void begin(Path path) throws IOException {
        List<String> rest = new ArrayList<>();
        suspects.values().forEach(suspect -> rest.add(suspect.json().toString()));
        begun.values().forEach(step -> rest.add(step.line()));
        String text = rest.isEmpty() ? "" : String.join("\n", rest) + "\n";
        StateDirectory.replace(path, text.getBytes(StandardCharsets.UTF_8));
        if (out.isPresent()) {
            out.get().close();
        }
        out = Optional.of(FileChannel.open(
                path,
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
        lines = rest.size();
    }

    /// Does something with a file that might end Stet.
    ///
    /// @param step for people: `reading`, `attaching to`
    /// @throws IOException as the body, or if Stet has ended at this file
    <T> T step(OpenFile opened, String step, Body<T> body) throws IOException {
        Done key = new Done(Binaries.identity(opened), step);
        if (file.isEmpty() || isDone(key)) {
            return body.run();
        }
        String mark = mark(opened);
        int number = begin(mark, step, opened);
        try {
            return body.run();
        } finally {
            end(number, key);
        }
    }

    private synchronized boolean isDone(Done key) {
        return done.containsKey(key);
    }

    private synchronized int begin(String mark, String step, OpenFile opened) throws IOException {
        Suspect suspect = suspects.get(mark);
        Instant now = clock.instant();
        if (suspect != null && now.isBefore(suspect.until())) {
            throw new IOException("Stet ended while it was %s this file, at %s; it is left alone until %s"
                    .formatted(suspect.step(), suspect.at(), suspect.until()));
        }
        last++;
        String path = path(opened);
        String line = new JsonText()
                .number("begin", last)
                .text("mark", mark)
                .text("step", step)
                .text("path", path)
                .text("at", now.toString())
                .toString();
        begun.put(last, new Begun(line, step, path, System.nanoTime(), false));
        write(line);
        return last;
    }

    private synchronized void end(int number, Done key) {
        begun.remove(number);
        write(new JsonText().number("end", number).toString());
        done.put(key, true);
        if (done.size() > MAX_DONE) {
            done.remove(done.keySet().iterator().next());
        }
    }

    /// Looks for a step that hangs: one that has lasted for this long, and then did not end until this was asked again.
    /// A Stet that was stopped itself ends its steps in between.
    ///
    /// @param limit far more than any step takes
    synchronized Optional<AgentEvent.Hung> hung(Duration limit) {
        for (Map.Entry<Integer, Begun> each : begun.entrySet()) {
            Begun step = each.getValue();
            Duration since = Duration.ofNanos(System.nanoTime() - step.nanos());
            if (since.compareTo(limit) > 0) {
                if (step.overdue()) {
                    return Optional.of(new AgentEvent.Hung(step.path(), step.step(), since));
                }
                each.setValue(step.late());
            }
        }
        return Optional.empty();
    }

    private void write(String line) {
        if (out.isEmpty()) {
            return;
        }
        try {
            if (lines >= MAX_LINES) {
                begin(file.orElseThrow());
            }
            ByteBuffer rest = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
            while (rest.hasRemaining()) {
                var ignored = out.get().write(rest);
            }
            lines++;
        } catch (IOException e) {
            out = Optional.empty();
            sink.accept(new AgentEvent.Notice(
                    "journal %s cannot be written: %s; should a binary end Stet, it will not be known which"
                            .formatted(file.orElseThrow(), Reason.of(e))));
        }
    }

    private static String path(OpenFile opened) {
        try {
            return Files.readSymbolicLink(Path.of(opened.selfPath())).toString();
        } catch (IOException e) {
            return "?";
        }
    }

    /// What a file is known again by, also when it is copied: not proof against somebody who makes two files alike, who
    /// gains no more than that Stet leaves both alone.
    private static String mark(OpenFile opened) throws IOException {
        long size = opened.status().size();
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(Long.toString(size).getBytes(StandardCharsets.US_ASCII));
            byte[] block = new byte[BLOCK_BYTES];
            for (int i = 0; i < BLOCKS; i++) {
                int read = opened.read(Math.max(size - BLOCK_BYTES, 0) / (BLOCKS - 1) * i, block, 0, BLOCK_BYTES);
                digest.update(block, 0, Math.max(read, 0));
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has it", e);
        }
    }

    /// To be called when nothing is in a step any more.
    @Override
    public synchronized void close() throws IOException {
        if (out.isPresent()) {
            out.get().close();
            out = Optional.empty();
        }
    }
}
