package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Calls that end by a jump to another function have the result that their caller gets, also where the other
/// function has no name.
class TailCallsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    private static long hidden(long a) {
        return a % 2 != 0 ? a * 3 : a * 5;
    }

    static Stream<Arguments> functions() {
        LongUnaryOperator toHidden = a -> hidden(a + 1);
        LongUnaryOperator twoHops = a -> hidden(a + 4);
        LongUnaryOperator toShown = a -> a + 1002;
        LongUnaryOperator perhaps = a -> a % 3 == 0 ? a + 1000 : -a;
        LongUnaryOperator straight = TailCallsTest::hidden;
        LongUnaryOperator deep = _ -> 1001;
        return Stream.of(Targets.tails(), Targets.tailsStripped())
                .flatMap(target -> Stream.of(
                        Arguments.of(target, "to_hidden", toHidden),
                        Arguments.of(target, "two_hops", twoHops),
                        Arguments.of(target, "to_shown", toShown),
                        Arguments.of(target, "perhaps", perhaps),
                        Arguments.of(target, "straight", straight),
                        Arguments.of(target, "deep", deep)));
    }

    @ParameterizedTest
    @MethodSource("functions")
    void resultsAreThoseOfTheLast(Path program, String function, LongUnaryOperator result) {
        Traced traced = trace(program, 100, function);
        assertThat(traced.calls).allSatisfy(call -> {
            assertThat(traced.result(call)).isEqualTo(result.applyAsLong(argument(call)));
            assertThat(call.get("latencyNanos").longValue()).isPositive();
        });
        // Others call hidden and shown all the time.
        assertThat(traced.summary.get("unmatched").longValue()).as("unmatched").isLessThan(100);
        assertThat(traced.summary.get("lost").longValue()).as("lost").isZero();
        traced.nothingLeft();
    }

    /// Functions that jump to each other are in one frame: a call ends when the next one begins.
    @Test
    void functionsThatJumpToEachOther() {
        Traced traced = trace(Targets.tails(), 300, "even", "odd");
        assertThat(traced.calls)
                .allSatisfy(
                        call -> assertThat(call.get("function").stringValue()).isIn("even", "odd"));
        List<JsonNode> returned =
                traced.calls.stream().filter(call -> call.has("results")).toList();
        assertThat(returned).isNotEmpty().allSatisfy(call -> {
            boolean even = call.get("function").stringValue().equals("even");
            assertThat(traced.result(call)).isEqualTo((argument(call) % 2 == 0) == even ? 1 : 0);
        });
        traced.nothingLeft();
    }

    /// What jumps() leaves by longjmp is no return of to_jumps(), though jumps() returns in the same frame soon
    /// after, called by somebody else.
    @Test
    void whatWasLeftIsNotTakenForReturned() {
        Traced traced = trace(Targets.tails(), 200, "to_jumps");
        Set<Boolean> seen = traced.calls.stream()
                .map(call -> {
                    boolean returns = argument(call) % 2 != 0;
                    assertThat(call.has("results")).as("%s", call).isEqualTo(returns);
                    if (returns) {
                        assertThat(traced.result(call)).isEqualTo(argument(call) + 1);
                    }
                    return returns;
                })
                .collect(Collectors.toSet());
        assertThat(seen).containsExactlyInAnyOrder(true, false);
    }

    /// Who asks for no result pays nothing for that of another function.
    @Test
    void nothingIsBorrowedForEntries() {
        try (TargetProcess target = TargetProcess.startReady(Targets.tails(), "2000", "0");
                StetProcess stet = StetProcess.start(
                        "trace", "-p", "" + target.pid(), "--json", "--no-returns", "--count", "5", "to_hidden")) {
            assertThat(Events.of(stet).awaitAttached(0, target.pid()).number("breakpoints"))
                    .isEqualTo(1);
            assertThat(stet.waitFor(LIMIT)).isZero();
        }
    }

    /// @param calls that were printed
    /// @param summary the last line
    private record Traced(List<JsonNode> calls, JsonNode summary) {
        long result(JsonNode call) {
            assertThat(call.has("results")).as("%s", call).isTrue();
            return call.get("results").get("ret").longValue();
        }

        /// Every call that began has ended, but the last ones.
        void nothingLeft() {
            assertThat(summary.get("unfinished").longValue()).as("unfinished").isZero();
        }
    }

    private static long argument(JsonNode call) {
        return call.get("args").get("arg1").longValue();
    }

    private static Traced trace(Path program, int count, String... functions) {
        try (TargetProcess target = TargetProcess.startReady(program, "1000", "0")) {
            List<String> arguments =
                    new ArrayList<>(List.of("trace", "-p", "" + target.pid(), "--json", "--count", "" + count));
            for (String function : functions) {
                arguments.add(function + "(int(arg1)) -> int(ret)");
            }
            try (StetProcess stet = StetProcess.start(arguments.toArray(String[]::new))) {
                assertThat(stet.waitFor(LIMIT)).isZero();
                List<JsonNode> lines = stet.json();
                assertThat(target.stop()).startsWith("done rounds=");
                return new Traced(
                        lines.stream()
                                .filter(line -> line.get("type").stringValue().equals("call"))
                                .toList(),
                        lines.getLast());
            }
        }
    }
}
