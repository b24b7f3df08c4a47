package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `stet plan` on processes of ours: what would be lost and gained, and that nothing is attached to know it.
class PlanVerbTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private LibraryUsers users;
    private PolicyFiles before;
    private PolicyFiles after;

    @BeforeEach
    void prepare() throws IOException {
        Requires.root();
        users = LibraryUsers.in(directory);
        before = PolicyFiles.in(Files.createDirectory(directory.resolve("before")));
        after = PolicyFiles.in(Files.createDirectory(directory.resolve("after")));
    }

    @Test
    void lostAndGained() throws IOException {
        before.exempt("first", "{exe: {name: first-user}}");
        after.exempt("second", "{exe: {name: second-user}}");
        after.exempt("nowhere", "{exe: {glob: \"/no/such/**\"}, uid: 4294967294}");
        try (TargetProcess first = users.start("first-user", "loop", "1000", "0");
                TargetProcess second = users.start("second-user", "loop", "1000", "0")) {
            JsonNode plan = StetProcess.parse(plan(1, "--json").getFirst());
            assertThat(effect(plan, first.pid())).isIn("gained");
            assertThat(effect(plan, second.pid())).isIn("lost");
            assertThat(plan.path("idleRules"))
                    .extracting(rule -> rule.path("name").asString())
                    .containsExactly("nowhere");
            assertThat(Breakpoints.in(first.pid())).isEmpty();
            assertThat(Breakpoints.in(second.pid())).isEmpty();
            assertThat(plan(1))
                    .anyMatch(line -> line.startsWith("  lost") && line.contains("second ("))
                    .anyMatch(line -> line.startsWith("  gained") && line.contains("first ("))
                    .anyMatch(line -> line.startsWith("matches no process here: nowhere"));
        }
    }

    @Test
    void noChangeAndWrongFiles() {
        assertThat(plan(0).getFirst()).startsWith("nothing would change: ");
        after.save("wrong.yaml", PolicyFiles.exemption("x", "all", "{exe: {nmae: x}}"));
        assertThat(plan(65)).isEmpty();
    }

    private static String effect(JsonNode plan, long pid) {
        for (JsonNode process : plan.path("processes")) {
            if (process.path("pid").asLong() == pid) {
                return process.path("effect").asString();
            }
        }
        throw new AssertionError("process " + pid + " is not in " + plan);
    }

    private List<String> plan(int exitCode, String... options) {
        List<String> arguments =
                new ArrayList<>(List.of("plan", "--policy", after.option(), "--against", before.option()));
        arguments.addAll(List.of(options));
        try (StetProcess stet = StetProcess.start(arguments.toArray(String[]::new))) {
            assertThat(stet.waitFor(LIMIT)).as("%s", stet.stderr()).isEqualTo(exitCode);
            return stet.stdout();
        }
    }
}
