package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Go programs survive having entries and returns traced, at every call, and no return is lost or given to
/// the wrong call: while stacks grow and move, goroutines change threads, and functions panic.
class GoProofTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /// The promise is for a minute. A uretprobe kills such a program within a second.
    private static final int PROOF_SECONDS = 60;

    private static final Pattern CALL = Pattern.compile(
            "\"function\":\"main\\.(?<function>\\w+)\","
                    + "\"args\":\\{(\"arg1\":(?<arg1>-?\\d+))?(,\"arg2\":\"(?<arg2>[^\"]*)\")?(,\"arg2\":(?<number>-?\\d+))?\\}"
                    + "(,\"latencyNanos\":(?<latency>-?\\d+))?(,\"end\":\"\\w+\")?(,\"results\":\\{(\"ret\":(?<ret>-?\\d+))?\\})?");

    /// One reported call, as far as it is looked at here. A return that is not there has latency -1.
    private record Call(String function, long arg1, String arg2, long latency, boolean returned, long result) {}

    /// Counts calls as they come, for there are millions, and checks each by itself.
    private static final class Counts {
        private final Map<String, Long> calls = new TreeMap<>();
        private final Map<String, Long> returns = new TreeMap<>();
        private long wrong;
        private String firstWrong = "";
        private long longest;

        boolean take(String line) {
            if (!line.startsWith("{\"type\":\"call\"")) {
                return false;
            }
            Matcher matcher = CALL.matcher(line);
            if (!matcher.find()) {
                throw new AssertionError("not as expected: " + line);
            }
            count(call(matcher), line);
            return true;
        }

        private synchronized void count(Call call, String line) {
            calls.merge(call.function, 1L, Long::sum);
            if (!call.returned) {
                return;
            }
            returns.merge(call.function, 1L, Long::sum);
            longest = Math.max(longest, call.latency);
            if (call.latency < 0 || !isRight(call)) {
                wrong++;
                firstWrong = firstWrong.isEmpty() ? line : firstWrong;
            }
        }

        /// What it was called with says what it must have returned: a pair of two calls' halves shows.
        private static boolean isRight(Call call) {
            long id = call.arg1;
            return switch (call.function) {
                case "Handle" ->
                    call.result == (id % 10 == 9 ? -1 : call.arg2.length() + id % 64)
                            && call.arg2.equals("name-" + id % 100);
                case "Work" -> call.result == call.arg2.length() + id;
                case "Risky" -> call.result == (id % 8 == 7 ? -id : id);
                case "Nap" -> call.result == 2 * id && call.latency >= Long.parseLong(call.arg2) * 1000;
                case "Yield" -> call.result == id + Long.parseLong(call.arg2);
                case "Twice" -> call.result == 4 * id + 2 && call.latency >= 300_000;
                case "Half" -> call.result == id && id % 2 == 0;
                default -> false;
            };
        }

        private static Call call(Matcher matcher) {
            String arg1 = matcher.group("arg1");
            String arg2 = matcher.group("arg2") != null ? matcher.group("arg2") : matcher.group("number");
            String latency = matcher.group("latency");
            String result = matcher.group("ret");
            return new Call(
                    matcher.group("function"),
                    arg1 == null ? 0 : Long.parseLong(arg1),
                    arg2 == null ? "" : arg2,
                    latency == null ? -1 : Long.parseLong(latency),
                    result != null,
                    result == null ? 0 : Long.parseLong(result));
        }

        synchronized long calls(String function) {
            return calls.getOrDefault(function, 0L);
        }

        synchronized long returns(String function) {
            return returns.getOrDefault(function, 0L);
        }

        synchronized void assertAllRight() {
            assertThat(wrong).as("wrong calls, such as %s", firstWrong).isZero();
        }

        synchronized double longestMillis() {
            return Figure.millis(longest);
        }
    }

    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    @Test
    void serverSurvivesAMinuteOfEntriesAndReturns() {
        survives(
                Targets.goHot(),
                PROOF_SECONDS,
                64,
                List.of("Handle", "Risky"),
                "main.Handle(arg1, str(arg2)) -> ret",
                "main.Risky(arg1) -> ret");
    }

    /// Without symbols only `.gopclntab` has the names and ends of functions.
    @Test
    void strippedServerSurvives() {
        survives(
                Targets.goHotStripped(),
                5,
                64,
                List.of("Handle", "Risky"),
                "main.Handle(arg1, str(arg2)) -> ret",
                "main.Risky(arg1) -> ret");
    }

    /// Work is where the stacks grow: an entry may be seen before the stack is moved, and its return after.
    @Test
    void functionThatGrowsItsStackIsPaired() {
        survives(Targets.goHot(), 5, 16, List.of("Work"), "main.Work(arg1, str(arg2)) -> ret");
    }

    private static void survives(Path program, int seconds, int depth, List<String> functions, String... specs) {
        Counts counts = new Counts();
        try (TargetProcess hot = TargetProcess.startReady(
                        program, "-self", "" + seconds, "-goroutines", "8", "-depth", "" + depth, "-wait");
                StetProcess stet = StetProcess.startTaking(counts::take, trace(hot.pid(), specs))) {
            Events events = Events.of(stet);
            var _ = events.awaitAttached(0, hot.pid());
            hot.signal("USR1");
            assertThat(hot.waitFor(Duration.ofSeconds(seconds).plus(LIMIT)))
                    .as(() -> "exit code of the server; it said " + hot.stderr())
                    .isZero();
            assertThat(stet.waitFor(LIMIT))
                    .as(() -> "Stet said " + stet.stderr())
                    .isZero();

            JsonNode made = StetProcess.parse(hot.stdout().getLast());
            JsonNode summary = summary(events);
            long total = 0;
            long reported = 0;
            long returned = 0;
            for (String function : functions) {
                long own = made.get(Character.toLowerCase(function.charAt(0)) + function.substring(1))
                        .longValue();
                Figure.print("%s %d s: main.%s called %d times, reported %d with %d returns"
                        .formatted(
                                program.getFileName(),
                                seconds,
                                function,
                                own,
                                counts.calls(function),
                                counts.returns(function)));
                total += own;
                reported += counts.calls(function);
                returned += counts.returns(function);
            }
            Figure.print(
                    "%s %d s: %.0f calls/s with entry and return; %d lost, %d unfinished, %d restarted, longest %.1f ms"
                            .formatted(
                                    program.getFileName(),
                                    seconds,
                                    (double) total / seconds,
                                    lost(summary),
                                    summary.get("unfinished").longValue(),
                                    summary.get("restarted").longValue(),
                                    counts.longestMillis()));
            counts.assertAllRight();
            assertThat(counts.longestMillis()).isLessThan(seconds * 1000.0);
            assertThat(summary.get("calls").longValue()).isEqualTo(total);
            assertThat(reported + lost(summary)).isEqualTo(total);
            assertThat(returned)
                    .isEqualTo(reported)
                    .isEqualTo(summary.get("returns").longValue());
            assertThat(summary.get("unfinished").longValue()).isZero();
            assertThat(summary.get("unmatched").longValue()).isZero();
        }
    }

    private static long lost(JsonNode summary) {
        return summary.get("lost").longValue();
    }

    private static JsonNode summary(Events events) {
        assertThat(events.since(0, "summary")).hasSize(1);
        return events.since(0, "summary").getFirst().json();
    }

    private static String[] trace(long pid, String... specs) {
        List<String> arguments = new java.util.ArrayList<>(List.of("trace", "-p", Long.toString(pid), "--json"));
        arguments.addAll(List.of(specs));
        return arguments.toArray(String[]::new);
    }

    /// A goroutine that blocks goes on on another thread: the pair is by goroutine, and each call took at
    /// least as long as it slept.
    @Test
    void callsThatChangeThreadsArePaired() {
        int goroutines = 50;
        int calls = 100;
        Counts counts = new Counts();
        try (TargetProcess blocker = TargetProcess.startReady(
                        Targets.goBlocker(), "-goroutines", "" + goroutines, "-calls", "" + calls);
                StetProcess stet = StetProcess.startTaking(
                        counts::take,
                        trace(
                                blocker.pid(),
                                "main.Nap(arg1, arg2) -> ret",
                                "main.Yield(arg1, arg2) -> ret",
                                "main.Twice(arg1) -> ret"))) {
            Events events = Events.of(stet);
            var _ = events.awaitAttached(0, blocker.pid());
            blocker.signal("USR1");
            assertThat(blocker.waitFor(Duration.ofMinutes(1))).isZero();
            assertThat(stet.waitFor(LIMIT)).isZero();
            JsonNode made = StetProcess.parse(blocker.stdout().getLast());
            counts.assertAllRight();
            for (String function : List.of("Nap", "Yield", "Twice")) {
                long own = made.get(function.toLowerCase(java.util.Locale.ROOT)).longValue();
                assertThat(counts.calls(function)).isEqualTo(own).isEqualTo(counts.returns(function));
            }
            assertThat(made.get("moved").longValue())
                    .as("calls that changed threads")
                    .isPositive();
            assertThat(summary(events).get("unfinished").longValue()).isZero();
            assertThat(summary(events).get("unmatched").longValue()).isZero();
            Figure.print("goroutines: %d of %d calls of Nap and Yield ended on another thread; all paired right"
                    .formatted(made.get("moved").longValue(), counts.calls("Nap") + counts.calls("Yield")));
        }
    }

    /// A call that panics has no return, and the next call in the same place has its own.
    @Test
    void panicsDoNotMixUpCalls() {
        Counts counts = new Counts();
        try (TargetProcess blocker =
                        TargetProcess.startReady(Targets.goBlocker(), "-goroutines", "8", "-calls", "100");
                StetProcess stet =
                        StetProcess.startTaking(counts::take, trace(blocker.pid(), "main.Half(arg1) -> ret"))) {
            Events events = Events.of(stet);
            var _ = events.awaitAttached(0, blocker.pid());
            blocker.signal("USR1");
            assertThat(blocker.waitFor(Duration.ofMinutes(1))).isZero();
            assertThat(stet.waitFor(LIMIT)).isZero();
            JsonNode made = StetProcess.parse(blocker.stdout().getLast());
            JsonNode summary = summary(events);
            long panicked = made.get("panicked").longValue();
            Figure.print("panics: %d calls, %d of them panicked; Stet: %s"
                    .formatted(made.get("half").longValue(), panicked, summary));
            counts.assertAllRight();
            assertThat(counts.returns("Half"))
                    .isEqualTo(made.get("half").longValue() - panicked)
                    .isEqualTo(summary.get("returns").longValue());
            assertThat(summary.get("left").longValue()
                            + summary.get("unfinished").longValue()
                            + summary.get("restarted").longValue())
                    .as("calls that panicked")
                    .isGreaterThanOrEqualTo(panicked);
        }
    }

    /// A function that always panics has no RET: its entries are reported, and nothing is waited for.
    @Test
    void functionThatNeverReturnsIsCounted() {
        Counts counts = new Counts();
        try (TargetProcess hot = TargetProcess.startReady(Targets.goHot(), "-self", "2", "-goroutines", "4", "-wait");
                StetProcess stet = StetProcess.startTaking(counts::take, trace(hot.pid(), "main.Boom(arg1)"))) {
            Events events = Events.of(stet);
            var attached = events.awaitAttached(0, hot.pid());
            assertThat(attached.json().get("withoutReturns").toString()).contains("main.Boom");
            hot.signal("USR1");
            assertThat(hot.waitFor(LIMIT)).isZero();
            assertThat(stet.waitFor(LIMIT)).isZero();
            long made = StetProcess.parse(hot.stdout().getLast()).get("boom").longValue();
            assertThat(counts.calls("Boom") + lost(summary(events))).isEqualTo(made);
            assertThat(counts.returns("Boom")).isZero();
        }
    }

    /// The control: what Stet does not do. bpftrace's uretprobe rewrites return addresses, and Go finds out.
    @Test
    void uretprobeKillsTheSameServer() {
        String bpftrace = Requires.tool("bpftrace").toString();
        Path program = Targets.goHot();
        try (TargetProcess hot = TargetProcess.startReady(program, "-self", "20", "-goroutines", "8", "-wait");
                TargetProcess tracer = TargetProcess.start(
                        Path.of(bpftrace),
                        "-e",
                        "uretprobe:" + program + ":main.Work { @ = count(); } BEGIN { printf(\"begun\\n\"); }",
                        "-p",
                        Long.toString(hot.pid()))) {
            var _ = tracer.awaitLine(line -> line.contains("begun"), LIMIT);
            long start = System.nanoTime();
            hot.signal("USR1");
            int exit = hot.waitFor(Duration.ofSeconds(40));
            Figure.print(
                    "control: under a uretprobe of bpftrace the same server ended after %.0f ms with exit code %d: %s"
                            .formatted(
                                    Figure.millis(System.nanoTime() - start),
                                    exit,
                                    hot.stderr().stream()
                                            .filter(line -> line.contains("runtime:") || line.contains("fatal"))
                                            .findFirst()
                                            .orElse("")));
            assertThat(exit).isNotZero();
        }
    }
}
