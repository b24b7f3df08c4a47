package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Probes that a program's author put in: their arguments, and the semaphores that say that somebody listens.
class UsdtTest {
    private static final int PASSES = 100;

    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    @ParameterizedTest(name = "semaphores: {0}")
    @ValueSource(booleans = {false, true})
    void ofOneProgram(boolean semaphores) {
        try (TargetProcess target = TargetProcess.startReady(Targets.usdt(semaphores), "" + PASSES)) {
            if (semaphores) {
                assertThat(target.stdout().getFirst()).endsWith("semaphore=0");
            }
            try (StetProcess stet = StetProcess.start(
                    "trace",
                    "-p",
                    "" + target.pid(),
                    "--json",
                    "--count",
                    "" + PASSES,
                    "usdt:shop:sold(arg1, arg2, string(arg3), big=arg4)")) {
                var _ = Events.of(stet).awaitAttached(0, target.pid());
                target.signal("USR1");
                assertThat(stet.waitFor(Events.LIMIT))
                        .as(() -> "" + stet.stderr())
                        .isZero();
                List<JsonNode> calls = new ArrayList<>(stet.json());
                calls.removeIf(event -> !event.get("type").stringValue().equals("call"));
                assertThat(calls).hasSize(PASSES);
                for (int i = 0; i < PASSES; i++) {
                    assertThat(calls.get(i).get("args").toString())
                            .isEqualTo("{\"arg1\":%d,\"arg2\":%d,\"arg3\":\"%s\",\"big\":%d}"
                                    .formatted(i, -i, i % 2 == 0 ? "tea" : "coffee", i * 1_000_000_007L));
                }
            }
            var _ = target.awaitLine("passed"::equals, Events.LIMIT);
            target.signal("USR1");
            assertThat(target.waitFor(Events.LIMIT)).isZero();
            assertThat(target.stdout().getLast())
                    .isEqualTo("done passed=%d asked=%d last=%d".formatted(PASSES, PASSES, semaphores ? 0 : 1));
        }
    }

    /// libstdc++ has them for exceptions.
    @Test
    void ofLibrary() {
        Traced traced = Traced.run(
                Targets.cxxLeaves(), List.of("10"), "usdt:libstdcxx:throw(type=arg2)", "usdt:libstdcxx:catch");
        // outer and guarded catch what inner throws of each second; thrown throws, and is caught, rethrown and caught
        assertThat(traced.calls("throw")).hasSize(20);
        assertThat(traced.calls("catch")).hasSize((int) traced.counted("caught"));
        assertThat(traced.total("lost")).isZero();
    }

    @Test
    void nameThatIsNotThere() {
        try (TargetProcess target = TargetProcess.startReady(Targets.usdt(false), "1");
                StetProcess stet = StetProcess.start("trace", "-p", "" + target.pid(), "usdt:shop:bought")) {
            assertThat(stet.waitFor(Events.LIMIT)).isEqualTo(1);
            assertThat(String.join("\n", stet.stderr())).contains("shop:bought").doesNotContain("Exception");
            target.signal("KILL");
        }
    }
}
