package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.it.Events.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What is written into the policy directory is so at once, also for processes that are probed already.
class LivePolicyTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int PROCESSES = 20;

    @TempDir
    private Path directory;

    private LibraryUsers users;
    private PolicyFiles policy;

    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    @Test
    void twentyProcessesOfTwoHundredFunctionsAreLetGoAndComeBack() throws IOException, InterruptedException {
        prepare();
        List<TargetProcess> processes = new ArrayList<>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                processes.add(users.start("a-user", "loop", "1000000", "0"));
            }
            List<Long> pids = processes.stream().map(TargetProcess::pid).toList();
            try (StetProcess stet = users.trace(policy, LibraryUsers.ALL_200)) {
                Events events = Events.of(stet);
                // Beside these there are Stet's own, which tell how calls end and are not counted.
                long own = pids.stream()
                        .mapToLong(pid -> events.awaitAttached(0, pid).number("breakpoints"))
                        .sum();
                Breakpoints before = Breakpoints.of(pids);
                assertThat(before.count()).isGreaterThanOrEqualTo(PROCESSES * 400);

                int from = events.now();
                long saved = System.nanoTime();
                policy.exempt("a-user", "{exe: {name: a-user}}");
                long gone = before.untilGone(LIMIT);
                Event applied = events.awaitApplied(from);
                Figure.print(
                        ("exempting %d breakpoints in %d processes: from saving the file, the last is gone after %.1f ms, "
                                        + "reported after %.1f ms; Stet says %.1f ms")
                                .formatted(
                                        before.count(),
                                        PROCESSES,
                                        Figure.millis(gone - saved),
                                        Figure.millis(applied.nanos() - saved),
                                        Figure.millis(applied.number("tookNanos"))));
                assertThat(applied.number("breakpointsRemoved")).isEqualTo(own);
                assertThat(applied.number("breakpointsPlanted")).isZero();
                assertUntouched(pids);

                int again = events.now();
                long deleted = System.nanoTime();
                Files.delete(policy.file("a-user.yaml"));
                long last = pids.stream()
                        .mapToLong(pid -> events.awaitAttached(again, pid).nanos())
                        .max()
                        .orElseThrow();
                Event back = events.awaitApplied(again);
                Figure.print(
                        ("removing the exemption: from deleting the file, the last of %d breakpoints is back after %.1f ms, "
                                        + "reported after %.1f ms; Stet says %.1f ms")
                                .formatted(
                                        before.count(),
                                        Figure.millis(last - deleted),
                                        Figure.millis(back.nanos() - deleted),
                                        Figure.millis(back.number("tookNanos"))));
                assertThat(back.number("breakpointsPlanted")).isEqualTo(own);
                assertThat(Breakpoints.of(pids)).isEqualTo(before);
            }
            assertUntouched(pids);
            processes.forEach(process -> assertThat(process.stop()).endsWith("wrong=0"));
        } finally {
            processes.forEach(TargetProcess::close);
        }
    }

    @Test
    void renamedAndEditedFilesTakeEffect() throws IOException {
        prepare();
        try (TargetProcess first = users.start("first-user", "loop", "1000", "0");
                TargetProcess second = users.start("second-user", "loop", "1000", "0");
                StetProcess stet = users.trace(policy, LibraryUsers.SHARED_FN)) {
            Events events = Events.of(stet);
            var _ = events.awaitAttached(0, first.pid());
            var _ = events.awaitAttached(0, second.pid());

            int from = events.now();
            policy.exempt("one", "{exe: {name: first-user}}");
            var _ = events.awaitApplied(from);
            assertUntouched(first);
            assertProbed(second);

            from = events.now(); // another name that is a policy file's: nothing changes
            Files.move(policy.file("one.yaml"), policy.file("other.yml"), StandardCopyOption.ATOMIC_MOVE);
            Event renamed = events.awaitApplied(from);
            assertThat(renamed.number("exemptions")).isEqualTo(1);
            assertThat(renamed.number("breakpointsPlanted")).isZero();
            assertUntouched(first);

            from = events.now(); // an edit exempts the other one
            policy.save("other.yml", PolicyFiles.exemption("one", "all", "{exe: {name: second-user}}"));
            var _ = events.awaitApplied(from);
            var _ = events.awaitAttached(from, first.pid());
            assertUntouched(second);
            assertProbed(first);

            from = events.now(); // a name that is none: the exemption ends
            Files.move(policy.file("other.yml"), policy.file("other.yml.off"), StandardCopyOption.ATOMIC_MOVE);
            var _ = events.awaitApplied(from);
            var _ = events.awaitAttached(from, second.pid());
            assertProbed(second);

            from = events.now(); // moved over another, as careful editors save
            policy.save(".other.swp", PolicyFiles.exemption("one", "all", "{exe: {glob: \"/**/*-user\"}}"));
            Files.move(policy.file(".other.swp"), policy.file("other.yml"), StandardCopyOption.ATOMIC_MOVE);
            var _ = events.await(
                    from, "policy", event -> event.text("state").equals("applied") && event.number("exemptions") == 1);
            assertUntouched(first);
            assertUntouched(second);
            assertThat(first.stop()).endsWith("wrong=0");
            assertThat(second.stop()).endsWith("wrong=0");
        }
    }

    @Test
    void wrongFileChangesNothingUntilItIsRight() throws IOException {
        prepare();
        policy.exempt("kept", "{exe: {name: exempt-user}}");
        try (TargetProcess traced = users.start("a-user", "loop", "1000", "0");
                TargetProcess exempt = users.start("exempt-user", "loop", "1000", "0");
                StetProcess stet = users.trace(policy, LibraryUsers.SHARED_FN)) {
            Events events = Events.of(stet);
            var _ = events.awaitAttached(0, traced.pid());
            Breakpoints before = Breakpoints.of(List.of(traced.pid()));

            int from = events.now();
            String match = "{exe: {nmae: a-user}}";
            Path wrong = policy.save("wrong.yaml", PolicyFiles.exemption("wrong", "all", match));
            Event rejected =
                    events.await(from, "policy", event -> event.text("state").equals("rejected"));
            JsonNode problem = rejected.json().path("problems").path(0);
            assertThat(problem.path("file").asString()).isEqualTo(wrong.toString());
            assertThat(problem.path("line").asInt()).isEqualTo(PolicyFiles.MATCH_LINE);
            assertThat(problem.path("column").asInt()).isEqualTo("  match: {exe: {".length() + 1);
            assertThat(problem.path("path").asString()).startsWith("spec.match.exe");
            assertThat(problem.path("message").asString()).contains("nmae").contains("name");
            assertThat(Breakpoints.of(List.of(traced.pid()))).isEqualTo(before);
            assertUntouched(exempt);
            int later = events.now();
            var _ = events.awaitCall(later, traced.pid());

            from = events.now(); // while a file is wrong, the last good set stays, whatever else is changed
            Files.delete(policy.file("kept.yaml"));
            var _ = events.await(from, "policy", event -> event.text("state").equals("rejected"));
            assertUntouched(exempt);

            from = events.now();
            policy.save("wrong.yaml", PolicyFiles.exemption("right", "all", "{exe: {name: a-user}}"));
            var _ = events.awaitApplied(from);
            var _ = events.awaitAttached(from, exempt.pid());
            assertUntouched(traced);
            assertProbed(exempt);
        }
    }

    @Test
    void exemptReturnsLoseTheirProbesWhileCallsGoOn() throws IOException {
        prepare();
        try (TargetProcess process = users.start("a-user", "loop", "1000", "0");
                StetProcess stet = users.trace(policy, LibraryUsers.SHARED_FN)) {
            long pid = process.pid();
            Events events = Events.of(stet);
            Event whole = events.awaitCall(0, pid);
            assertThat(whole.json().has("latencyNanos")).isTrue();
            Set<Long> both = addresses(pid);

            int from = events.now();
            policy.save("a.yaml", PolicyFiles.exemption("a-user", "returns", "{exe: {name: a-user}}"));
            var _ = events.awaitApplied(from);
            assertThat(events.awaitVerdict(from, pid, "exempt").json().path("aspects"))
                    .extracting(JsonNode::asString)
                    .containsExactly("returns");
            Set<Long> entries = addresses(pid);
            assertThat(entries).hasSize(1).isSubsetOf(both).isNotEqualTo(both);
            int without = events.now();
            var _ = events.await(
                    without,
                    "call",
                    event -> event.number("pid") == pid && !event.json().has("latencyNanos"));
            int steady = events.now();
            for (int i = 0; i < 3; i++) {
                int next = events.now();
                var _ = events.awaitCall(next, pid);
            }
            assertThat(events.calls(steady, pid))
                    .isNotEmpty()
                    .allSatisfy(call -> assertThat(call.json().has("latencyNanos")
                                    || call.json().has("results"))
                            .isFalse());

            int again = events.now();
            Files.delete(policy.file("a.yaml"));
            var _ = events.awaitApplied(again);
            assertThat(addresses(pid)).isEqualTo(both);
            var _ = events.await(
                    again,
                    "call",
                    event -> event.number("pid") == pid && event.json().has("latencyNanos"));

            List<Long> rounds = events.calls(0, pid).stream()
                    .map(call -> call.json().path("args").path("arg1").asLong())
                    .toList();
            long expected = rounds.getLast() - rounds.getFirst() + 1;
            int distinct = new HashSet<>(rounds).size();
            Figure.print(
                    ("two live changes of what is exempt (returns, nothing): of %d calls of 1 ms apart %d were missed and %d "
                                    + "reported twice")
                            .formatted(expected, expected - distinct, rounds.size() - distinct));
            assertThat(rounds).doesNotHaveDuplicates();
            assertThat(distinct).as("calls that were seen").isEqualTo(expected);
        }
    }

    @Test
    void exemptionLapsesByItself() throws IOException {
        prepare();
        Instant expires = Instant.now().plusSeconds(4).truncatedTo(ChronoUnit.SECONDS);
        policy.save("brief.yaml", PolicyFiles.exemption("brief", "all", "{exe: {name: a-user}}", expires));
        try (TargetProcess process = users.start("a-user", "loop", "1000", "0");
                StetProcess stet = users.trace(policy, LibraryUsers.SHARED_FN)) {
            Events events = Events.of(stet);
            var _ = events.awaitVerdict(0, process.pid(), "exempt");
            assertUntouched(process);
            Event attached = events.awaitAttached(0, process.pid());
            Instant when = Instant.parse(attached.text("time"));
            assertThat(when).isAfterOrEqualTo(expires);
            Figure.print("an exemption that expires: probes are back %d ms later"
                    .formatted(Duration.between(expires, when).toMillis()));
            var _ = events.awaitCall(0, process.pid());
            assertThat(Duration.between(expires, when)).isLessThan(Duration.ofSeconds(5));
        }
    }

    /// A rule about somebody else leaves every link as it is; one about some functions of this process replaces
    /// this file's only.
    @Test
    void whatIsNotConcernedIsNotTouched() throws IOException {
        prepare();
        try (TargetProcess one = users.start("one-user", "loop", "1000", "0");
                TargetProcess two = users.start("two-user", "loop", "1000", "0");
                StetProcess stet = users.trace(policy, LibraryUsers.SHARED_FN, "libstetdemo.so:f00[0-9]")) {
            Events events = Events.of(stet);
            var _ = events.awaitAttached(0, one.pid());
            var _ = events.awaitAttached(0, two.pid());
            Set<String> before = Links.of(stet, one, two);
            assertThat(before).isNotEmpty();

            int from = events.now();
            policy.exempt("else", "{exe: {name: somebody-else}}");
            Event applied = events.awaitApplied(from);
            assertThat(applied.number("processes")).isZero();
            assertThat(Links.of(stet, one, two)).isEqualTo(before);

            from = events.now(); // of functions that nobody probes: nothing to do either
            policy.save("none.yaml", PolicyFiles.exemption("none", "{function: g*}", "{exe: {name: one-user}}"));
            assertThat(events.awaitApplied(from).number("processes")).isZero();
            assertThat(Links.of(stet, one, two)).isEqualTo(before);

            from = events.now();
            Set<String> ofTwo = Links.of(stet, two);
            Set<String> ofOne = Links.of(stet, one);
            policy.save("none.yaml", PolicyFiles.exemption("none", "{function: f00*}", "{exe: {name: one-user}}"));
            applied = events.awaitApplied(from);
            assertThat(applied.number("processes")).isEqualTo(1);
            assertThat(Links.of(stet, two)).isEqualTo(ofTwo);
            assertThat(Links.of(stet, one)).isNotEmpty().isNotEqualTo(ofOne);
            assertThat(Breakpoints.in(one.pid()))
                    .hasSizeLessThan(Breakpoints.in(two.pid()).size());
            assertThat(events.since(from, "refused").getFirst().json().path("refusals"))
                    .allSatisfy(refusal ->
                            assertThat(refusal.path("why").asString()).isEqualTo("exempt by policy"));
            int later = events.now();
            var _ = events.awaitCall(later, one.pid());
        }
    }

    /// A library that is exempt is left alone, and the other files are not.
    @Test
    void anExemptLibraryIsLetGo() throws IOException {
        prepare();
        try (TargetProcess process = users.start("a-user", "loop", "1000", "0");
                StetProcess stet = users.trace(policy, LibraryUsers.SHARED_FN)) {
            Events events = Events.of(stet);
            var _ = events.awaitAttached(0, process.pid());
            assertThat(Links.of(stet, process)).anyMatch(link -> link.contains("libstetdemo"));
            int from = events.now();
            policy.save("l.yaml", PolicyFiles.exemption("l", "{library: \"libstet*\"}", "{exe: {name: a-user}}"));
            var _ = events.awaitApplied(from);
            assertThat(Links.of(stet, process)).noneMatch(link -> link.contains("libstetdemo"));
        }
    }

    /// New probes come to one process of a tier first, and to the next when it has lived with them for a while.
    @Test
    void aTierGetsItsProbesOneProcessFirst() throws IOException {
        prepare();
        policy.save("tier.yaml", """
                apiVersion: stet.dev/v1alpha1
                kind: ProbeTier
                metadata: {name: payment}
                spec:
                  reason: a test wants it
                  owner: tests@example.com
                  match: {exe: {name: a-user}}
                  rollout: {first: 1, watch: 3s}
                """);
        try (TargetProcess one = users.start("a-user", "loop", "1000", "0");
                TargetProcess two = users.start("a-user", "loop", "1000", "0");
                StetProcess stet = users.trace(policy, LibraryUsers.SHARED_FN)) {
            Events events = Events.of(stet);
            Event held = events.await(0, "held", event -> event.text("tier").equals("payment"));
            TargetProcess second = held.number("pid") == one.pid() ? one : two;
            TargetProcess first = second == one ? two : one;
            Event begun = events.awaitAttached(0, first.pid());
            assertUntouched(second);
            Event followed = events.awaitAttached(0, second.pid());
            Duration between =
                    Duration.between(Instant.parse(begun.text("time")), Instant.parse(followed.text("time")));
            assertThat(between).isBetween(Duration.ofMillis(2900), Duration.ofSeconds(20));
            assertProbed(second);
        }
    }

    private void prepare() {
        users = LibraryUsers.in(directory);
        policy = PolicyFiles.in(directory);
    }

    private static Set<Long> addresses(long pid) throws IOException {
        return new HashSet<>(Breakpoints.of(List.of(pid)).addresses().get(pid));
    }

    private static void assertProbed(TargetProcess process) throws IOException {
        assertThat(Breakpoints.in(process.pid())).isNotEmpty();
    }

    private static void assertUntouched(TargetProcess process) throws IOException {
        assertUntouched(List.of(process.pid()));
    }

    private static void assertUntouched(List<Long> pids) throws IOException {
        for (long pid : pids) {
            assertThat(Breakpoints.differences(pid)).isEmpty();
        }
    }
}
