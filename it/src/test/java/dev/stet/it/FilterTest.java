package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Filters and limits decide in the kernel, and every call is counted: delivered, or left out and why.
class FilterTest {
    private static final long CALLS = 2100;
    private static final String ORDER = "order(id, amount, name, kind) -> ret";

    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    private static Traced trace(String... options) {
        Traced traced = Traced.run(Targets.shop(), List.of("" + CALLS), options);
        assertThat(traced.counted("calls")).isEqualTo(CALLS);
        assertThat(traced.total("calls")).isEqualTo(CALLS);
        assertThat(traced.total("lost")).isZero();
        assertThat(traced.total("unfinished")).isZero();
        assertThat(traced.total("unmatched")).isZero();
        assertThat(traced.calls().size()
                        + traced.total("filtered")
                        + traced.total("sampledOut")
                        + traced.total("rateLimited"))
                .as("delivered and left out")
                .isEqualTo(CALLS);
        return traced;
    }

    /// How many of the calls a condition lets through is known from what the program passes.
    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '~',
            value = {
                "id < 100 && amount >= 50 @ 50",
                "amount < 10 && name == 'anna' @ 70",
                "startswith(name, 'ann') @ 1400",
                "kind == TOY || kind == FOOD @ 1400",
                "ret < 0 @ 900",
                "ret == 3 && id >= 1050 @ 150",
                "id < 700 || ret == -3 @ 900",
                "(id & 0xff) == 7 && !(kind == BOOK) @ 6",
            })
    void conditions(String condition, long wanted) {
        Traced traced = trace("--where", condition, ORDER);
        assertThat(traced.calls()).hasSize((int) wanted);
        assertThat(traced.total("filterUnknown")).isZero();
    }

    /// Each 50th sleeps for 2 ms; a busy machine may make others slow, too.
    @Test
    void latency() {
        Traced traced = trace("--where", "latency > 2ms && amount % 50 == 7", ORDER);
        assertThat(traced.calls())
                .hasSize((int) traced.counted("slow"))
                .allSatisfy(
                        call -> assertThat(call.get("latencyNanos").longValue()).isGreaterThan(2_000_000));
    }

    /// What cannot be read is not let through, and is counted.
    @Test
    void unreadable() {
        Traced traced = trace("--where", "item->weight == 3", "order(id, weight=item->weight)");
        assertThat(traced.total("filterUnknown")).isEqualTo(traced.counted("nil"));
        assertThat(traced.calls())
                .hasSize((int) (CALLS - traced.counted("nil")))
                .allSatisfy(
                        call -> assertThat(call.at("/args/weight").longValue()).isEqualTo(3));
    }

    @Test
    void samples() {
        Traced traced = trace("--sample", "5", ORDER);
        assertThat(traced.calls()).hasSizeBetween(300, 540);
        assertThat(traced.total("sampledOut")).isEqualTo(CALLS - traced.calls().size());
    }

    @Test
    void rate() {
        Traced traced = trace("--rate", "50", ORDER);
        long seconds = traced.counted("micros") / 1_000_000 + 1;
        assertThat((long) traced.calls().size()).isBetween(1L, 50 * (seconds + 1));
        assertThat(traced.total("rateLimited")).isPositive();
    }

    @Test
    void count() {
        try (TargetProcess caller = TargetProcess.startReady(Targets.caller(), "500", "0");
                StetProcess stet = StetProcess.start(
                        "trace",
                        "-p",
                        "" + caller.pid(),
                        "--json",
                        "--count",
                        "7",
                        "--where",
                        "arg1 % 2 == 0",
                        "twice(arg1)")) {
            assertThat(stet.waitFor(Events.LIMIT)).isZero();
            assertThat(stet.json().stream()
                            .filter(event -> event.get("type").stringValue().equals("call")))
                    .hasSize(7)
                    .allSatisfy(call ->
                            assertThat(call.at("/args/arg1").longValue() % 2).isZero());
        }
    }
}
