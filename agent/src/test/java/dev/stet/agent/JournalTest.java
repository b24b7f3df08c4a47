package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stet.kernel.OpenFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file that ends Stet ends it once. That Stet has ended is a journal that is not closed, and another one of the
/// same file.
class JournalTest {
    @TempDir
    private Path directory;

    private final HandClock clock = new HandClock("2027-03-01T00:00:00Z");
    private final List<AgentEvent> events = new ArrayList<>();
    private Path file;
    private Path bad;

    @BeforeEach
    void prepare() throws IOException {
        file = directory.resolve("journal");
        bad = binary("bad", 300_000, 1);
    }

    private Path binary(String name, int size, long seed) throws IOException {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return Files.write(directory.resolve(name), bytes);
    }

    private Journal journal() {
        return new Journal(Optional.of(file), clock, events::add);
    }

    private static String read(Journal journal, Path binary) throws IOException {
        try (OpenFile opened = OpenFile.open(binary.toString(), _ -> {})) {
            return journal.step(opened, "reading", () -> "read");
        }
    }

    /// In a step of which the end is never written, for that is written by who has survived it.
    private void endsIn(Path binary) throws Exception {
        Journal journal = journal();
        try (OpenFile opened = OpenFile.open(binary.toString(), _ -> {})) {
            var _ = journal.step(opened, "reading", () -> {
                Files.copy(file, directory.resolve("as-it-was"));
                return "";
            });
        }
        journal.close();
        Files.move(directory.resolve("as-it-was"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    /// It is told of at the second look, for Stet may have been stopped itself; and the next start suspects the file.
    @Test
    void aStepThatHangsIsFoundAtTheSecondLook() throws Exception {
        Journal journal = journal();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch enough = new CountDownLatch(1);
        Thread thread = Thread.ofPlatform().start(() -> {
            try (OpenFile opened = OpenFile.open(bad.toString(), _ -> {})) {
                var _ = journal.step(opened, "reading", () -> {
                    begun.countDown();
                    return waits(enough);
                });
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        begun.await();
        assertThat(journal.hung(Duration.ofMinutes(1))).isEmpty();
        assertThat(journal.hung(Duration.ofMinutes(1))).isEmpty();
        assertThat(journal.hung(Duration.ZERO)).isEmpty();
        assertThat(journal.hung(Duration.ZERO)).hasValueSatisfying(hung -> {
            assertThat(hung.path()).isEqualTo(bad.toString());
            assertThat(hung.step()).isEqualTo("reading");
        });
        try (Journal next = journal()) {
            assertThatThrownBy(() -> read(next, bad)).hasMessageContaining("it is left alone until");
        }
        enough.countDown();
        thread.join();
        assertThat(journal.hung(Duration.ZERO)).isEmpty();
        journal.close();
    }

    private static boolean waits(CountDownLatch until) {
        try {
            return until.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void whatEndedStetIsLeftAloneForADayAndEverythingElseIsNot() throws Exception {
        Path good = binary("good", 300_000, 2);
        endsIn(bad);
        try (Journal journal = journal()) {
            assertThat(events).singleElement().isInstanceOfSatisfying(AgentEvent.Suspected.class, suspected -> {
                assertThat(suspected.path()).isEqualTo(bad.toString());
                assertThat(suspected.until()).isEqualTo(clock.instant().plus(Duration.ofDays(1)));
            });
            assertThatThrownBy(() -> read(journal, bad))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("Stet ended while it was reading this file, at 2027-03-01T00:00:00Z");
            assertThat(read(journal, good)).isEqualTo("read");
        }
        clock.move(Duration.ofHours(23));
        try (Journal journal = journal()) {
            assertThatThrownBy(() -> read(journal, bad))
                    .as("also after another start")
                    .isInstanceOf(IOException.class);
            clock.move(Duration.ofHours(1));
            assertThat(read(journal, bad)).isEqualTo("read");
        }
        assertThat(events).hasSize(1);
    }

    @Test
    void aCopyOfItIsKnownAgain() throws Exception {
        endsIn(bad);
        Path copy = Files.copy(bad, directory.resolve("another name"));
        try (Journal journal = journal()) {
            assertThatThrownBy(() -> read(journal, copy)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aRefusalOrAMistakeOfStetsIsNoEnd() throws Exception {
        try (Journal journal = journal();
                OpenFile opened = OpenFile.open(bad.toString(), _ -> {})) {
            assertThatThrownBy(() -> journal.step(opened, "reading", () -> {
                        throw new IOException("malformed");
                    }))
                    .hasMessage("malformed");
        }
        try (Journal journal = journal()) {
            assertThat(events).isEmpty();
            assertThat(read(journal, bad)).isEqualTo("read");
        }
    }

    @Test
    void whatWasSurvivedOnceIsNotWrittenAgain() throws IOException {
        try (Journal journal = journal()) {
            var _ = read(journal, bad);
            long size = Files.size(file);
            assertThat(size).isPositive();
            var _ = read(journal, bad);
            assertThat(Files.size(file)).isEqualTo(size);
        }
    }

    @Test
    void itStaysSmall() throws IOException {
        Path small = directory.resolve("small");
        try (Journal journal = journal()) {
            for (int i = 0; i < 2_500; i++) {
                Files.writeString(small, "file " + i);
                var _ = read(journal, small);
            }
            assertThat(Files.readAllLines(file)).hasSizeLessThan(4_001);
        }
    }

    @Test
    void aJournalOfAnythingElseStopsNothing() throws IOException {
        for (String text : List.of("{\"begin\":1", "\0\0\0", "{}", "{\"begin\":1}", "{\"suspect\":\"a\"}\n\n[]")) {
            Files.writeString(file, text);
            try (Journal journal = journal()) {
                assertThat(read(journal, bad)).as(text).isEqualTo("read");
            }
        }
        assertThat(events).isEmpty();
    }

    @Test
    void withoutAPlaceNothingIsWritten() throws IOException {
        try (Journal journal = new Journal(Optional.empty(), clock, events::add)) {
            assertThat(read(journal, bad)).isEqualTo("read");
        }
        try (Journal journal = new Journal(Optional.of(directory.resolve("none/journal")), clock, events::add)) {
            assertThat(read(journal, bad)).isEqualTo("read");
        }
        assertThat(events).singleElement().isInstanceOf(AgentEvent.Notice.class);
    }
}
