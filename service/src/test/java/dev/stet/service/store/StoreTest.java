package dev.stet.service.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.stet.agent.AgentEvent;
import dev.stet.facts.ExitStatus;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Verdict;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    Path directory;

    private static long now() {
        return EventRows.nanos(Instant.now());
    }

    private static void await(BooleanSupplier condition, String what) throws InterruptedException {
        long end = System.nanoTime() + 20 * SECOND;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(end);
            Thread.sleep(20);
        }
    }

    @Test
    void whatHappensIsInTheTablesThatAreMadeForIt() throws Exception {
        ProcessIdentity process = new ProcessIdentity(4711, 1);
        Path file;
        try (Kept kept = new Kept(directory)) {
            file = kept.file;
            kept.store.event(new AgentEvent.Notice("it is so"));
            kept.store.event(new AgentEvent.Judged(
                    process, "java", Optional.empty(), Verdict.guarded("stet-itself", "it is Stet"), false));
            kept.store.event(new AgentEvent.Ended(
                    process,
                    "java",
                    Optional.of(new AgentEvent.Ended.How(
                            new ExitStatus.Killed(11, false), Optional.empty(), Duration.ofSeconds(3)))));
            kept.store.event(new AgentEvent.PolicyApplied(
                    2,
                    AgentEvent.PolicyApplied.Cause.FILES,
                    1,
                    List.of(new AgentEvent.RuleChange(
                            "no-java", AgentEvent.RuleChange.Kind.ADDED, "/etc/stet/a.yaml", Optional.of("root"))),
                    new AgentEvent.Effect(1, 2, 0, Duration.ofMillis(1)),
                    List.of()));
        }
        assertThat(Asked.text(file, "SELECT group_concat(type) FROM (SELECT type FROM events ORDER BY time)"))
                .isEqualTo("notice,verdict,ended,policy");
        assertThat(Asked.text(file, "SELECT json ->> 'text' FROM events WHERE type = 'notice'"))
                .isEqualTo("it is so");
        assertThat(Asked.number(file, "SELECT count(*) FROM events WHERE json ->> 'time' = iso(time)"))
                .as("the event's own time is that of its row")
                .isGreaterThanOrEqualTo(1);
        assertThat(Asked.text(file, "SELECT pid || process || verdict || explanation FROM verdicts"))
                .startsWith("4711javaexemptexempt by ");
        assertThat(Asked.text(file, "SELECT status || ran_ns || coalesce(probed_ns, 'none') FROM exits"))
                .isEqualTo("SIGSEGV3000000000none");
        assertThat(Asked.text(file, "SELECT rule || kind || file || saved_by || generation FROM exemptions"))
                .isEqualTo("no-javaadded/etc/stet/a.yamlroot2");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void allCallsCountAndASampleIsKept() throws Exception {
        Path file;
        try (Kept kept = new Kept(directory)) {
            file = kept.file;
            for (int i = 1; i <= 10_000; i++) {
                kept.call("shop", "main.order", i * 1000L, now());
            }
            kept.call("shop", "main.untimed", -1, now());
        }
        assertThat(Asked.number(file, "SELECT count(*) FROM calls")).isBetween(100L, 200L);
        assertThat(Asked.number(file, "SELECT calls FROM functions WHERE function = 'main.order'"))
                .isEqualTo(10_000);
        assertThat(Asked.number(file, "SELECT sum_ns FROM functions WHERE function = 'main.order'"))
                .isEqualTo(50_005_000_000L);
        assertThat(Asked.number(file, "SELECT timed FROM functions WHERE function = 'main.untimed'"))
                .isZero();
        assertThat((double) Asked.number(file, "SELECT p99(latencies) FROM functions"))
                .isCloseTo(9_900_000, within(495_000.0));
        assertThat((double) Asked.number(file, "SELECT percentile(latencies, 50) FROM functions"))
                .isCloseTo(5_000_000, within(250_000.0));
    }

    @Test
    void theOldestGoFirstAndItStaysSmallOnTheDisk() throws Exception {
        StoreSettings settings =
                new StoreSettings(directory.resolve("store.db"), StoreSettings.MIN_BYTES, Duration.ofDays(7), 10);
        StoreFile onDisk = new StoreFile(settings.file());
        String text = "x".repeat(2000);
        long largest = 0;
        long dropped;
        try (Kept kept = new Kept(settings, Clock.systemUTC())) {
            for (int round = 0; round < 6; round++) {
                for (int i = 0; i < 4000; i++) {
                    kept.store.event(new AgentEvent.Notice("round " + round + " " + text));
                }
                kept.store.event(new AgentEvent.Notice("end of " + round));
                int wanted = round;
                await(
                        () -> !kept.troubles.isEmpty() || isLast(kept.file, "end of " + wanted),
                        "round " + round + " is written");
                assertThat(kept.troubles).as("round " + round).isEmpty();
                largest = Math.max(largest, onDisk.bytes());
            }
            dropped = kept.store.dropped();
        }
        assertThat(largest).isLessThanOrEqualTo(StoreSettings.MIN_BYTES);
        assertThat(dropped).isZero();
        assertThat(isThere(settings.file(), "end of 5")).isTrue();
        assertThat(isThere(settings.file(), "end of 0")).isFalse();
        assertThat(Asked.number(settings.file(), "SELECT count(*) FROM events")).isGreaterThan(1000);
        System.out.println("FIGURE: store of at most 8388608 bytes, 48 MB written: largest " + largest);
    }

    /// Reads little: a reader that is always there keeps SQLite from beginning its log anew.
    private static boolean isLast(Path file, String text) {
        try {
            return Asked.text(
                            file,
                            "SELECT coalesce((SELECT json ->> 'text' FROM events ORDER BY time DESC LIMIT 1), '')")
                    .equals(text);
        } catch (QueryException | IOException e) {
            return false; // not made yet
        }
    }

    private static boolean isThere(Path file, String text) {
        try {
            return Asked.number(file, "SELECT count(*) FROM events WHERE json LIKE '%\"" + text + "\"%'") > 0;
        } catch (QueryException | IOException e) {
            return false; // not made yet
        }
    }

    @Test
    void whatIsTooOldGoes() throws Exception {
        StoreSettings settings =
                new StoreSettings(directory.resolve("store.db"), StoreSettings.MIN_BYTES, Duration.ofHours(1), 10);
        try (Kept kept = new Kept(settings, Clock.systemUTC())) {
            for (int i = 0; i < 3000; i++) {
                long time = now() - 7200 * SECOND + i;
                kept.store.event(new AgentEvent.Notice("new"));
                kept.store.keep(rows -> Kept.row(rows, "old", "f", 1, time));
            }
        }
        // At the end of its life it looks, too.
        assertThat(Asked.number(settings.file(), "SELECT count(*) FROM calls")).isZero();
        assertThat(Asked.number(settings.file(), "SELECT count(*) FROM events")).isEqualTo(3000);
    }

    @Test
    void aLimitThatWasLoweredCounts() throws Exception {
        Path file = directory.resolve("store.db");
        fill(new StoreSettings(file, 32 << 20, Duration.ofDays(7), 10), 8000);
        assertThat(new StoreFile(file).bytes()).isGreaterThan(StoreSettings.MIN_BYTES);
        StoreSettings lower = new StoreSettings(file, StoreSettings.MIN_BYTES, Duration.ofDays(7), 10);
        try (Kept kept = new Kept(lower, Clock.systemUTC())) {
            await(
                    () -> {
                        kept.store.event(new AgentEvent.Notice("more"));
                        return bytes(file) <= StoreSettings.MIN_BYTES;
                    },
                    "it is as small as it is to be");
        }
    }

    private static long bytes(Path file) {
        try {
            return new StoreFile(file).bytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void fill(StoreSettings settings, int events) {
        try (Kept kept = new Kept(settings, Clock.systemUTC())) {
            for (int i = 0; i < events; i++) {
                kept.store.event(new AgentEvent.Notice("y".repeat(2000)));
            }
        }
    }

    @Test
    void aDamagedFileIsPutAside() throws Exception {
        Path file = directory.resolve("store.db");
        fill(new StoreSettings(file, StoreSettings.MIN_BYTES, Duration.ofDays(7), 10), 500);
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            for (long at = 100; at < raw.length(); at += 512) {
                raw.seek(at);
                raw.write(new byte[400]);
            }
        }
        try (Kept kept = new Kept(directory)) {
            kept.store.event(new AgentEvent.Notice("after"));
            await(() -> isThere(file, "after"), "a new one is begun " + kept.troubles);
            assertThat(kept.said).singleElement().asString().contains("damaged", "store.db.damaged");
        }
        assertThat(directory.resolve("store.db.damaged")).exists();
    }

    @Test
    void textIsNoStoreAndIsPutAside() throws Exception {
        Path file = directory.resolve("store.db");
        Files.writeString(file, "this is no database at all, but a text of a hundred characters or so\n".repeat(20));
        try (Kept kept = new Kept(directory)) {
            kept.store.event(new AgentEvent.Notice("after"));
            await(() -> isThere(file, "after"), "a new one is begun " + kept.troubles);
        }
    }

    @Test
    void aNewerStetsFileIsPutAsideWhole() throws Exception {
        Path file = directory.resolve("store.db");
        fill(new StoreSettings(file, StoreSettings.MIN_BYTES, Duration.ofDays(7), 10), 5);
        change(file, "PRAGMA user_version = 99");
        assertThat(failure(file, "SELECT 1")).contains("newer Stet");
        try (Kept kept = new Kept(directory)) {
            kept.store.event(new AgentEvent.Notice("after"));
            await(() -> isThere(file, "after"), "a new one is begun");
            assertThat(kept.said).singleElement().asString().contains("newer Stet", "store.db.newer");
        }
        change(directory.resolve("store.db.newer"), "PRAGMA user_version = 1");
        assertThat(Asked.number(directory.resolve("store.db.newer"), "SELECT count(*) FROM events"))
                .isEqualTo(5);
    }

    private static void change(Path file, String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            var ignored = statement.execute(sql);
        }
    }

    private static String failure(Path file, String sql) throws IOException {
        try {
            var ignored = Asked.of(file, sql);
            return "answered";
        } catch (QueryException e) {
            return e.getMessage();
        }
    }

    @Test
    void whatIsNotOursIsNotTouched() throws Exception {
        Path other = directory.resolve("other.db");
        Files.createFile(other, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        change(other, "CREATE TABLE precious (x)");
        byte[] before = Files.readAllBytes(other);
        assertThat(trouble(other)).contains("another program's database");
        assertThat(Files.readAllBytes(other)).isEqualTo(before);

        Path link = directory.resolve("link.db");
        Files.createSymbolicLink(link, other);
        assertThat(trouble(link)).contains("symbolic link");
        assertThat(Files.isSymbolicLink(link)).isTrue();

        Path open = directory.resolve("open.db");
        Files.createFile(open);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThat(trouble(open)).contains("chmod go-w");
        assertThat(Files.size(open)).isZero();

        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");
        Path foreign = directory.resolve("foreign.db");
        Files.createFile(foreign);
        Files.setAttribute(foreign, "unix:uid", 12345, LinkOption.NOFOLLOW_LINKS);
        assertThat(trouble(foreign)).contains("belongs to somebody else");
    }

    private static String trouble(Path file) throws InterruptedException {
        StoreSettings settings = new StoreSettings(file, StoreSettings.MIN_BYTES, Duration.ofDays(7), 10);
        try (Kept kept = new Kept(settings, Clock.systemUTC())) {
            kept.store.event(new AgentEvent.Notice("lost"));
            await(() -> !kept.troubles.isEmpty(), "it is told");
            assertThat(kept.store.dropped()).isEqualTo(1);
            assertThat(kept.store.trouble()).hasValue(kept.troubles.getFirst());
            return kept.troubles.getFirst();
        }
    }

    @Test
    void itSurvivesThatItIsKilled() throws Exception {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx64m",
                "-Djava.io.tmpdir=" + directory,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path") + ":" + System.getProperty("jdk.module.path", "") + ":"
                        + Path.of(KilledStore.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI())
                        + ":"
                        + Path.of("target/test-classes").toAbsolutePath(),
                KilledStore.class.getName(),
                directory.toString()));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String first = child.inputReader().readLine();
        assertThat(first).isEqualTo("writing");
        Path file = directory.resolve("store.db");
        await(() -> isThere(file, "kept 1"), "it has written");
        Thread.sleep(1500);
        child.destroyForcibly();
        assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).isEqualTo(137);
        long before = Asked.number(file, "SELECT count(*) FROM events");
        assertThat(before).isGreaterThan(100);
        try (Kept kept = new Kept(directory)) {
            kept.store.event(new AgentEvent.Notice("after"));
            await(() -> isThere(file, "after"), "it is written again");
            assertThat(kept.said).isEmpty();
        }
        assertThat(Asked.number(file, "SELECT count(*) FROM events")).isEqualTo(before + 1);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("PRAGMA integrity_check")) {
            assertThat(found.getString(1)).isEqualTo("ok");
        }
    }

    @Test
    void aFullDiskIsToldOfAndOver() throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");
        Path disk = Files.createDirectory(directory.resolve("disk"));
        run("mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "stet-test", disk.toString());
        try (Kept kept = new Kept(disk)) {
            kept.store.event(new AgentEvent.Notice("before"));
            await(() -> isThere(kept.file, "before"), "it is written");
            Path filler = disk.resolve("filler");
            assertThat(new ProcessBuilder("dd", "if=/dev/zero", "of=" + filler, "bs=64k", "status=none")
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor())
                    .isNotZero();
            for (int i = 0; kept.troubles.isEmpty() && i < 100; i++) {
                for (int j = 0; j < 200; j++) {
                    kept.store.event(new AgentEvent.Notice("z".repeat(2000)));
                }
                Thread.sleep(200);
            }
            assertThat(kept.troubles).isNotEmpty();
            assertThat(kept.store.dropped()).isPositive();
            assertThat(isThere(kept.file, "before"))
                    .as("it can be asked all the same")
                    .isTrue();
            Files.delete(filler);
            await(() -> kept.store.trouble().isEmpty(), "it is over");
            kept.store.event(new AgentEvent.Notice("after"));
            await(() -> isThere(kept.file, "after"), "it is written again " + kept.troubles);
            assertThat(kept.troubles.getLast()).isEmpty();
        } finally {
            run("umount", disk.toString());
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }

    @Test
    void whoBringsCallsDoesNotWait() throws Exception {
        Path file;
        long calls = 3_000_000;
        long nanos;
        try (Kept kept = new Kept(directory)) {
            file = kept.file;
            for (int i = 0; i < 1_000_000; i++) {
                kept.call("shop", "main.order", i, i);
            }
            long begin = System.nanoTime();
            for (int i = 0; i < calls; i++) {
                kept.call("shop", "main.order", i & 0xfffff, i);
            }
            nanos = (System.nanoTime() - begin) / calls;
        }
        System.out.println("FIGURE: store: " + nanos + " ns a call for the thread that brings it");
        assertThat(nanos).isLessThan(1000);
        assertThat(Asked.number(file, "SELECT sum(calls) FROM functions")).isEqualTo(4_000_000);
    }

    @Test
    void itWritesQuickly() throws Exception {
        NativeLibrary.load(Asked.library());
        StoreSettings settings =
                new StoreSettings(directory.resolve("store.db"), 256 << 20, Duration.ofDays(7), 10_000);
        int rows = 200_000;
        long nanos;
        long bytes;
        try (Database database = Database.open(new StoreFile(settings.file()), settings)) {
            long begin = System.nanoTime();
            for (int i = 0; i < rows; i++) {
                Kept.row(database, "shop", "github.com/example/shop.(*Server).order", 1234567 + i, now());
                if (i % 500 == 499) {
                    database.commit();
                }
            }
            nanos = System.nanoTime() - begin;
            bytes = database.usedBytes();
        }
        System.out.println("FIGURE: store: " + rows * SECOND / nanos + " calls a second written, " + bytes / rows
                + " bytes a call on the disk");
        assertThat(bytes / rows).isLessThan(400);
    }
}
