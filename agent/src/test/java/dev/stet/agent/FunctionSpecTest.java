package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stet.facts.Glob;
import dev.stet.probe.Capture;
import dev.stet.probe.Probe;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FunctionSpecTest {
    private static final FunctionSpec.Settings CALLS_TO_THEIR_END = settings(Probe.Measure.LATENCY);
    private static final FunctionSpec.Settings ENTRIES_ONLY = settings(Probe.Measure.CALLS);

    private static FunctionSpec.Settings settings(Probe.Measure measure) {
        return new FunctionSpec.Settings(measure, Optional.empty(), Probe.Limits.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "work | | work",
                "main.(*T).Foo | | main.(*T).Foo",
                "main.(*T) | | main.(*T)",
                "main.(*T).Foo(str(arg1)) | | main.(*T).Foo",
                "libssl.so*:SSL_* | libssl.so* | SSL_*",
                "libc.so.6:getaddrinfo(str(arg1)) -> int(ret) | libc.so.6 | getaddrinfo",
                "std::vector::push | | std::vector::push",
                "lib.so:ns::f | lib.so | ns::f",
                "_ZN4demo4workEi(arg1) | | _ZN4demo4workEi",
                "work(conn->fd) -> ret | | work",
                "usdt:postgresql:query__start(string(arg1)) | | usdt:postgresql:query__start",
                "libstdc++.so*:usdt:libstdcxx:* | libstdc++.so* | usdt:libstdcxx:*",
            })
    void librariesAndNamesAreToldApart(String text, String library, String function) {
        FunctionSpec spec = FunctionSpec.parse(text, CALLS_TO_THEIR_END);
        assertThat(spec.library().map(Glob::toString).orElse(null)).isEqualTo(library);
        assertThat(spec.probe().site().text()).isEqualTo(function);
    }

    @Test
    void whatNobodyAskedForIsAGuess() {
        assertThat(FunctionSpec.parse("work", CALLS_TO_THEIR_END).probe().atEntry())
                .hasSize(3)
                .allMatch(Capture::guessed);
        assertThat(FunctionSpec.parse("work(arg1)", CALLS_TO_THEIR_END).probe().atEntry())
                .noneMatch(Capture::guessed);
        assertThat(FunctionSpec.parse("work(arg1)", CALLS_TO_THEIR_END).probe().atReturn())
                .allMatch(Capture::guessed);
        assertThat(FunctionSpec.parse("work() -> str(ret)", CALLS_TO_THEIR_END)
                        .probe()
                        .atReturn())
                .noneMatch(Capture::guessed);
        assertThat(FunctionSpec.parse("work()", CALLS_TO_THEIR_END).probe().atEntry())
                .isEmpty();
        assertThat(FunctionSpec.parse("work", ENTRIES_ONLY).probe().atReturn()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(arg1) | names no function",
                "lib.so: | names no function",
                "work(arg1 | a '(' without its ')'",
                "work(str(arg1) | a '(' without its ')'",
                "work)) | a ')' without its '('",
                "work(strin(arg1)) | no function 'strin'",
                "usdt:a | should be usdt:PROVIDER:NAME",
                "usdt:a:b -> ret | a probe of the author's has not",
            })
    void mistakesAreNamed(String text, String message) {
        assertThatThrownBy(() -> FunctionSpec.parse(text, CALLS_TO_THEIR_END)).hasMessageContaining(message);
    }

    @Test
    void resultsNeedReturns() {
        assertThatThrownBy(() -> FunctionSpec.parse("work -> ret", ENTRIES_ONLY))
                .hasMessageContaining("need returns");
    }
}
