package dev.stet.agent.suggest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.BuildId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What each source tells, and what it does not.
class SourcesTest {
    private static final Instant BOOT = Instant.parse("2026-11-22T15:30:00Z");

    private static Reading kernel(String text) {
        return KernelLog.read("log", Samples.bytes(text), Optional.of(BOOT));
    }

    private static List<String> names(Reading reading) {
        return reading.findings().stream()
                .map(each -> each.clue().name().orElse("") + " "
                        + (each.clue().pid().isPresent() ? each.clue().pid().getAsInt() : "") + " " + each.end())
                .toList();
    }

    @Test
    void theKernelsOwnLinesTellOfProgramsWhateverTheyAreCalled() {
        Reading reading = kernel(Samples.KMSG);
        assertThat(names(reading))
                .containsExactly(
                        "stetcrash 6233 SIGSEGV",
                        "stet crash] of 6234 SIGSEGV",
                        "stetcrash 6235 SIGTRAP",
                        "stet crash] of 6238 SIGILL",
                        "stetcrash 6239 SIGSEGV",
                        "stetcrash 6241 SIGSEGV");
        assertThat(reading.refusals()).isEmpty();
        Finding first = reading.findings().getFirst();
        assertThat(first.place()).isEqualTo("log:2");
        assertThat(first.at()).contains(BOOT.plusSeconds(73479).plusNanos(783_008_000));
        assertThat(first.evidence()).startsWith("stetcrash[6233]: segfault at 10 ip");
    }

    @Test
    void linesThatProgramsPrintOfItTellTheSameWithoutATime() {
        Reading reading = kernel(Samples.PRINTED);
        assertThat(names(reading))
                .containsExactly(
                        "stetcrash 6233 SIGSEGV",
                        "stetcrash 6235 SIGTRAP",
                        "stetcrash 6237 SIGFPE",
                        "stetcrash 6233 SIGSEGV");
        assertThat(reading.findings()).allMatch(each -> each.at().isEmpty());
    }

    @Test
    void whatIsNamedLongerThanThreadsAreIsNamedByItsFile() {
        String line = "a-long-program-[7]: segfault at 1 ip 01 sp 02 error 6 in a-long-program-name[1,2+3]";
        assertThat(names(kernel(line))).containsExactly("a-long-program-name 7 SIGSEGV");
    }

    /// A thread's name has 15 bytes: too few for a line of its own.
    @ParameterizedTest
    @ValueSource(
            strings = {"]: segfault at", "a[1]: segfault ", "x[1] trap int3 ", "traps: shop[1] ", "kernel: shop[1]"})
    void aThreadsNameForgesNoOtherProcess(String comm) {
        String line = "6,1,2,-;" + comm + "[333]: segfault at 10 ip 01 sp 02 error 6 in z[119c,55+1000]";
        assertThat(kernel(line).findings()).allMatch(each -> each.clue().pid().equals(OptionalInt.of(333)));
    }

    @Test
    void aTrapWithoutANameIsACrash() {
        assertThat(names(kernel("traps: shop[7] ip:1 sp:2 error:0 in shop[1,2+3]")))
                .containsExactly("shop 7 ");
    }

    @Test
    void aCoreDumpIsOfAProgramAndItsBuild() {
        Reading reading = Coredumps.read("dumps", Samples.bytes(Samples.DUMPS));
        assertThat(reading.refusals()).isEmpty();
        Finding first = reading.findings().getFirst();
        assertThat(first.clue().exe()).contains("/srv/shop");
        assertThat(first.clue().build()).contains(new BuildId("f1c3bcc0aa"));
        assertThat(first.end()).isEqualTo("SIGSEGV");
        assertThat(first.at()).contains(Instant.ofEpochSecond(1795434912));
        assertThat(reading.findings().get(1).clue().exe()).contains("/srv/\ufffdü");
        assertThat(reading.findings().get(1).end()).isEqualTo("SIGABRT");
        assertThat(reading.findings().get(2).clue().name()).contains("onlycomm");
        assertThat(reading.findings().get(2).end()).isEqualTo("SIGTRAP");
    }

    @Test
    void whatJournalctlPrintsIsTakenWithEverythingElseThatIsInIt() {
        Reading reading = Coredumps.read("journalctl", Samples.bytes(Samples.JOURNAL));
        assertThat(reading.refusals()).isEmpty();
        assertThat(reading.findings())
                .extracting(Finding::evidence)
                .containsExactly("core dump of /srv/shop, pid 4711, SIGSEGV", "core dump of /srv/\ufffdü, SIGABRT");
    }

    @Test
    void aLineThatIsWrongIsRefusedWithItsPlaceAndTheOthersCount() {
        String text = Samples.DUMPS + "not json\n{\"MESSAGE\":\"hello\"}\n" + Samples.DUMPS;
        Reading reading = Coredumps.read("dumps", Samples.bytes(text));
        assertThat(reading.findings()).hasSize(6);
        assertThat(reading.refusals()).extracting(Refusal::place).containsExactly("dumps:4", "dumps:5");
        assertThat(reading.refusals().getLast().reason()).startsWith("it is no entry of systemd-coredump");
    }

    @Test
    void containersThatEndedBadlyAreFoundAndNoOthers() {
        Reading reading = Pods.read("pods", Samples.bytes(Samples.PODS));
        assertThat(reading.refusals()).isEmpty();
        assertThat(reading.findings())
                .extracting(Finding::evidence)
                .containsExactly(
                        "container app of pod web/shop-7d ended by SIGSEGV (Error), restarted 7 times",
                        "container init of pod default/job ended by exit 3 (Error), restarted 3 times");
        assertThat(reading.findings().getFirst().clue().container()).contains("ab".repeat(32));
        assertThat(reading.findings().getFirst().at()).contains(Instant.parse("2026-11-23T09:59:00Z"));
    }

    @Test
    void alertsThatFireAreFoundByTheirLabels() {
        Reading reading = Alerts.read("post", Samples.bytes(Samples.ALERTS));
        assertThat(reading.refusals()).isEmpty();
        assertThat(reading.findings()).hasSize(3);
        assertThat(reading.findings().getFirst().clue().exe()).contains("/srv/shop");
        assertThat(reading.findings().getFirst().end()).isEqualTo("SIGSEGV");
        assertThat(reading.findings().getFirst().evidence()).isEqualTo("Crash: shop crashed ü");
        assertThat(reading.findings().get(1).clue().container()).contains("cd".repeat(32));
        assertThat(reading.findings().get(2).clue().label()).isEqualTo("LatencyHigh");
    }

    @Test
    void whatIsNoJsonOrSomethingElseIsRefused() {
        assertThat(Pods.read("pods", Samples.bytes("{\"items\":[")).refusals())
                .containsExactly(new Refusal("pods", "it is no JSON, at byte 10: it ends too early"));
        assertThat(Pods.read("pods", Samples.bytes("{\"kind\":\"Node\"}")).refusals())
                .extracting(Refusal::reason)
                .containsExactly("it has no items; it takes what kubectl get pods -o json prints");
        assertThat(Alerts.read("post", Samples.bytes("{\"alerts\":5}")).refusals())
                .hasSize(1);
        assertThat(Alerts.read("post", Samples.bytes("[]")).refusals())
                .extracting(Refusal::reason)
                .containsExactly("it is JSON, but no object");
        assertThat(Alerts.read("post", new byte[0]).refusals()).hasSize(1);
    }

    @Test
    void moreThanAnybodyReadsIsCutAndSaid() {
        String line = "x[1]: segfault at 1 ip 01 sp 02 error 6 in x[1,2+3]\n";
        Reading reading = kernel(line.repeat(5000));
        assertThat(reading.findings()).hasSize(Reading.MAX_FINDINGS);
        assertThat(reading.refusals())
                .containsExactly(new Refusal("log", "more than 4000 findings; the rest is left out"));
        Reading wrong = Coredumps.read("dumps", "nonsense\n".repeat(100_000).getBytes(StandardCharsets.UTF_8));
        assertThat(wrong.refusals()).hasSize(6);
        assertThat(wrong.refusals().getLast().reason()).isEqualTo("99995 more of it could not be read");
    }
}
