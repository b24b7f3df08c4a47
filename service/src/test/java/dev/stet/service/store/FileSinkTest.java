package dev.stet.service.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.agent.AgentEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSinkTest {
    @TempDir
    private Path directory;

    private Path file;
    private volatile String trouble = "";

    @BeforeEach
    void own() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        file = directory.resolve("stet.jsonl");
    }

    private FileSink sink(Path to, int keep) {
        return new FileSink(
                new FileSettings(to, FileSettings.MIN_BYTES, keep),
                Clock.systemUTC(),
                _ -> List.of(),
                text -> trouble = text);
    }

    private static void say(FileSink sink, int from, int count) {
        for (int i = from; i < from + count; i++) {
            sink.event(new AgentEvent.Notice("notice " + i));
        }
    }

    private static void await(BooleanSupplier done) {
        long deadline = System.nanoTime() + 30_000_000_000L;
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static List<String> lines(Path path) {
        try {
            return Files.exists(path) ? Files.readAllLines(path) : List.of();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everyEventIsALineInOrder() throws IOException {
        try (FileSink sink = sink(file, 0)) {
            say(sink, 0, 100);
        }
        List<String> lines = lines(file);
        assertThat(lines).hasSize(100);
        for (int i = 0; i < 100; i++) {
            assertThat(lines.get(i)).startsWith("{\"type\":\"notice\"").contains("notice " + i + "\"");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void aFullFileIsRenamedAndNoLineIsCutOrLost() {
        List<String> all = new ArrayList<>();
        try (FileSink sink = sink(file, 3)) {
            // A quarter of a file at a time, so that none of it is dropped.
            for (int i = 0; i < 10; i++) {
                int from = 200 * i;
                say(sink, from, 200);
                await(() -> found("notice " + (from + 199) + "\""));
            }
            assertThat(sink.dropped()).isZero();
        }
        assertThat(directory.resolve("stet.jsonl.1"))
                .exists()
                .satisfies(path -> assertThat(Files.size(path)).isLessThanOrEqualTo(FileSettings.MIN_BYTES));
        assertThat(directory.resolve("stet.jsonl.4")).doesNotExist();
        for (int n = 3; n > 0; n--) {
            all.addAll(lines(directory.resolve("stet.jsonl." + n)));
        }
        all.addAll(lines(file));
        int first = 2000 - all.size();
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i)).contains("notice " + (first + i) + "\"").endsWith("}");
        }
    }

    private boolean found(String text) {
        return lines(file).stream().anyMatch(line -> line.contains(text));
    }

    @Test
    void whoRenamesItGetsANewOne() throws IOException {
        try (FileSink sink = sink(file, 0)) {
            say(sink, 0, 1);
            await(() -> found("notice 0"));
            Files.move(file, directory.resolve("taken"));
            int[] next = {1};
            await(() -> {
                say(sink, next[0]++, 1);
                return !lines(file).isEmpty();
            });
            assertThat(sink.dropped()).isZero();
        }
    }

    @Test
    void aFullDiskCostsLinesAndIsToldOf() throws IOException {
        // Writing to it always fails so.
        FileSink sink = sink(directory.resolve("full"), 0);
        Files.createSymbolicLink(directory.resolve("full"), Path.of("/dev/full"));
        say(sink, 0, 10);
        await(() -> !trouble.isEmpty());
        assertThat(trouble).contains("no plain file");
        assertThat(sink.dropped()).isEqualTo(10);
        Files.delete(directory.resolve("full"));
        await(() -> {
            say(sink, 0, 1);
            return trouble.isEmpty();
        });
        assertThat(lines(directory.resolve("full"))).isNotEmpty();
        sink.close();
    }

    @Test
    void aTornLineIsNotGoneOnWith() throws IOException {
        Files.writeString(file, "{\"type\":\"not");
        try (FileSink sink = sink(file, 0)) {
            say(sink, 0, 1);
        }
        assertThat(lines(file)).hasSize(2).last().asString().startsWith("{").contains("notice 0");
    }

    @Test
    void aDirectoryThatOthersMayWriteToIsRefused() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (FileSink sink = sink(file, 0)) {
            say(sink, 0, 1);
            await(() -> !trouble.isEmpty());
            assertThat(trouble).contains("chmod go-w");
        }
        assertThat(file).doesNotExist();
    }
}
