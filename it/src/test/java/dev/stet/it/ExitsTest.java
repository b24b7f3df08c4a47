package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Every call that begins is reported once, as what it was, with its own arguments and results.
class ExitsTest {
    private static final long ROUNDS = 40;

    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    @Test
    void endsInC() {
        Traced traced = Traced.run(
                Targets.leaves(),
                List.of("" + ROUNDS),
                "descend(s, depth) -> ret",
                "jumper(s) -> ret",
                "jump_middle(s) -> ret",
                "target(s) -> ret",
                "forward(s) -> ret",
                "quitter(s) -> ret",
                "sleeper(s) -> ret",
                "corout(s) -> ret",
                "plain(s) -> ret");
        assertUnharmed(traced);
        assertEachOnce(traced, "s", "depth");
        assertResults(traced, Map.of("descend", 10L, "target", 20L, "corout", 30L, "plain", 40L));
        assertThat(ends(traced))
                .containsEntry("descend", Map.of("returned", 6 * ROUNDS))
                .containsEntry("forward", Map.of("returned", ROUNDS))
                .containsEntry("target", Map.of("returned", ROUNDS))
                .containsEntry("plain", Map.of("returned", ROUNDS))
                .containsEntry("jumper", Map.of("longjmp", ROUNDS))
                .containsEntry("jump_middle", Map.of("longjmp", ROUNDS))
                .containsEntry("quitter", Map.of("threadEnded", ROUNDS))
                .containsEntry("sleeper", Map.of("threadEnded", ROUNDS))
                // Its last is under way when the program ends.
                .containsEntry("corout", Map.of("returned", 2 * ROUNDS - 1, "threadEnded", 1L));
    }

    @Test
    void exceptionsOfCxx() {
        Traced traced = Traced.run(
                Targets.cxxLeaves(),
                List.of("" + ROUNDS),
                "inner(i) -> ret",
                "middle(i) -> ret",
                "outer(i) -> ret",
                "thrown(i) -> ret",
                "rethrows(i) -> ret",
                "cleans(i) -> ret",
                "guarded(i) -> ret");
        assertUnharmed(traced);
        assertThat(traced.counted("caught")).isEqualTo(3 * ROUNDS);
        assertResults(traced, Map.of("inner", 3L, "middle", 2L, "outer", 1L, "cleans", 6L, "guarded", 5L));
        long half = ROUNDS / 2;
        assertThat(ends(traced))
                .containsEntry("outer", Map.of("returned", ROUNDS))
                .containsEntry("guarded", Map.of("returned", ROUNDS))
                .containsEntry("inner", Map.of("returned", 2 * half, "exception", 2 * half))
                .containsEntry("middle", Map.of("returned", half, "exception", half))
                .containsEntry("cleans", Map.of("returned", half, "exception", half))
                .containsEntry("thrown", Map.of("exception", ROUNDS))
                .containsEntry("rethrows", Map.of("exception", ROUNDS));
        assertThat(traced.calls("inner"))
                .allSatisfy(call -> assertThat(call.get("end").stringValue())
                        .isEqualTo(call.at("/args/i").longValue() % 2 == 0 ? "returned" : "exception"));
    }

    @ParameterizedTest(name = "Go {0}")
    @ValueSource(strings = {"1.26", "1.19"})
    void endsInGo(String version) {
        Traced traced = Traced.run(
                Targets.goExits(version),
                List.of("" + ROUNDS),
                "main.Recovers(s) -> ret",
                "main.Middle(s) -> ret",
                "main.Panics(s) -> ret",
                "main.Exits(s) -> ret",
                "main.Grows(s, depth) -> ret",
                "main.Moves(s) -> ret",
                "main.Plain(s) -> ret");
        assertUnharmed(traced);
        assertEachOnce(traced, "s", "depth");
        assertResults(traced, Map.of("main.Recovers", 1L, "main.Grows", 2L, "main.Moves", 3L, "main.Plain", 4L));
        long each = 4 * ROUNDS;
        assertThat(ends(traced))
                .containsEntry("main.Recovers", Map.of("returned", each))
                .containsEntry("main.Middle", Map.of("panic", each))
                .containsEntry("main.Panics", Map.of("panic", each))
                .containsEntry("main.Exits", Map.of("goexit", each))
                .containsEntry("main.Grows", Map.of("returned", 41 * each))
                .containsEntry("main.Moves", Map.of("returned", each))
                .containsEntry("main.Plain", Map.of("returned", each));
    }

    /// It counted as many calls as are reported, and all its results were right.
    private static void assertUnharmed(Traced traced) {
        assertThat(traced.counted("wrong")).isZero();
        traced.assertComplete();
        assertThat(traced.calls()).hasSize((int) traced.counted("calls"));
        assertThat(traced.total("calls")).isEqualTo(traced.total("returns") + traced.total("left"));
    }

    private static void assertEachOnce(Traced traced, String... names) {
        List<String> all = new ArrayList<>();
        for (JsonNode call : traced.calls()) {
            StringBuilder identity = new StringBuilder(call.get("function").stringValue());
            for (String name : names) {
                identity.append(' ').append(call.get("args").path(name));
            }
            all.add(identity.toString());
        }
        assertThat(new HashSet<>(all)).hasSize(all.size()); // AssertJ compares each with each
    }

    /// A result is the serial number of its own call and a constant.
    private static void assertResults(Traced traced, Map<String, Long> more) {
        Set<String> returning = more.keySet();
        for (JsonNode call : traced.calls()) {
            String function = call.get("function").stringValue();
            boolean hasResult = call.get("end").stringValue().equals("returned") && returning.contains(function);
            if (hasResult) {
                JsonNode serial = call.get("args").has("s") ? call.at("/args/s") : call.at("/args/i");
                assertThat(call.at("/results/ret").longValue())
                        .as(call.toString())
                        .isEqualTo(serial.longValue() + more.get(function));
            }
            assertThat(call.has("results"))
                    .isEqualTo(call.get("end").stringValue().equals("returned"));
        }
    }

    /// By function: how often each end.
    private static Map<String, Map<String, Long>> ends(Traced traced) {
        return traced.calls().stream()
                .collect(Collectors.groupingBy(
                        call -> call.get("function").stringValue(),
                        Collectors.groupingBy(call -> call.get("end").stringValue(), Collectors.counting())));
    }
}
