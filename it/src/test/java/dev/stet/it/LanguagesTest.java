package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// `stet trace` on programs of every language it knows: what it prints is what the program did.
class LanguagesTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /// Calls of each function to look at: enough for every case of the targets to come up.
    private static final int CALLS = 60;

    private static final String[] WORDS = {"alpha", "be", "", "a somewhat longer string of words"};

    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    /// What is traced, and whether a call of it is as its source says.
    ///
    /// @param target with its arguments; runs until it is stopped
    record Case(
            String name, Supplier<Path> target, List<String> arguments, String function, Predicate<JsonNode> isRight) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> functions() {
        List<String> steady = List.of("2000", "0");
        List<String> library = List.of("loop", "5000", "0");
        List<String> go = List.of("-self", "0", "-goroutines", "2");
        return Stream.of(
                new Case(
                        "C, several RETs",
                        Targets::caller,
                        steady,
                        "work(int(arg1), str(arg2), long(arg3)) -> int(ret)",
                        call -> result(call) == work(number(call, "arg1"), text(call, "arg2"), number(call, "arg3"))),
                new Case(
                        "C, one argument",
                        Targets::caller,
                        steady,
                        "twice(arg1) -> ret",
                        call -> result(call) == 2 * number(call, "arg1")),
                new Case(
                        "C, guessed captures",
                        Targets::caller,
                        steady,
                        "twice",
                        call -> result(call) == 2 * args(call).iterator().next().longValue()
                                && args(call).size() == 1),
                new Case(
                        "C, blocks",
                        Targets::caller,
                        steady,
                        "nap(us=long(arg1)) -> long(ret)",
                        call -> result(call) == number(call, "us") && latency(call) >= 1000 * number(call, "us")),
                new Case(
                        "C, arguments on the stack",
                        Targets::odd,
                        steady,
                        "many(int(arg1), long(arg2), int(arg3), int(arg4), arg5, int(arg6), arg7, last=int(arg8)) -> int(ret)",
                        call -> args(call)
                                        .toString()
                                        .equals("{\"arg1\":1,\"arg2\":-2,\"arg3\":3,\"arg4\":-4,\"arg5\":5,\"arg6\":-6,"
                                                + "\"arg7\":7,\"last\":-8}")
                                && result(call) == -4),
                new Case(
                        "C, memory",
                        Targets::odd,
                        steady,
                        "boxed(a=u32(arg1), b=i32(arg1 + 4), c=str(*(arg1 + 8))) -> int(ret)",
                        call -> args(call).toString().equals("{\"a\":41,\"b\":-42,\"c\":\"boxed\"}")
                                && result(call) == 41),
                new Case(
                        "C, bool and hex",
                        Targets::odd,
                        steady,
                        "is_odd(hex(arg1)) -> b=bool(ret), h=hex(ret)",
                        call -> args(call).get("arg1").stringValue().equals("0x3")
                                && call.get("results").get("b").booleanValue()
                                && call.get("results").get("h").stringValue().equals("0x1201")),
                new Case(
                        "assembler, no size",
                        Targets::odd,
                        steady,
                        "sizeless() -> int(ret)",
                        call -> result(call) == 7 && args(call).isEmpty()),
                new Case(
                        "C++, mangled name",
                        Targets::shapes,
                        steady,
                        "_ZNK6shapes6Square4areaEi(this=hex(arg1), int(arg2)) -> long(ret)",
                        call -> number(call, "arg2") == 2 && isArea(result(call), 1)),
                new Case(
                        "C++, pattern",
                        Targets::shapes,
                        steady,
                        "_ZNK6shapes*4areaEi(this=hex(arg1), int(arg2)) -> long(ret)",
                        call -> number(call, "arg2") == 2
                                && isArea(result(call), function(call).contains("Circle") ? 3 : 1)),
                new Case(
                        "Rust, pattern",
                        Targets::rustMain,
                        steady,
                        "*rust_main*greet*(name, times) -> ret",
                        call -> result(call) == text(call, "name").length() * number(call, "times")),
                new Case(
                        "Go", Targets::goHot, go, "main.Handle(arg1, str(arg2)) -> int(ret)", LanguagesTest::isHandled),
                new Case(
                        "Go, stripped",
                        Targets::goHotStripped,
                        go,
                        "main.Handle(arg1, str(arg2)) -> int(ret)",
                        LanguagesTest::isHandled),
                new Case(
                        "Go, pattern",
                        Targets::goHotStripped,
                        go,
                        "main.[HR]*[ey](arg1) -> int(ret)",
                        call -> function(call).equals("main.Risky")
                                ? Math.abs(result(call)) == number(call, "arg1")
                                : function(call).equals("main.Handle")),
                new Case(
                        "library by name",
                        Targets::uselib,
                        library,
                        "libstetdemo.so:shared_fn(int(arg1)) -> int(ret)",
                        call -> result(call) == 2 * number(call, "arg1") + 1),
                new Case(
                        "library found by itself",
                        Targets::uselib,
                        library,
                        "shared_fn(int(arg1)) -> int(ret)",
                        call -> result(call) == 2 * number(call, "arg1") + 1),
                new Case(
                        "library, patterns",
                        Targets::uselib,
                        library,
                        "libstet*:f0[0-3]*(arg1) -> ret",
                        call -> result(call)
                                == number(call, "arg1")
                                        + Integer.parseInt(function(call).substring(1))));
    }

    @ParameterizedTest
    @MethodSource("functions")
    void callsAreAsTheSourceSays(Case each) {
        Path program = each.target.get();
        try (TargetProcess target = TargetProcess.startReady(program, each.arguments.toArray(String[]::new));
                StetProcess stet = StetProcess.start(
                        "trace", "-p", "" + target.pid(), "--json", "--count", "" + CALLS, each.function)) {
            assertThat(stet.waitFor(LIMIT))
                    .as(() -> "Stet said " + stet.stderr())
                    .isZero();
            assertThat(stet.stderr()).isEmpty();
            List<JsonNode> all = stet.stdout().stream().map(StetProcess::parse).toList();
            assertThat(all.getLast().get("type").stringValue()).isEqualTo("summary");
            List<JsonNode> calls =
                    all.stream().filter(event -> type(event).equals("call")).toList();
            assertThat(calls).hasSize(CALLS).allSatisfy(call -> {
                assertThat(call.get("pid").longValue()).isEqualTo(target.pid());
                assertThat(call.get("process").stringValue())
                        .isEqualTo(program.getFileName().toString());
                assertThat(latency(call))
                        .isNotNegative()
                        .isLessThan(Duration.ofSeconds(5).toNanos());
                assertThat(each.isRight.test(call)).as(call.toString()).isTrue();
            });
            assertThat(all.getLast().get("lost").longValue()).isZero();
        }
    }

    /// fact(5) enters itself down to fact(1): each frame has its own end.
    @Test
    void recursionPairsEachFrame() {
        try (TargetProcess caller = TargetProcess.startReady(Targets.caller(), "2000", "0");
                StetProcess stet = StetProcess.start(
                        "trace", "-p", "" + caller.pid(), "--json", "--count", "100", "fact(int(arg1)) -> int(ret)")) {
            assertThat(stet.waitFor(LIMIT)).isZero();
            List<JsonNode> calls = calls(stet);
            long[] results = {0, 1, 2, 6, 24, 120};
            int whole = 0;
            for (int at = 0; at < calls.size(); at++) {
                int n = (int) number(calls.get(at), "arg1");
                assertThat(result(calls.get(at))).isEqualTo(results[n]);
                // They are reported as they end: 1 first, each within the next.
                if (n > 1 && at > 0) {
                    assertThat(number(calls.get(at - 1), "arg1")).isEqualTo(n - 1);
                    assertThat(latency(calls.get(at))).isGreaterThan(latency(calls.get(at - 1)));
                    whole += n == 5 ? 1 : 0;
                }
            }
            assertThat(whole).isGreaterThan(10);
        }
    }

    /// Eight threads in the same functions: each thread's calls are its own.
    @Test
    void threadsAreNotMixedUp() {
        int threads = 8;
        try (TargetProcess caller = TargetProcess.startReady(Targets.caller(), "1000", "0", "4", "" + threads);
                StetProcess stet = StetProcess.start(
                        "trace",
                        "-p",
                        "" + caller.pid(),
                        "--json",
                        "--count",
                        "4000",
                        "twice(arg1) -> ret",
                        "nap(arg1) -> ret")) {
            assertThat(stet.waitFor(LIMIT)).isZero();
            Map<Long, List<JsonNode>> byThread = calls(stet).stream()
                    .collect(Collectors.groupingBy(call -> call.get("tid").longValue()));
            assertThat(byThread).hasSize(threads);
            byThread.values().forEach(calls -> {
                List<JsonNode> twice = calls.stream()
                        .filter(call -> function(call).equals("twice"))
                        .toList();
                long first = number(twice.getFirst(), "arg1");
                assertThat(twice.stream().map(call -> number(call, "arg1")))
                        .containsExactlyElementsOf(LongStream.range(first, first + twice.size())
                                .boxed()
                                .toList());
                assertThat(calls)
                        .allSatisfy(call -> assertThat(result(call))
                                .isEqualTo(
                                        function(call).equals("twice")
                                                ? 2 * number(call, "arg1")
                                                : number(call, "arg1")));
                assertThat(calls)
                        .filteredOn(call -> function(call).equals("nap"))
                        .allSatisfy(
                                call -> assertThat(latency(call)).isGreaterThanOrEqualTo(1000 * number(call, "arg1")));
            });
        }
    }

    @Test
    void programThatStartsLaterIsCaught() {
        Path caller = Targets.caller();
        try (StetProcess stet =
                StetProcess.start("trace", "--exe", caller.toString(), "--json", "twice(arg1) -> ret")) {
            Events events = Events.of(stet);
            var _ = events.awaitApplied(0);
            try (TargetProcess first = TargetProcess.startReady(caller, "2000", "0");
                    TargetProcess second = TargetProcess.startReady(caller, "2000", "0")) {
                for (TargetProcess each : List.of(first, second)) {
                    var _ = events.awaitAttached(0, each.pid());
                    var _ = events.awaitCall(0, each.pid());
                }
                stet.signal("TERM");
                assertThat(stet.waitFor(LIMIT)).isEqualTo(143);
                assertThat(calls(stet))
                        .allSatisfy(call -> assertThat(result(call)).isEqualTo(2 * number(call, "arg1")));
            }
        }
    }

    @Test
    void withoutReturnsThereAreEntriesOnly() throws Exception {
        try (TargetProcess caller = TargetProcess.startReady(Targets.caller(), "2000", "0");
                StetProcess stet = StetProcess.start(
                        "trace", "-p", "" + caller.pid(), "--json", "--no-returns", "--duration", "5", "twice")) {
            Events events = Events.of(stet);
            var attached = events.awaitAttached(0, caller.pid());
            assertThat(attached.number("breakpoints")).isEqualTo(1);
            var _ = events.awaitCall(0, caller.pid());
            assertThat(TextBytes.of(caller.pid()).breakpoints()).hasSize(1);
            stet.signal("TERM");
            assertThat(stet.waitFor(LIMIT)).isEqualTo(143);
            assertThat(calls(stet)).isNotEmpty().allSatisfy(call -> {
                assertThat(call.has("results")).isFalse();
                assertThat(call.has("latencyNanos")).isFalse();
            });
            JsonNode summary = StetProcess.parse(stet.stdout().getLast());
            assertThat(summary.get("returns").longValue()).isZero();
            assertThat(summary.get("unfinished").longValue()).isZero();
            assertThat(TextBytes.of(caller.pid()).differences()).isEmpty();
        }
    }

    @Test
    void textHasColumnsAndTotals() {
        try (TargetProcess caller = TargetProcess.startReady(Targets.caller(), "2000", "0");
                StetProcess stet = StetProcess.start(
                        "trace",
                        "-p",
                        "" + caller.pid(),
                        "--count",
                        "40",
                        "work(int(arg1), s=str(arg2), long(arg3)) -> int(ret)")) {
            assertThat(stet.waitFor(LIMIT)).isZero();
            assertThat(stet.stdout()).hasSize(41);
            assertThat(stet.stdout().getFirst()).matches(" *TIME +LATENCY +PROCESS +CALL");
            assertThat(stet.stdout().subList(1, 41))
                    .allSatisfy(line -> assertThat(line)
                            .matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{6} +[0-9.]+(ns|us|ms) +caller\\[" + caller.pid()
                                    + "\\] +work\\(arg1=-?\\d+, s=\"[a-z ]*\", arg3=\\d+\\) = -?\\d+"));
            assertThat(stet.stderr()).hasSize(2);
            assertThat(stet.stderr().getFirst())
                    .matches("stet: attached \\d+ breakpoints to .*/caller in caller\\[\\d+\\] in .*");
            assertThat(stet.stderr().getLast())
                    .matches("stet: \\d+ calls, \\d+ returns, 0 lost.*; attached for [0-9.]+m?s, detached");
        }
    }

    /// 64 bytes with the NUL that ends a text in C.
    private static final String CUT = "x".repeat(63);

    /// Texts that are not there, are nowhere, do not fit, or hold what a terminal or a JSON reader would
    /// trip over.
    @Test
    void oddTextsAreShownForWhatTheyAre() {
        try (TargetProcess odd = TargetProcess.startReady(Targets.odd(), "5000", "0");
                StetProcess stet = StetProcess.start(
                        "trace",
                        "-p",
                        "" + odd.pid(),
                        "--json",
                        "--count",
                        "50",
                        "--text",
                        "64",
                        "say(t=str(arg1), at=word1) -> long(ret)");
                StetProcess plain = StetProcess.start(
                        "trace",
                        "-p",
                        "" + odd.pid(),
                        "--count",
                        "50",
                        "--text",
                        "64",
                        "say(str(arg1)) -> long(ret)")) {
            assertThat(stet.waitFor(LIMIT)).isZero();
            assertThat(plain.waitFor(LIMIT)).isZero();
            Map<String, JsonNode> byText = new HashMap<>();
            calls(stet)
                    .forEach(call -> byText.put(
                            Objects.toString(args(call).get("t").asString(null)) + "@"
                                    + (number(call, "at") < 4096 ? "low" : "high"),
                            call));
            assertThat(byText.keySet())
                    .containsExactlyInAnyOrder("plain@high", "null@low", "gr\u00fcn\n\"x\"@high", CUT + "@high");
            assertThat(byText.get("null@low").get("args").get("t").isNull()).isTrue();
            assertThat(result(byText.get("null@low"))).isEqualTo(-5);
            assertThat(byText.get(CUT + "@high").get("truncated").toString())
                    .isEqualTo("[{\"path\":\"args.t\",\"taken\":63}]");
            assertThat(byText.get("plain@high").has("truncated")).isFalse();
            assertThat(String.join("\n", plain.stdout()))
                    .contains("say(arg1=\"plain\") = 5")
                    .contains("say(arg1=<unreadable>) = -5")
                    .contains("say(arg1=\"gr\u00fcn\\n\\\"x\\\"\") = 9")
                    .contains("say(arg1=\"" + CUT + "\" <truncated after 63>) = 300");
        }
    }

    /// Where there is nothing to see of a return, the entry is still seen, and why is said.
    @Test
    void functionWithoutBodyOrEndIsTracedAtItsEntry() {
        try (TargetProcess odd = TargetProcess.startReady(Targets.odd(), "5000", "0");
                StetProcess stet =
                        StetProcess.start("trace", "-p", "" + odd.pid(), "--json", "--count", "20", "only_ret()")) {
            assertThat(stet.waitFor(LIMIT)).isZero();
            Events events = Events.of(stet);
            assertThat(events.awaitAttached(0, odd.pid())
                            .json()
                            .get("withoutReturns")
                            .toString())
                    .isEqualTo("[\"only_ret\"]");
            assertThat(calls(stet))
                    .hasSize(20)
                    .allSatisfy(call -> assertThat(call.has("latencyNanos")).isFalse());
        }
    }

    /// A jump to another function is an end of its own kind: the result is the other function's to give.
    @Test
    void tailCallEndsTheCall() {
        try (TargetProcess odd = TargetProcess.startReady(Targets.odd(), "5000", "0");
                StetProcess stet = StetProcess.start(
                        "trace",
                        "-p",
                        "" + odd.pid(),
                        "--json",
                        "--count",
                        "40",
                        "tail(int(arg1))",
                        "leaf(int(arg1)) -> int(ret)")) {
            assertThat(stet.waitFor(LIMIT)).isZero();
            assertThat(calls(stet))
                    .filteredOn(call -> function(call).equals("tail"))
                    .isNotEmpty()
                    .allSatisfy(call -> {
                        assertThat(call.get("end").stringValue()).isEqualTo("returned");
                        assertThat(latency(call)).isNotNegative();
                    });
            assertThat(calls(stet))
                    .filteredOn(call -> function(call).equals("leaf"))
                    .isNotEmpty()
                    .allSatisfy(call -> assertThat(result(call)).isEqualTo(12));
        }
    }

    static Stream<Arguments> throwing() {
        return Stream.of(
                Arguments.of(
                        "C++", (Supplier<Path>) Targets::shapes, "_ZN6shapes7throwerEl(arg1) -> long(ret)", 400, 200),
                Arguments.of(
                        "Rust", (Supplier<Path>) Targets::rustMain, "*rust_main*risky*(arg1) -> long(ret)", 400, 300));
    }

    /// An exception or a panic leaves a call without its end, and mixes up none that follow.
    @ParameterizedTest(name = "{0}")
    @MethodSource("throwing")
    void exceptionsDoNotMixUpCalls(String language, Supplier<Path> program, String function, int calls, int returns) {
        Path path = program.get();
        try (StetProcess stet = StetProcess.start("trace", "--exe", path.toString(), "--json", function)) {
            Events events = Events.of(stet);
            var _ = events.awaitApplied(0);
            // Some of its first calls are made before it is noticed; what is reported is right all the same.
            try (TargetProcess target = TargetProcess.startReady(path, "5000", "" + calls)) {
                assertThat(target.waitFor(LIMIT)).isZero();
                var _ = events.await(0, "ended", event -> event.number("pid") == target.pid());
            }
            stet.signal("TERM");
            assertThat(stet.waitFor(LIMIT)).isEqualTo(143);
            JsonNode summary = StetProcess.parse(stet.stdout().getLast());
            Figure.print("%s exceptions: %s".formatted(language, summary));
            List<JsonNode> returned = calls(stet).stream()
                    .filter(call -> call.get("end").stringValue().equals("returned"))
                    .toList();
            long seen = summary.get("returns").longValue();
            assertThat(seen).isBetween(20L, (long) returns).isEqualTo(returned.size());
            boolean rust = language.equals("Rust");
            assertThat(returned).allSatisfy(call -> {
                // Rust's compiler saw that nobody wants risky's result, and makes none.
                assertThat(rust || result(call) == number(call, "arg1")).isTrue();
                assertThat(number(call, "arg1"))
                        .satisfies(arg ->
                                assertThat(rust ? arg % 4 != 3 : arg % 2 == 0).isTrue());
            });
            // Every call is counted, also those that had no end.
            double share = (double) summary.get("calls").longValue() / seen;
            assertThat(share).isBetween((double) calls / returns * 0.9, (double) calls / returns * 1.1);
        }
    }

    /// 32-bit code is never touched: the kernel decodes it with the bitness of whoever maps it first.
    @Test
    void thirtyTwoBitProgramIsRefused() throws Exception {
        Path program = Targets.goHot386();
        try (TargetProcess target = TargetProcess.start(program, "-self", "0", "-goroutines", "1")) {
            target.awaitReady();
            try (StetProcess stet = StetProcess.start("trace", "-p", "" + target.pid(), "main.Handle")) {
                assertThat(stet.waitFor(LIMIT)).isEqualTo(1);
                assertThat(String.join("\n", stet.stderr())).contains("32-bit").doesNotContain("Exception");
                assertThat(TextBytes.of(target.pid()).differences()).isEmpty();
            }
            try (StetProcess stet = StetProcess.start(
                    "trace", "--exe", program.toString(), "--json", "--duration", "20", "main.Handle")) {
                Events events = Events.of(stet);
                var refused = events.await(0, "refused", event -> event.number("pid") == target.pid());
                assertThat(refused.text("file")).isEqualTo(program.toString());
                assertThat(refused.json().toString()).contains("32-bit");
                assertThat(TextBytes.of(target.pid()).differences()).isEmpty();
            }
        }
    }

    private static long work(long a, String s, long n) {
        assertThat(s).isIn((Object[]) WORDS);
        return a < 0 ? -1 : s.isEmpty() ? -2 : 3 * a + s.length() + n;
    }

    private static boolean isHandled(JsonNode call) {
        long id = number(call, "arg1");
        String name = text(call, "arg2");
        return name.equals("name-" + id % 100) && result(call) == (id % 10 == 9 ? -1 : name.length() + id % 64);
    }

    /// Whether it is the area of a shape with a side of 0 to 9, at scale 2.
    private static boolean isArea(long area, int factor) {
        return LongStream.range(0, 10).anyMatch(side -> area == factor * side * side * 2);
    }

    private static List<JsonNode> calls(StetProcess stet) {
        List<JsonNode> calls = new ArrayList<>(stet.json());
        calls.removeIf(event -> !type(event).equals("call"));
        return calls;
    }

    private static String type(JsonNode event) {
        return event.get("type").stringValue();
    }

    private static String function(JsonNode call) {
        return call.get("function").stringValue();
    }

    private static JsonNode args(JsonNode call) {
        return call.get("args");
    }

    private static long number(JsonNode call, String name) {
        return args(call).get(name).longValue();
    }

    private static String text(JsonNode call, String name) {
        return args(call).get(name).stringValue();
    }

    private static long result(JsonNode call) {
        return call.get("results").get("ret").longValue();
    }

    private static long latency(JsonNode call) {
        return call.get("latencyNanos").longValue();
    }
}
