package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// The targets do what their sources say while nobody touches them. What tests of Stet rely on is proved
/// here, without Stet.
class TargetsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    static Stream<Arguments> countedRuns() {
        return Stream.of(
                run(Targets::caller, "done rounds=20 checksum=7922d5bc541080de", "1000", "20"),
                run(Targets::caller, "done rounds=200000 checksum=340c381b44601348", "0", "100000", "1", "2"),
                run(Targets::sqliteUser, "done rounds=10 prepared=12 stepped=42 sum=30", "0", "10"),
                run(Targets::dnsUser, "done rounds=5 failed=0", "0", "5"),
                run(Targets::tlsPair, "done exchanges=20 written=87425 read=43715", "0", "20"),
                run(Targets::shapes, "done rounds=10 area=2280 returned=5 caught=5", "0", "10"),
                run(Targets::rustMain, "done rounds=12 greeted=108 returned=9 caught=3", "0", "12"));
    }

    private static Arguments run(Supplier<Path> target, String lastLine, String... arguments) {
        return Arguments.of(target, lastLine, arguments);
    }

    @ParameterizedTest
    @MethodSource("countedRuns")
    void endsWithWhatIsKnown(Supplier<Path> target, String lastLine, String[] arguments) {
        try (TargetProcess process = TargetProcess.startReady(target.get(), arguments)) {
            assertThat(process.waitFor(LIMIT)).isZero();
            assertThat(process.stdout()).last().isEqualTo(lastLine);
        }
    }

    @Test
    void libraryIsUsedRightAlsoByAForkedChild() {
        try (TargetProcess process =
                TargetProcess.startReady(Targets.uselib(), "--action", "fork", "loop", "1000", "300")) {
            process.signal("USR1");
            assertThat(process.waitFor(LIMIT)).isZero();
            List<String> done = process.stdout().stream()
                    .filter(line -> line.startsWith("done "))
                    .toList();
            assertThat(done)
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line).contains("rounds=300 ").endsWith("wrong=0"));
        }
    }

    @Test
    void libraryIsOpenedWhenAskedTo() {
        try (TargetProcess process = TargetProcess.start(Targets.uselib(), "--action", "dlopen", "loop", "1000", "0")) {
            var _ = process.awaitLine(line -> line.startsWith("started "), LIMIT);
            process.signal("USR1");
            process.awaitReady();
            assertThat(process.stop()).startsWith("done ").endsWith("wrong=0");
        }
    }

    @Test
    void libraryUserBecomesAnotherProgram() {
        String caller = Targets.caller().toString();
        try (TargetProcess process = TargetProcess.startReady(
                Targets.uselib(), "--action", "exec", caller, "1000", "20", "--", "loop", "1000", "0")) {
            process.signal("USR1");
            assertThat(process.waitFor(LIMIT)).isZero();
            assertThat(process.stdout()).last().isEqualTo("done rounds=20 checksum=7922d5bc541080de");
        }
    }

    @Test
    void costOfACallIsPrinted() {
        try (TargetProcess process = TargetProcess.startReady(Targets.uselib(), "cost", "11", "10000", "2")) {
            assertThat(process.waitFor(LIMIT)).isZero();
            assertThat(process.stdout())
                    .filteredOn(line -> line.matches("cost median_ns=[0-9]+[.][0-9]+"))
                    .hasSize(2);
        }
    }

    static Stream<Supplier<Path>> goBuilds() {
        return Stream.of(Targets::goHot, Targets::goHotStripped);
    }

    @ParameterizedTest
    @MethodSource("goBuilds")
    void goCountsItsCalls(Supplier<Path> target) {
        try (TargetProcess process = TargetProcess.startReady(target.get(), "-self", "1", "-goroutines", "20")) {
            assertThat(process.waitFor(LIMIT)).isZero();
            JsonNode counts = StetProcess.parse(process.stdout().getLast());
            Map<String, Long> byName = Stream.of("work", "handle", "failed", "risky", "boom")
                    .collect(Collectors.toMap(
                            name -> name, name -> counts.get(name).longValue()));
            assertThat(byName.get("handle")).isPositive().isEqualTo(byName.get("risky"));
            assertThat(byName.get("work")).isGreaterThan(byName.get("handle"));
        }
    }

    @Test
    void goServesUntilItIsStopped() {
        try (TargetProcess process =
                TargetProcess.startReady(Targets.goHot(), "-listen", "127.0.0.1:0", "-load", "2")) {
            var _ = process.awaitLine(line -> line.contains("addr=127.0.0.1:"), LIMIT);
            assertThat(process.stop()).matches("served [0-9]+ errors 0");
        }
    }
}
