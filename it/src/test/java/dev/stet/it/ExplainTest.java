package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.it.Events.Event;
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

/// `stet explain` and `stet check`: every process has one verdict, with the rule, the clause and the facts
/// behind it.
class ExplainTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /// Beyond the largest that the kernel gives: PID_MAX_LIMIT.
    private static final String NO_PID = "4194305";

    @TempDir
    private Path directory;

    private LibraryUsers users;
    private PolicyFiles policy;

    @BeforeEach
    void prepare() {
        Requires.root();
        Requires.uprobeMulti();
        users = LibraryUsers.in(directory);
        policy = PolicyFiles.in(directory);
    }

    @Test
    void tracedProcessWithFactsAndProbes() throws IOException {
        policy.exempt("others", "{exe: {name: other-user}}");
        try (TargetProcess process = users.start("a-user", "loop", "1000", "0");
                StetProcess stet = users.trace(policy, LibraryUsers.SHARED_FN, "libstetdemo.so:f00*")) {
            long pid = process.pid();
            Event attached = Events.of(stet).awaitAttached(0, pid);
            int breakpoints = Breakpoints.in(pid).size();

            JsonNode explained = explainJson(pid);
            assertThat(explained.path("pid").asLong()).isEqualTo(pid);
            assertThat(explained.path("verdict").asString()).isEqualTo("trace");
            JsonNode facts = explained.path("facts");
            assertThat(facts.path("exe").asString())
                    .isEqualTo(users.program("a-user").toString());
            assertThat(facts.path("comm").asString()).isEqualTo("a-user");
            assertThat(facts.path("uid").asInt()).isZero();
            assertThat(facts.path("parent").asLong())
                    .isEqualTo(ProcessHandle.current().pid());
            assertThat(facts.path("args"))
                    .extracting(JsonNode::asString)
                    .endsWith("loop", "1000", "0")
                    .contains("--lib");
            assertThat(explained.path("problems")).isEmpty();
            List<String> functions = new ArrayList<>();
            long sum = 0;
            long all = 0;
            for (JsonNode function : explained.path("attached")) {
                assertThat(function.path("stet").asBoolean()).isTrue();
                assertThat(function.path("everyProcess").asBoolean()).isFalse();
                all += function.path("breakpoints").asLong();
                if (function.path("file").asString().endsWith("/libstetdemo.so")) {
                    functions.add(function.path("function").asString());
                    sum += function.path("breakpoints").asLong();
                } else {
                    // What tells how calls end, if not by a return.
                    assertThat(function.path("function").asString()).containsAnyOf("longjmp", "_Unwind");
                }
            }
            long total = all;
            assertThat(functions).contains("shared_fn", "f000", "f009").doesNotContain("f010");
            assertThat(sum).isEqualTo(attached.number("breakpoints"));
            assertThat(total).isEqualTo(breakpoints);

            List<String> text = explainText(pid);
            assertThat(text)
                    .anyMatch(
                            line -> line.startsWith("verdict") && line.endsWith("It is probed: no exemption matches."))
                    .anyMatch(
                            line -> line.startsWith("misses") && line.contains("others") && line.contains("no: exe '"))
                    .anyMatch(line -> line.startsWith("probes") && line.endsWith(" " + total + " breakpoints"))
                    .anyMatch(line -> line.contains("shared_fn in ") && line.endsWith("libstetdemo.so: 1"));
        }
    }

    @Test
    void exemptProcessWithRuleAndClause() {
        Path file = policy.exempt("by-name", "{exe: {name: \"exempt-*\"}}");
        try (TargetProcess process = users.start("exempt-user", "loop", "1000", "0")) {
            JsonNode explained = explainJson(process.pid());
            assertThat(explained.path("verdict").asString()).isEqualTo("exempt");
            assertThat(explained.path("aspects")).extracting(JsonNode::asString).containsExactly("all");
            JsonNode rule = explained.path("rules").path(0);
            assertThat(rule.path("name").asString()).isEqualTo("by-name");
            assertThat(rule.path("guard").asBoolean()).isFalse();
            assertThat(rule.path("file").asString()).isEqualTo(file.toString());
            assertThat(rule.path("line").asInt()).isEqualTo(3);
            assertThat(rule.path("evidence").asString())
                    .isEqualTo("exe '" + users.program("exempt-user") + "' has name exempt-*");
            assertThat(rule.path("reason").asString()).isEqualTo("a test wants it");
            assertThat(rule.path("owner").asString()).isEqualTo("tests@example.com");
            assertThat(rule.path("expires").asString()).isEqualTo("2099-01-01T00:00:00Z");
            assertThat(explained.path("attached")).isEmpty();

            assertThat(explainText(process.pid()))
                    .anyMatch(line -> line.startsWith("verdict") && line.contains("exempt by by-name"))
                    .anyMatch(line -> line.startsWith("applies") && line.contains(file + ":3"))
                    .anyMatch(line -> line.startsWith("           yes  exe '") && line.contains("has name exempt-*"))
                    .anyMatch(line -> line.startsWith("probes") && line.endsWith("none"));
        }
    }

    @Test
    void processExemptFromReturnsHasEntriesOnly() throws IOException {
        policy.save("r.yaml", PolicyFiles.exemption("no-returns", "returns", "{comm: a-user}"));
        try (TargetProcess process = users.start("a-user", "loop", "1000", "0");
                StetProcess stet = users.trace(policy, "libstetdemo.so:f00*")) {
            var _ = Events.of(stet).awaitAttached(0, process.pid());
            JsonNode explained = explainJson(process.pid());
            assertThat(explained.path("verdict").asString()).isEqualTo("exempt");
            assertThat(explained.path("aspects")).extracting(JsonNode::asString).containsExactly("returns");
            assertThat(explained.path("explanation").asString()).startsWith("exempt from return probes by no-returns");
            assertThat(explained.path("attached"))
                    .hasSize(10)
                    .allSatisfy(function ->
                            assertThat(function.path("breakpoints").asInt()).isEqualTo(1));
            assertThat(Breakpoints.in(process.pid())).hasSize(10);
        }
    }

    @Test
    void guardOfAKernelThread() throws IOException {
        Requires.require(Files.readString(Path.of("/proc/2/comm")).startsWith("kthreadd"), "the first PID namespace");
        JsonNode explained = explainJson(2);
        assertThat(explained.path("verdict").asString()).isEqualTo("exempt");
        JsonNode rule = explained.path("rules").path(0);
        assertThat(rule.path("guard").asBoolean()).isTrue();
        assertThat(rule.path("name").asString()).isEqualTo("kernel-thread");
        assertThat(explained.path("attached")).isEmpty();
        assertThat(explainText(2))
                .anyMatch(line ->
                        line.startsWith("verdict") && line.contains("it runs no program (guard kernel-thread)"));
    }

    @Test
    void wrongPolicyIsReportedAndProbesNothing() {
        Path file = policy.save("wrong.yaml", PolicyFiles.exemption("x", "all", "{exe: {nmae: x}}"));
        try (TargetProcess process = users.start("a-user", "loop", "1000", "0")) {
            JsonNode explained = explainJson(process.pid());
            assertThat(explained.path("rules").path(0).path("name").asString()).isEqualTo("no-valid-policy");
            assertThat(explained.path("problems").path(0).path("file").asString())
                    .isEqualTo(file.toString());
            assertThat(explained.path("problems").path(0).path("line").asInt()).isEqualTo(PolicyFiles.MATCH_LINE);
        }
    }

    /// Every clause of every rule, with the facts that no decision turned on.
    @Test
    void treeHasEveryClauseOfEveryRule() {
        policy.exempt("applies", "{any: [{exe: {name: a-user}}, {comm: x, uid: 5}], not: {uid: 7}}");
        policy.exempt("misses", "{exe: {name: nobody}}");
        try (TargetProcess process = users.start("a-user", "loop", "1000", "0")) {
            JsonNode explained = explainJson(process.pid());
            JsonNode rule = named(explained, "applies");
            assertThat(rule.path("state").asString()).isEqualTo("applies");
            JsonNode parts = rule.path("match").path("parts");
            assertThat(parts.path(0).path("of").asString()).isEqualTo("any");
            assertThat(parts.path(0).path("parts").path(1).path("parts")).hasSize(2);
            assertThat(parts.path(1).path("of").asString()).isEqualTo("not");
            assertThat(parts.path(1).path("answer").asString()).isEqualTo("yes");
            assertThat(named(explained, "misses").path("state").asString()).isEqualTo("misses");
            assertThat(explained.path("unknown").path("uid").isMissingNode()).isTrue();
            List<String> byPath = explain(users.program("a-user").toString());
            assertThat(byPath)
                    .filteredOn(line -> line.startsWith("process"))
                    .singleElement()
                    .asString()
                    .contains("" + process.pid());
        }
        List<String> nobody = explain(users.program("a-user").toString());
        assertThat(nobody).anyMatch(line -> line.startsWith("process") && line.contains("none runs"));
    }

    private static JsonNode named(JsonNode explained, String rule) {
        for (JsonNode each : explained.path("exemptions")) {
            if (each.path("name").asString().equals(rule)) {
                return each;
            }
        }
        throw new AssertionError("no rule " + rule + " in " + explained);
    }

    @Test
    void unknownProcess() {
        try (StetProcess stet = StetProcess.start("explain", "--policy", policy.option(), NO_PID)) {
            assertThat(stet.waitFor(LIMIT)).isEqualTo(66);
            assertThat(stet.stdout()).isEmpty();
            assertThat(stet.stderr()).containsExactly("stet: there is no process " + NO_PID + " (any more)");
        }
    }

    @Test
    void checkOfRightFiles() {
        Path right = policy.exempt("right", "{exe: {name: a-user}}");
        assertThat(check(0, right.toString())).containsExactly("ok: 1 exemption in 1 file");
        assertThat(check(0, policy.option())).containsExactly("ok: 1 exemption in 1 file");
        JsonNode json = StetProcess.parse(check(0, "--json", right.toString()).getFirst());
        assertThat(json.path("valid").asBoolean()).isTrue();
        assertThat(json.path("exemptions").asInt()).isEqualTo(1);
    }

    @Test
    void checkOfWrongFilesTellsEveryProblem() {
        Path right = policy.exempt("right", "{exe: {name: a-user}}");
        Path wrong = policy.save(
                "wrong.yaml",
                PolicyFiles.exemption("wrong", "everything", "{exe: {nmae: x}}")
                        .replace("  owner: tests@example.com\n", ""));
        int match = PolicyFiles.MATCH_LINE - 1;
        List<String> text = check(65, right.toString(), wrong.toString());
        assertThat(text)
                .anyMatch(line -> line.startsWith("error: " + wrong + ":" + match + ":17: ") && line.contains("nmae"))
                .anyMatch(line ->
                        line.startsWith("error: " + wrong + ":" + (match - 1) + ":12: ") && line.contains("everything"))
                .anyMatch(line -> line.startsWith("error: " + wrong + ":") && line.contains("owner"))
                .last()
                .isEqualTo("3 problems; nothing of it would be applied");
        JsonNode json = StetProcess.parse(check(65, "--json", wrong.toString()).getFirst());
        assertThat(json.path("valid").asBoolean(true)).isFalse();
        assertThat(json.path("problems")).hasSize(3);
        assertThat(check(66, directory.resolve("none.yaml").toString())).isEmpty();
    }

    /// @return what was printed
    private static List<String> check(int exitCode, String... arguments) {
        List<String> all = new ArrayList<>(List.of("check"));
        all.addAll(List.of(arguments));
        try (StetProcess stet = StetProcess.start(all.toArray(String[]::new))) {
            assertThat(stet.waitFor(LIMIT)).isEqualTo(exitCode);
            return stet.stdout();
        }
    }

    private JsonNode explainJson(long pid) {
        return StetProcess.parse(explain(pid, "--json").getFirst());
    }

    private List<String> explainText(long pid) {
        return explain(pid);
    }

    private List<String> explain(long pid, String... options) {
        return explain(Long.toString(pid), options);
    }

    private List<String> explain(String subject, String... options) {
        List<String> arguments = new ArrayList<>(List.of("explain", "--policy", policy.option(), subject));
        arguments.addAll(List.of(options));
        try (StetProcess stet = StetProcess.start(arguments.toArray(String[]::new))) {
            assertThat(stet.waitFor(LIMIT)).isZero();
            return stet.stdout();
        }
    }
}
