package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is private stays out of the output unless it is asked for.
class PayloadTest {
    private static final String LOGIN = "login(user, password, line) -> ret";

    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    private static Traced trace(String... options) {
        return Traced.run(Targets.shop(), List.of("10"), options);
    }

    @Test
    void redactionIsOn() {
        Traced traced = trace(LOGIN, "order(item=*item)");
        assertThat(traced.args("login", 0))
                .isEqualTo(
                        "{\"user\":\"anna\",\"password\":null,\"line\":\"GET /?password=<redacted: password>&page=1\"}");
        assertThat(traced.call("login", 0).get("redacted").toString())
                .isEqualTo("[{\"path\":\"args.password\",\"why\":\"redacted: password\"}]");
        assertThat(traced.args("order", 1)).isEqualTo("{\"item\":{\"weight\":3,\"password\":null}}");
        assertThat(traced.events().toString()).doesNotContain("hunter2", "swordfish", "secret");
    }

    @Test
    void redactionCanBeOff() {
        Traced traced = trace("--redact", "off", LOGIN);
        assertThat(traced.args("login", 0))
                .isEqualTo("{\"user\":\"anna\",\"password\":\"hunter2\",\"line\":\"GET /?password=swordfish&page=1\"}");
        assertThat(traced.call("login", 0).has("redacted")).isFalse();
    }

    @Test
    void bytesThatAreAskedFor() {
        assertThat(trace("login(b=bytes(user, len=4))").args("login", 0)).isEqualTo("{\"b\":\"616e6e61\"}");
    }

    /// Calls, numbers and latency go on; texts and structures do not.
    @Test
    void exemption(@TempDir Path directory) {
        PolicyFiles policy = PolicyFiles.in(directory);
        var ignored = policy.save(
                "shop.yaml", PolicyFiles.exemption("shop", "payload", "{exe: {glob: " + Targets.shop() + "}}"));
        Traced traced =
                trace("--policy", policy.option(), "--redact", "off", LOGIN, "order(id, name, item=*item) -> ret");
        traced.assertComplete();
        assertThat(traced.calls())
                .hasSize(11)
                .allSatisfy(
                        call -> assertThat(call.get("latencyNanos").longValue()).isPositive());
        assertThat(traced.args("login", 0)).isEqualTo("{\"user\":null,\"password\":null,\"line\":null}");
        assertThat(traced.call("login", 0).get("redacted").toString())
                .isEqualTo("[{\"path\":\"args.user\",\"why\":\"exempt: payload\"},"
                        + "{\"path\":\"args.password\",\"why\":\"exempt: payload\"},"
                        + "{\"path\":\"args.line\",\"why\":\"exempt: payload\"}]");
        assertThat(traced.args("order", 5)).isEqualTo("{\"id\":5,\"name\":null,\"item\":null}");
        assertThat(traced.results("order", 5)).isEqualTo("{\"ret\":2}");
    }
}
