package dev.stet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.agent.json.Json;
import dev.stet.agent.json.SafeText;
import dev.stet.agent.json.Times;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0ns",
        "999, 999ns",
        "1000, 1.00us",
        "12345, 12.3us",
        "123456, 123us",
        "9999999, 9.99ms",
        "10000000, 10.0ms",
        "7890000000, 7.89s",
        "123000000000, 123s",
    })
    void durationsHaveThreeDigits(long nanos, String text) {
        assertThat(Times.duration(nanos)).isEqualTo(text);
    }

    @Test
    void momentsOfOneSecondDifferInTheirFraction() {
        Times times = new Times();
        long now = System.nanoTime();
        String first = times.instant(now);
        assertThat(first).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z");
        assertThat(times.instant(now)).isEqualTo(first);
        assertThat(times.instant(now + 1)).isGreaterThan(first);
        assertThat(times.instant(now + 3_000_000_000L)).isGreaterThan(first);
        StringBuilder clock = new StringBuilder();
        times.clock(clock, now);
        assertThat(clock.toString()).matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
    }

    /// Names and texts are of a target's making: none of them may move a terminal's cursor or forge a line.
    @Test
    void hostileTextStaysOnItsLine() {
        assertThat(SafeText.plain("a\nb\tc\u001b[2Jd\u0085\u202e")).isEqualTo("a\\nb\\tc\\u001b[2Jd\\u0085\\u202e");
        assertThat(SafeText.plain("plain – ünï")).isEqualTo("plain – ünï");
    }

    @Test
    void jsonEscapesWhatItMust() {
        StringBuilder out = new StringBuilder();
        Json.object(out)
                .text("a\"", "x\\y\n\u0001\u2028")
                .number("n", Long.MIN_VALUE)
                .bool("b", true)
                .nothing("z")
                .texts("l", List.of("1", "2"))
                .objects("o", List.of(1, 2), (each, value) -> each.number("v", value))
                .end();
        assertThat(out)
                .hasToString("{\"a\\\"\":\"x\\\\y\\n\\u0001\\u2028\",\"n\":-9223372036854775808,\"b\":true,\"z\":null,"
                        + "\"l\":[\"1\",\"2\"],\"o\":[{\"v\":1},{\"v\":2}]}");
    }
}
