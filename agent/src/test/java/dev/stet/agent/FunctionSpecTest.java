package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stet.facts.Glob;
import dev.stet.probe.Capture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FunctionSpecTest {
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
            })
    void librariesAndNamesAreToldApart(String text, String library, String function) {
        FunctionSpec spec = FunctionSpec.parse(text, true);
        assertThat(spec.library().map(Glob::toString).orElse(null)).isEqualTo(library);
        assertThat(spec.probe().functions()).isEqualTo(function);
    }

    @Test
    void whatNobodyAskedForIsAGuess() {
        assertThat(FunctionSpec.parse("work", true).probe().atEntry())
                .hasSize(3)
                .allMatch(Capture::guessed);
        assertThat(FunctionSpec.parse("work(arg1)", true).probe().atEntry()).noneMatch(Capture::guessed);
        assertThat(FunctionSpec.parse("work(arg1)", true).probe().atReturn()).allMatch(Capture::guessed);
        assertThat(FunctionSpec.parse("work() -> str(ret)", true).probe().atReturn())
                .noneMatch(Capture::guessed);
        assertThat(FunctionSpec.parse("work()", true).probe().atEntry()).isEmpty();
        assertThat(FunctionSpec.parse("work", false).probe().atReturn()).isEmpty();
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
                "work(ret) | there is no result yet",
                "work -> arg1 | arguments are gone",
                "work(argh) | expected arg1",
            })
    void mistakesAreNamed(String text, String message) {
        assertThatThrownBy(() -> FunctionSpec.parse(text, true)).hasMessageContaining(message);
    }

    @Test
    void resultsNeedReturns() {
        assertThatThrownBy(() -> FunctionSpec.parse("work -> ret", false)).hasMessageContaining("need returns");
    }
}
