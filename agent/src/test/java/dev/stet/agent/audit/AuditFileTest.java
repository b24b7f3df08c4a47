package dev.stet.agent.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whatever is done to the files of a log, checking it says so; and what a crash does is told apart from that.
class AuditFileTest {
    private static final Who WHO = new Who(0, "root", Optional.of("alice"), 4711, "stet run");
    private static final String HOSTILE = "a\n\"},{\\ \u001b[31m\u202e\ud800 \u2028 \ud83d\ude00 end";

    @TempDir
    Path directory;

    private Path log() {
        return directory.resolve("audit.log");
    }

    private void append(int count) throws IOException {
        List<AuditEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(entry("change " + i));
        }
        new AuditFile(log()).append(entries, WHO);
    }

    private static AuditEntry entry(String why) {
        return new AuditEntry(
                Instant.parse("2026-11-23T03:00:00Z"),
                "verdict",
                why,
                Optional.of("fibers"),
                Optional.empty(),
                new JsonText().number("pid", 42));
    }

    private Verification verify() throws IOException {
        return new AuditVerifier(Optional.empty(), false).verify(directory).orElseThrow();
    }

    private void edit(UnaryOperator<List<String>> edit) throws IOException {
        List<String> lines = edit.apply(new ArrayList<>(Files.readAllLines(log())));
        Files.writeString(log(), lines.isEmpty() ? "" : String.join("\n", lines) + "\n");
    }

    @Test
    void whatWasWrittenIsWhole() throws IOException {
        append(3);
        append(2);
        Verification whole = verify();
        assertThat(whole.isWhole()).isTrue();
        assertThat(whole.findings()).isEmpty();
        assertThat(whole.records()).isEqualTo(5);
        assertThat(whole.last().orElseThrow().seq()).isEqualTo(5);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log())))
                .isEqualTo("rw-------");
    }

    @Test
    void textOfTargetsStaysOneText() throws IOException {
        AuditEntry entry = new AuditEntry(
                Instant.EPOCH,
                "verdict",
                HOSTILE,
                Optional.empty(),
                Optional.empty(),
                new JsonText().text("x", HOSTILE));
        new AuditFile(log()).append(List.of(entry), WHO);
        assertThat(Files.readAllLines(log())).hasSize(1);
        assertThat(Files.readString(log())).doesNotContain("\u001b", "\u202e", "\u2028");
        List<AuditRecord> read = new ArrayList<>();
        assertThat(AuditReader.read(directory, read::add)).isZero();
        assertThat(read.getFirst().why()).isEqualTo(HOSTILE);
        assertThat(read.getFirst().details().text("x")).contains(HOSTILE);
        assertThat(read.getFirst().who()).isEqualTo(WHO);
        assertThat(verify().isWhole()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "edited,             CHANGED",
        "removed,            MISSING",
        "first removed,      MISSING",
        "swapped,            MISSING",
        "duplicated,         MOVED",
        "copied to the end,  MOVED",
        "end removed,        END_REMOVED",
        "all removed,        END_REMOVED",
        "foreign,            FOREIGN",
        "foreign at the end, FOREIGN"
    })
    void tamperingIsFound(String how, Finding.Kind kind) throws IOException {
        append(6);
        edit(lines -> {
            switch (how) {
                case "edited" -> lines.set(2, lines.get(2).replace("change", "chanje"));
                case "removed" -> lines.remove(2);
                case "first removed" -> lines.removeFirst();
                case "swapped" -> Collections.swap(lines, 2, 3);
                case "duplicated" -> lines.add(3, lines.get(2));
                case "copied to the end" -> lines.add(lines.get(2));
                case "end removed" -> lines.removeLast();
                case "all removed" -> lines.clear();
                case "foreign" -> lines.add(2, "hello");
                case "foreign at the end" -> lines.add("hello");
                default -> throw new AssertionError(how);
            }
            return lines;
        });
        Verification found = verify();
        assertThat(found.isWhole()).isFalse();
        assertThat(found.firstProblem().orElseThrow().kind()).isEqualTo(kind);
    }

    /// Whoever writes a record anew, its hash too, is found by the next one; who does it to the last, by the anchor.
    @ParameterizedTest
    @CsvSource({"3, CHANGED", "5, ANCHOR"})
    void rehashedRecordIsFound(int at, Finding.Kind kind) throws IOException {
        append(6);
        List<AuditRecord> records = new ArrayList<>();
        var ignored = AuditReader.read(directory, records::add);
        AuditRecord old = records.get(at);
        byte[] line = AuditRecord.line(old.seq(), entry("nothing"), WHO, new JsonText(), old.prev());
        edit(lines -> {
            lines.set(at, new String(line, StandardCharsets.UTF_8).stripTrailing());
            return lines;
        });
        assertThat(verify().firstProblem().orElseThrow().kind()).isEqualTo(kind);
    }

    @Test
    void truncationAnywhereIsFoundOrTold() throws IOException {
        append(3);
        byte[] all = Files.readAllBytes(log());
        for (int length = 0; length < all.length; length++) {
            Files.write(log(), java.util.Arrays.copyOf(all, length));
            assertThat(verify().isWhole())
                    .as("%d of %d bytes", length, all.length)
                    .isFalse();
        }
    }

    /// A crash comes before the anchor is written.
    @Test
    void crashInTheMidstOfALineIsNotedAndNoTampering() throws IOException {
        append(3);
        Files.writeString(log(), "{\"seq\":4,\"time\":\"20", StandardOpenOption.APPEND);
        assertThat(verify().findings()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Finding.Kind.UNFINISHED);
            assertThat(finding.line()).isEqualTo(4);
        });
        append(2);
        Verification after = verify();
        assertThat(after.isWhole()).isTrue();
        assertThat(after.findings()).extracting(Finding::kind).containsExactly(Finding.Kind.TORN);
        assertThat(after.last().orElseThrow().seq()).isEqualTo(6);
    }

    /// What passes for a torn line must be the bytes that Stet saw.
    @Test
    void tornLineCannotBeUsedToHideAnother() throws IOException {
        append(3);
        Files.writeString(log(), "{\"seq\":4,", StandardOpenOption.APPEND);
        append(1);
        edit(lines -> {
            lines.set(3, "{\"seq\":5,");
            return lines;
        });
        assertThat(verify().firstProblem().orElseThrow().kind()).isEqualTo(Finding.Kind.FOREIGN);
    }

    @Test
    void aCrashBeforeTheAnchorLeavesTheLogAhead() throws IOException {
        append(3);
        byte[] anchor = Files.readAllBytes(directory.resolve("audit.log.last"));
        append(2);
        Files.write(directory.resolve("audit.log.last"), anchor);
        assertThat(verify().isWhole()).isTrue();
        append(1);
        assertThat(verify().records()).isEqualTo(6);
        assertThat(verify().isWhole()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"cut, MISSING", "anchor removed, ANCHOR", "anchor broken, ANCHOR", "last edited, CHANGED"})
    void theNextWriterNotesIt(String how, Finding.Kind kind) throws IOException {
        append(5);
        switch (how) {
            case "cut" ->
                edit(lines -> {
                    lines.removeLast();
                    return lines;
                });
            case "anchor removed" -> Files.delete(directory.resolve("audit.log.last"));
            case "anchor broken" -> Files.writeString(directory.resolve("audit.log.last"), "hello");
            case "last edited" ->
                edit(lines -> {
                    lines.set(4, lines.get(4).replace("change", "chanje"));
                    return lines;
                });
            default -> throw new AssertionError(how);
        }
        assertThat(verify().firstProblem()).isPresent();
        append(1);
        List<AuditRecord> records = new ArrayList<>();
        var ignored = AuditReader.read(directory, records::add);
        assertThat(records).extracting(AuditRecord::what).contains("broken");
        if (kind != Finding.Kind.ANCHOR) {
            assertThat(verify().firstProblem().orElseThrow().kind()).isEqualTo(kind);
        }
    }

    @Test
    void chainGoesOnOverFiles() throws IOException {
        AuditFile file = new AuditFile(log(), 1000);
        for (int i = 0; i < 30; i++) {
            file.append(List.of(entry("change " + i)), WHO);
        }
        Verification whole = verify();
        assertThat(whole.files()).hasSizeGreaterThan(5);
        assertThat(whole.records()).isEqualTo(30);
        assertThat(whole.isWhole()).isTrue();
        Files.delete(whole.files().get(1));
        assertThat(verify().firstProblem().orElseThrow().kind()).isEqualTo(Finding.Kind.MISSING);
        Files.delete(whole.files().get(0));
        Files.delete(whole.files().get(2));
        assertThat(verify().isWhole()).isFalse();
        assertThat(new AuditVerifier(Optional.empty(), true)
                        .verify(directory)
                        .orElseThrow()
                        .isWhole())
                .isTrue();
    }

    @Test
    void aHashThatWasNotedElsewhereIsLookedFor() throws IOException {
        append(3);
        String hash = verify().last().orElseThrow().hash();
        append(3);
        assertThat(new AuditVerifier(Optional.of(hash), false)
                        .verify(directory)
                        .orElseThrow()
                        .isWhole())
                .isTrue();
        Files.delete(log());
        Files.delete(directory.resolve("audit.log.last"));
        append(6);
        edit(lines -> lines);
        assertThat(new AuditVerifier(Optional.of("f".repeat(64)), false)
                        .verify(directory)
                        .orElseThrow()
                        .isWhole())
                .isFalse();
    }

    @Test
    void severalWritersMakeOneChain() throws IOException {
        List<CompletableFuture<Void>> writers = new ArrayList<>();
        for (int writer = 0; writer < 4; writer++) {
            writers.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 20; i++) {
                    try {
                        append(2);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                }
            }));
        }
        writers.forEach(CompletableFuture::join);
        assertThat(verify().isWhole()).isTrue();
        assertThat(verify().records()).isEqualTo(160);
    }

    @Test
    void noLogIsNoVerification() throws IOException {
        assertThat(new AuditVerifier(Optional.empty(), false).verify(directory)).isEmpty();
    }
}
