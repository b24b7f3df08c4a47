package dev.stet.agent.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log that cannot be written keeps nobody from working, and says later what is not in it.
class AuditLogTest {
    private static final Who WHO = new Who(0, "root", Optional.empty(), 1, "stet run");

    @TempDir
    Path directory;

    private final List<String> said = new CopyOnWriteArrayList<>();

    private static AuditEntry entry(int i) {
        return new AuditEntry(
                Instant.now(), "verdict", "change " + i, Optional.empty(), Optional.empty(), new JsonText());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(10);
        }
    }

    @Test
    void everythingIsWrittenAtTheEnd() throws IOException {
        try (AuditLog log =
                new AuditLog(new AuditFile(directory.resolve("audit.log")), WHO, Clock.systemUTC(), said::add)) {
            for (int i = 0; i < 1000; i++) {
                log.add(entry(i));
            }
        }
        Verification whole =
                new AuditVerifier(Optional.empty(), false).verify(directory).orElseThrow();
        assertThat(whole.records()).isEqualTo(1000);
        assertThat(whole.isWhole()).isTrue();
        assertThat(said).isEmpty();
    }

    @Test
    void whatFindsNoRoomIsCountedAndTheGapIsInTheChain() throws IOException, InterruptedException {
        Path missing = directory.resolve("state");
        try (AuditLog log =
                new AuditLog(new AuditFile(missing.resolve("audit.log")), WHO, Clock.systemUTC(), said::add, 10)) {
            for (int i = 0; i < 25; i++) {
                log.add(entry(i));
            }
            await(() -> said.size() == 1);
            assertThat(said.getFirst()).contains("cannot be written", "going on");
            Files.createDirectory(missing);
            await(() -> said.size() == 2);
            log.add(entry(99));
        }
        List<AuditRecord> records = new ArrayList<>();
        var ignored = AuditReader.read(missing, records::add);
        assertThat(records).hasSize(12);
        assertThat(records.get(10).what()).isEqualTo("lost");
        assertThat(records.get(10).details().number("count")).contains(15L);
        assertThat(records.get(11).why()).isEqualTo("change 99");
        Verification whole =
                new AuditVerifier(Optional.empty(), false).verify(missing).orElseThrow();
        assertThat(whole.isWhole()).isTrue();
        assertThat(whole.findings()).extracting(Finding::kind).containsExactly(Finding.Kind.LOST);
    }

    @Test
    void theEndDoesNotWaitForADiskThatIsFull() {
        long begin = System.nanoTime();
        try (AuditLog log =
                new AuditLog(new AuditFile(directory.resolve("no/audit.log")), WHO, Clock.systemUTC(), said::add)) {
            log.add(entry(1));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
        assertThat(said).anyMatch(line -> line.contains("1 records could not be written"));
    }
}
