package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.it.Events.Event;
import dev.stet.policy.PolicyReader;
import dev.stet.policy.ReadResult;
import dev.stet.policy.yaml.SourceText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Each case of the guide, with the document that stands there.
class GuideTest {
    /// As in case 5.
    private static final Duration WATCH = Duration.ofSeconds(8);

    @TempDir
    private Path directory;

    private NamedPrograms programs;
    private PolicyFiles policy;

    @BeforeEach
    void prepare() {
        Requires.root();
        Requires.uprobeMulti();
        programs = NamedPrograms.in(directory);
        policy = PolicyFiles.in(directory);
    }

    /// Saves the document of a case.
    private void apply(int number) {
        var ignored = policy.save("case-" + number + ".yaml", Guide.document(number));
    }

    @Test
    void everyCaseIsWholeAndHasATest() {
        assertThat(Guide.numbers())
                .isEqualTo(IntStream.rangeClosed(1, 10).boxed().toList());
        for (int number : Guide.numbers()) {
            assertThat(Guide.text(number)).contains("*What Stet does:*", "*How to see it:*", "*How it ends:*");
            SourceText source = new SourceText("case " + number, Guide.document(number));
            assertThat(PolicyReader.read(List.of(source), Instant.now())).isInstanceOf(ReadResult.Valid.class);
            assertThat(GuideTest.class.getDeclaredMethods())
                    .anyMatch(method -> method.getName().startsWith("case" + number + "_"));
        }
    }

    @Test
    void case1_fibers() throws IOException {
        try (TargetProcess process = programs.start(Targets.fibers(), "amqproxy", "1000", "0");
                StetProcess stet = programs.trace(policy, "relay(n, fiber) -> ret")) {
            long pid = process.pid();
            Events events = Events.of(stet);
            for (int i = 0; i < 20; i++) {
                var ignored = events.awaitCall(events.now(), pid);
            }
            List<Event> whole = events.calls(0, pid).stream()
                    .filter(call -> call.json().has("results"))
                    .toList();
            assertThat(whole)
                    .hasSizeGreaterThan(5)
                    .allSatisfy(call -> assertThat(
                                    call.json().path("results").path("ret").asLong())
                            .isEqualTo(10 * arg(call, "n") + arg(call, "fiber")));
            int all = Breakpoints.in(pid).size();

            int from = events.now();
            apply(1);
            Event verdict = events.awaitVerdict(from, pid, "exempt");
            assertThat(verdict.json().path("aspects"))
                    .extracting(JsonNode::asString)
                    .containsExactly("returns");
            var applied = events.awaitApplied(from);
            assertThat(applied.number("breakpointsRemoved")).isPositive();
            assertThat(Breakpoints.in(pid)).hasSizeLessThan(all).isNotEmpty();
            int entries = events.now();
            assertThat(events.awaitCall(entries, pid).json().has("results")).isFalse();
            assertThat(process.stop()).endsWith("wrong=0");
        }
    }

    private static long arg(Event call, String name) {
        return call.json().path("args").path(name).asLong();
    }

    @Test
    void case2_selfChecksum() throws IOException {
        try (TargetProcess process = programs.start(Targets.checksum(), "clickhouse", "1000", "0");
                StetProcess stet = programs.trace(policy, "work")) {
            assertExempt(Events.of(stet), 0, process, "stet-self-checksum");
            assertUntouched(process);
            assertThat(process.stop()).endsWith("changed=0");
        }
        apply(2);
        try (TargetProcess process = programs.start(Targets.checksum(), "clickhouse", "1000", "0");
                StetProcess stet = programs.trace(policy, "work")) {
            var attached = Events.of(stet).awaitAttached(0, process.pid());
            assertThat(attached.number("breakpoints")).isPositive();
            var called = Events.of(stet).awaitCall(0, process.pid());
            assertThat(called.number("pid")).isEqualTo(process.pid());
            assertThat(process.stop()).doesNotEndWith("changed=0");
        }
    }

    @Test
    void case3_goModule() throws IOException {
        apply(3);
        try (TargetProcess broken = programs.start(Targets.goLedger("v1.3.2"), "ledger");
                TargetProcess renamed = programs.start(Targets.goLedger("v1.3.2"), "something-else");
                TargetProcess fixed = programs.start(Targets.goLedger("v1.4.0"), "ledger-next");
                StetProcess stet = programs.trace(policy, "main.post")) {
            Events events = Events.of(stet);
            assertExempt(events, 0, broken, "queue-walks-stacks");
            assertExempt(events, 0, renamed, "queue-walks-stacks");
            var attached = events.awaitAttached(0, fixed.pid());
            assertThat(attached.number("breakpoints")).isPositive();
            var called = events.awaitCall(0, fixed.pid());
            assertThat(called.text("function")).isEqualTo("main.post");
            assertUntouched(broken);
            assertUntouched(renamed);
            assertThat(fixed.stop()).startsWith("done");
        }
    }

    @Test
    void case4_oneNodeApplication() throws IOException {
        apply(4);
        Path node = Requires.tool("node").toRealPath();
        Path checkout = Files.copy(Targets.script("hrtime.js"), directory.resolve("checkout.js"));
        Path catalog = Files.copy(Targets.script("hrtime.js"), directory.resolve("catalog.js"));
        try (TargetProcess exempt = programs.start(node, "node", "--no-warnings", checkout.toString());
                TargetProcess other = programs.start(node, "node", catalog.toString());
                StetProcess stet = programs.trace(policy, "uv_hrtime")) {
            Events events = Events.of(stet);
            var called = events.awaitCall(0, other.pid());
            assertThat(called.text("function")).isEqualTo("uv_hrtime");
            assertExempt(events, 0, exempt, "checkout-app");
            assertUntouched(exempt);
            assertThat(other.stop()).startsWith("done");
            assertThat(exempt.stop()).startsWith("done");
        }
    }

    @Test
    void case5_paymentTier() throws IOException, InterruptedException {
        assertThat(Guide.document(5)).contains("watch: " + WATCH.toSeconds() + "s");
        apply(5);
        List<TargetProcess> processes = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                processes.add(programs.start(Targets.fibers(), "payments-api", "20000", "0")); // within its budget
            }
            try (StetProcess stet = programs.trace(policy, "relay")) {
                Events events = Events.of(stet);
                Event first = events.await(0, "attached", _ -> true);
                Thread.sleep(WATCH.toMillis() / 2);
                assertThat(probed(processes)).containsExactly(first.number("pid"));
                for (TargetProcess process : processes) {
                    Event attached = events.awaitAttached(0, process.pid());
                    if (attached.number("pid") != first.number("pid")) {
                        assertThat(Duration.ofNanos(attached.nanos() - first.nanos()))
                                .isGreaterThan(WATCH.minusSeconds(1));
                    }
                    assertThat(Breakpoints.in(process.pid())).hasSize(1);
                    assertThat(events.awaitCall(0, process.pid()).json().has("results"))
                            .isFalse();
                }
            }
            for (TargetProcess process : processes) {
                assertThat(process.stop()).endsWith("wrong=0");
            }
        } finally {
            processes.forEach(TargetProcess::close);
        }
    }

    private static List<Long> probed(List<TargetProcess> processes) throws IOException {
        List<Long> probed = new ArrayList<>();
        for (TargetProcess process : processes) {
            if (!Breakpoints.in(process.pid()).isEmpty()) {
                probed.add(process.pid());
            }
        }
        return probed;
    }

    @Test
    void case6_canary() throws IOException {
        apply(6);
        try (ControlGroup canaryUnit = ControlGroup.make("stet-guide.slice/checkout-canary.service");
                ControlGroup mainUnit = ControlGroup.make("stet-guide.slice/checkout.service");
                TargetProcess canary = programs.start(Targets.fibers(), "checkout", "1000", "0");
                TargetProcess other = programs.start(Targets.fibers(), "checkout", "1000", "0")) {
            canaryUnit.add(canary.pid());
            mainUnit.add(other.pid());
            try (StetProcess stet = programs.trace(policy, "relay")) {
                Events events = Events.of(stet);
                var attached = events.awaitAttached(0, canary.pid());
                assertThat(attached.number("breakpoints")).isPositive();
                assertExempt(events, 0, other, "checkout-but-its-canary");
                assertUntouched(other);
                assertThat(canary.stop()).endsWith("wrong=0");
            }
        }
    }

    @Test
    void case7_debugger() throws IOException {
        Path strace = Requires.tool("strace");
        try (TargetProcess process = programs.start(Targets.fibers(), "inventory", "1000", "0");
                StetProcess stet = programs.trace(policy, "relay")) {
            String pid = Long.toString(process.pid());
            Events events = Events.of(stet);
            var attached = events.awaitAttached(0, process.pid());
            assertThat(attached.number("breakpoints")).isPositive();

            int from = events.now();
            try (TargetProcess tracer = TargetProcess.start(strace, "-p", pid, "-e", "trace=none", "-o", "/dev/null")) {
                assertExempt(events, from, process, "stet-debugger");
                awaitUntouched(process);
                from = events.now();
                tracer.signal("INT");
                var again = events.awaitAttached(from, process.pid());
                assertThat(again.number("breakpoints")).isPositive();
            }
            from = events.now();
            try (TargetProcess tracer = TargetProcess.start(strace, "-p", pid, "-e", "trace=none", "-o", "/dev/null")) {
                assertExempt(events, from, process, "stet-debugger");
                from = events.now();
                apply(7);
                var lifted = events.awaitAttached(from, process.pid());
                assertThat(lifted.number("breakpoints")).isPositive();
                tracer.signal("INT");
            }
            assertThat(process.stop()).endsWith("wrong=0");
        }
    }

    @Test
    void case8_noisyFunction() throws IOException {
        try (TargetProcess process = programs.start(Targets.caller(), "pricing", "1000", "0");
                StetProcess stet = programs.trace(policy, "work", "twice")) {
            Events events = Events.of(stet);
            awaitCallOf(events, 0, process, "twice");
            awaitCallOf(events, 0, process, "work");
            int all = Breakpoints.in(process.pid()).size();

            int from = events.now();
            apply(8);
            var applied = events.awaitApplied(from);
            assertThat(applied.number("breakpointsRemoved")).isPositive();
            assertThat(Breakpoints.in(process.pid())).hasSizeLessThan(all).isNotEmpty();
            int after = events.now();
            awaitCallOf(events, after, process, "work");
            int later = events.now();
            for (int i = 0; i < 20; i++) {
                awaitCallOf(events, events.now(), process, "work");
            }
            assertThat(events.calls(later, process.pid()))
                    .isNotEmpty()
                    .noneMatch(call -> call.text("function").equals("twice"));
        }
    }

    private static void awaitCallOf(Events events, int from, TargetProcess process, String function) {
        var ignored = events.await(
                from,
                "call",
                call -> call.number("pid") == process.pid()
                        && call.text("function").equals(function));
    }

    @Test
    void case9_secrets() {
        apply(9);
        Path accounts = programs.copy(Targets.shop(), "accounts");
        Traced traced = Traced.run(
                accounts,
                List.of("10"),
                "--policy",
                policy.option(),
                "--redact",
                "off",
                "login(user, password) -> ret");
        assertThat(traced.args("login", 0)).isEqualTo("{\"user\":null,\"password\":null}");
        assertThat(traced.call("login", 0).get("redacted").toString()).contains("exempt: payload");
        assertThat(traced.call("login", 0).get("latencyNanos").asLong()).isPositive();
        assertThat(traced.events().toString()).doesNotContain("hunter2", "anna");
    }

    @Test
    void case10_selfExemption() throws IOException {
        try (TargetProcess asks = programs.startWith("STET_EXEMPT=all", Targets.fibers(), "worker", "1000", "0");
                TargetProcess other = programs.start(Targets.fibers(), "worker", "1000", "0");
                StetProcess stet = programs.trace(policy, "relay")) {
            Events events = Events.of(stet);
            var attached = events.awaitAttached(0, other.pid());
            assertThat(attached.number("breakpoints")).isPositive();
            assertExempt(events, 0, asks, "stet-self-exemption-all");
            assertUntouched(asks);

            int from = events.now();
            apply(10);
            var decided = events.awaitAttached(from, asks.pid());
            assertThat(decided.number("breakpoints")).isPositive();
            assertThat(asks.stop()).endsWith("wrong=0");
            assertThat(other.stop()).endsWith("wrong=0");
        }
    }

    /// Waits until a process is exempt, by this rule.
    private static void assertExempt(Events events, int from, TargetProcess process, String rule) {
        Event verdict = events.awaitVerdict(from, process.pid(), "exempt");
        assertThat(verdict.json().toString()).contains(rule);
    }

    /// The verdict is told first.
    private static void awaitUntouched(TargetProcess process) throws IOException {
        long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!Breakpoints.differences(process.pid()).isEmpty() && System.nanoTime() < until) {
            LockSupport.parkNanos(10_000_000);
        }
        assertUntouched(process);
    }

    private static void assertUntouched(TargetProcess process) throws IOException {
        assertThat(Breakpoints.differences(process.pid())).isEmpty();
    }
}
