package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.it.ZooTarget.Expected;
import dev.stet.it.ZooTarget.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Programs that probes have harmed, or might: each ends as it does alone, and says the same, when Stet
/// probes it. What a tool does to them that thinks of nothing is measured, too, so that it is seen that
/// they can be harmed.
///
/// `docs/zoo.md` is written by `STET_RECORD=1 ./check it`, and compared otherwise, but for what was measured.
class ZooTest {
    private static final Path TABLE = StetProcess.HOME.resolve("docs/zoo.md");

    /// For trying single ones by hand: `STET_ZOO=go-.*`; the table is left alone then.
    private static final String ONLY = System.getenv().getOrDefault("STET_ZOO", "");

    private static final List<String> FUNCTIONS = List.of(
            "work -> ret",
            "work_* -> ret",
            "bait -> ret",
            "switch_to",
            "main.work -> ret",
            "uv_hrtime -> ret",
            "PyObject_Str -> ret",
            "zoo-library*.so:work -> ret");

    @TempDir
    private static Path directory;

    private static StetProcess stet;

    private final Map<String, Row> rows = new TreeMap<>();

    /// A line of the table. All but `naive` is the same wherever it is measured.
    private record Row(ZooTarget target, String naive, String stet) {
        String line() {
            return "| %s | %s | %s | %s | %s |".formatted(target.name(), target.row(), target.hazard(), naive, stet);
        }
    }

    @BeforeAll
    static void start() throws IOException {
        Requires.root();
        Requires.uprobeMulti();
        List<String> arguments = new ArrayList<>(List.of(
                "trace",
                "--exe",
                directory.toRealPath().resolve("stet") + "/**",
                "--policy",
                PolicyFiles.in(directory).option(),
                "--json"));
        arguments.addAll(FUNCTIONS);
        stet = StetProcess.start(arguments.toArray(String[]::new));
        var ignored = Events.of(stet).awaitApplied(0);
    }

    @AfterAll
    static void stop() {
        if (stet != null) {
            stet.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> zoo() {
        List<ZooTarget> targets = Zoo.targets().stream()
                .filter(target -> ONLY.isEmpty() || target.name().matches(ONLY))
                .toList();
        Stream<DynamicTest> each =
                targets.stream().map(target -> DynamicTest.dynamicTest(target.name(), () -> check(target)));
        return ONLY.isEmpty()
                ? Stream.concat(each, Stream.of(DynamicTest.dynamicTest("docs/zoo.md", () -> compare(targets))))
                : each;
    }

    private void check(ZooTarget target) throws Exception {
        Path place = directory.toRealPath();
        Outcome alone;
        try (ZooStage stage = new ZooStage.Alone(place.resolve("alone").resolve(target.name()))) {
            alone = target.script().run(stage);
        }
        // Or the comparison would be one of two failures.
        assertThat(alone.lines()).as("alone, exit " + alone.exit()).anyMatch(line -> line.startsWith("result "));
        assertThat(alone.exit()).isEqualTo(target.name().equals("exec-from-thread") ? 43 : 0);
        String naive = naive(target, alone, place.resolve("naive").resolve(target.name()));
        String done = probed(target, alone, place.resolve("stet").resolve(target.name()));
        rows.put(target.name(), new Row(target, naive, done));
    }

    private static String naive(ZooTarget target, Outcome alone, Path at) throws Exception {
        if (target.naive().isNone()) {
            return "";
        }
        try (ZooStage stage = new ZooStage.Naively(at, target.naive())) {
            Outcome outcome = target.script().run(stage);
            if (target.naive().harms()) {
                assertThat(outcome).as("harm by naive probing").isNotEqualTo(alone);
            }
            return target.naive().how() + ": " + outcome.against(alone);
        }
    }

    /// Stet's column, once it is true.
    private static String probed(ZooTarget target, Outcome alone, Path at) throws Exception {
        boolean byPid = target.name().equals("memfd");
        Expected expected = target.expected();
        String column;
        try (ZooStage.Probed stage = new ZooStage.Probed(at, stet, expected, false, byPid)) {
            Outcome outcome = target.script().run(stage);
            if (expected instanceof Expected.NeedsRule) {
                assertThat(outcome).as("harm that only a rule prevents").isNotEqualTo(alone);
                column = "**" + outcome.against(alone) + "**; with a rule: exempt, no harm";
            } else {
                assertThat(outcome)
                        .as(() -> "under Stet, which said " + stage.said())
                        .isEqualTo(alone);
                column = switch (expected) {
                    case Expected.Probed(int calls) -> {
                        stage.assertSeen(calls);
                        yield "probed, no harm";
                    }
                    case Expected.Exempt(String rule) -> "exempt: `" + rule + "`";
                    case Expected.Refused(String why) -> "refused: " + why;
                    case Expected.Undecided(String why) -> "left alone: " + why;
                    case Expected.NeedsRule _ -> throw new AssertionError();
                };
            }
        }
        if (expected instanceof Expected.NeedsRule) {
            Expected asked = new Expected.Exempt("stet-self-exemption-all");
            try (ZooStage.Probed stage =
                    new ZooStage.Probed(at.resolveSibling(target.name() + "-exempt"), stet, asked, true, false)) {
                assertThat(target.script().run(stage)).as("exempt").isEqualTo(alone);
            }
        }
        return column;
    }

    private void compare(List<ZooTarget> targets) throws IOException {
        assertThat(rows.keySet())
                .as("targets without harm; the table is made of all")
                .containsExactlyInAnyOrderElementsOf(
                        targets.stream().map(ZooTarget::name).toList());
        if (System.getenv("STET_RECORD") != null) {
            StringBuilder table = new StringBuilder(INTRODUCTION);
            targets.forEach(
                    target -> table.append(rows.get(target.name()).line()).append('\n'));
            Files.writeString(TABLE, table);
        }
        List<String> recorded = Files.readAllLines(TABLE).stream()
                .filter(line -> line.startsWith("| "))
                .skip(2)
                .map(ZooTest::stable)
                .toList();
        assertThat(targets.stream()
                        .map(target -> stable(rows.get(target.name()).line()))
                        .toList())
                .isEqualTo(recorded);
    }

    /// A line without what was measured.
    private static String stable(String line) {
        String[] columns = line.split(" \\| ", -1);
        columns[3] = "";
        return String.join(" | ", columns);
    }

    private static final String INTRODUCTION = """
            # The zoo

            Programs that probes have harmed, or might. `ZooTest` runs each of them alone, under a tool that thinks of nothing, and under Stet with
            probes at entries and returns; harm is another exit status, another output, or no end. The table is written by it
            (`STET_RECORD=1`); the column of naive probing is what was measured once, on Linux 6.18, and varies.

            Naive probing is one perf event on the file for every process, at the entry or as a return probe (uretprobe).
            **Bold** is harm that nothing foretells: such a program needs a rule, or asks for one itself (`STET_EXEMPT=all`).
            A gdb that sets a breakpoint at a probed instruction within a second of attaching loses it: that is how long it takes
            until Stet has seen the debugger and is gone. Nothing naive is tried on the stalled file system: every fork would wait.

            | Target | Row | Hazard | Naive probing | Stet |
            | --- | --- | --- | --- | --- |
            """;
}
