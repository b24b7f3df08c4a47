package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.it.Events.Event;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What came before: Go whose functions take their arguments on the stack, and kernels without uprobe_multi.
class OldWorldTest {
    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    /// Arguments from the stack, goroutines from thread-local storage: what sleeps in one goroutine is that call's
    /// latency, whatever other goroutines do on the thread meanwhile.
    @Test
    void goBeforeRegisters() {
        try (TargetProcess old = TargetProcess.startReady(Targets.goOld(), "50");
                StetProcess stet = StetProcess.start(
                        "trace",
                        "-p",
                        Long.toString(old.pid()),
                        "--json",
                        "--count",
                        "3000",
                        "main.Handle(id=int(arg1), name=str(arg2))")) {
            assertThat(stet.waitFor(stet.patience())).isZero();
            List<Event> calls = Events.of(stet).calls(0, old.pid());
            assertThat(calls).hasSize(3000);
            for (Event call : calls) {
                long id = call.json().get("args").get("id").longValue();
                assertThat(call.json().get("args").get("name").asString()).isEqualTo("n-" + id);
                assertThat(call.number("latencyNanos")).isGreaterThan(id % 3 == 0 ? 5_000_000L : 0L);
            }
            long shortest = calls.stream()
                    .filter(call -> call.json().get("args").get("id").longValue() % 3 != 0)
                    .mapToLong(call -> call.number("latencyNanos"))
                    .min()
                    .orElseThrow();
            assertThat(shortest).as("no sleep is another call's").isLessThan(5_000_000L);
            Figure.print("Go 1.15: 3000 calls of 50 goroutines, each with its own arguments and sleep");
        }
    }

    /// Perf events are what kernels below 6.6 have. Forced here, they see the same calls, and leave as little behind.
    @Test
    void perfEvents() throws IOException {
        try (TargetProcess caller = TargetProcess.startReady(Targets.caller(), "1000", "0")) {
            try (StetProcess stet = StetProcess.start(
                    "trace",
                    "-p",
                    Long.toString(caller.pid()),
                    "--perf-events",
                    "--json",
                    "--count",
                    "600",
                    "twice(int(arg1)) -> int(ret)",
                    "fact(int(arg1)) -> int(ret)")) {
                assertThat(stet.waitFor(stet.patience())).isZero();
                assertThat(stet.stdout()).anyMatch(line -> line.contains("using perf events"));
                List<Event> calls = Events.of(stet).calls(0, caller.pid());
                assertThat(calls).hasSize(600);
                for (Event call : calls) {
                    long argument = call.json().get("args").get("arg1").longValue();
                    long result = call.json().get("results").get("ret").longValue();
                    assertThat(result)
                            .isEqualTo(call.text("function").equals("twice") ? 2 * argument : factorial(argument));
                }
                Set<String> functions =
                        calls.stream().map(call -> call.text("function")).collect(Collectors.toSet());
                assertThat(functions).containsExactlyInAnyOrder("twice", "fact");
            }
            assertThat(Breakpoints.differences(caller.pid())).isEmpty();
        }
    }

    private static long factorial(long n) {
        return n < 2 ? 1 : n * factorial(n - 1);
    }
}
