package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// `--stack` names who called.
class StackTest {
    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    /// Who called: the function itself, which Stet shows first, is left out.
    private static List<String> functions(JsonNode call) {
        String own = call.get("function").stringValue();
        return StreamSupport.stream(call.get("stack").spliterator(), false)
                .map(frame -> frame.path("function").asString("?"))
                .filter(name -> !name.equals(own))
                .toList();
    }

    @Test
    void inC() {
        Traced traced = Traced.run(Targets.shop(), List.of("3000"), "--stack", "inner(x)");
        assertThat(functions(traced.call("inner", 0))).startsWith("middle", "outer", "main");
        JsonNode caller = traced.call("inner", 0).get("stack").get(1);
        assertThat(caller.get("offset").longValue()).isPositive();
        assertThat(caller.get("file").stringValue()).endsWith("shop");
    }

    @Test
    void soManyAsWereAskedFor() {
        Traced traced = Traced.run(Targets.shop(), List.of("3000"), "--stack=2", "inner(x)");
        assertThat(functions(traced.call("inner", 0))).containsExactly("middle", "outer");
    }

    @Test
    void inCxx() {
        Traced traced =
                Traced.run(Targets.cxxLeavesWithFrames(), List.of("20000"), "--count", "4", "--stack", "inner(i)");
        assertThat(functions(traced.call("inner", 0))).startsWith("middle", "outer", "main");
        assertThat(functions(traced.call("inner", 1))).startsWith("cleans", "guarded", "main");
    }

    @Test
    void inGo() {
        Traced traced =
                Traced.run(Targets.goExits("1.26"), List.of("300"), "--count", "4", "--stack", "main.Panics(s)");
        assertThat(traced.calls("Panics"))
                .hasSize(4)
                .allSatisfy(call -> assertThat(functions(call))
                        .startsWith("main.Middle", "main.Recovers")
                        .endsWith("runtime.goexit"));
    }
}
