package dev.stet.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Histograms count in the kernel: every call is in one, and none costs an event.
class HistogramTest {
    @BeforeAll
    static void needs() {
        Requires.root();
        Requires.uprobeMulti();
    }

    private static JsonNode histogram(Traced traced) {
        assertThat(traced.calls()).isEmpty();
        assertThat(traced.of("histogram")).hasSize(1);
        JsonNode histogram = traced.of("histogram").getFirst();
        long inBuckets = 0;
        for (JsonNode bucket : histogram.get("buckets")) {
            inBuckets += bucket.get("count").longValue();
        }
        assertThat(inBuckets).isEqualTo(histogram.get("count").longValue());
        assertThat(traced.total("lost")).isZero();
        assertThat(traced.total("uncounted")).isZero();
        assertThat(traced.total("unfinished")).isZero();
        return histogram;
    }

    @Test
    void latency() {
        Traced traced = Traced.run(Targets.shop(), List.of("1000"), "--histogram", "order");
        JsonNode histogram = histogram(traced);
        assertThat(histogram.get("what").stringValue()).isEqualTo("latency");
        assertThat(histogram.get("count").longValue()).isEqualTo(1000);
        assertThat(histogram.get("sum").longValue()).isGreaterThan(traced.counted("slow") * 2_000_000);
        assertThat(histogram.get("max").longValue()).isGreaterThan(2_000_000);
        assertThat(histogram.get("p50").longValue()).isBetween(100L, 1_000_000L);
        assertThat(histogram.get("p99").longValue()).isGreaterThan(1_000_000);
    }

    /// The values of amount are 0 to 99, each ten times.
    @Test
    void values() {
        Traced traced = Traced.run(Targets.shop(), List.of("1000"), "--histogram", "order(amount)");
        JsonNode histogram = histogram(traced);
        assertThat(histogram.get("what").stringValue()).isEqualTo("amount");
        assertThat(histogram.get("count").longValue()).isEqualTo(1000);
        assertThat(histogram.get("sum").longValue()).isEqualTo(49_500);
        assertThat(histogram.get("max").longValue()).isEqualTo(99);
        assertThat(histogram.get("buckets").toString())
                .isEqualTo("[{\"upTo\":0,\"count\":10},{\"from\":1,\"upTo\":1,\"count\":10},"
                        + "{\"from\":2,\"upTo\":3,\"count\":20},{\"from\":4,\"upTo\":7,\"count\":40},"
                        + "{\"from\":8,\"upTo\":15,\"count\":80},{\"from\":16,\"upTo\":31,\"count\":160},"
                        + "{\"from\":32,\"upTo\":63,\"count\":320},{\"from\":64,\"upTo\":127,\"count\":360}]");
    }

    /// As fast as it goes: no event, nothing lost, every call counted.
    @Test
    void hotFunction() {
        long calls = 100_000;
        Traced traced = Traced.run(Targets.shop(), List.of("" + calls, "0"), "--histogram", "hot(id)");
        JsonNode histogram = histogram(traced);
        assertThat(histogram.get("count").longValue()).isEqualTo(calls);
        assertThat(histogram.get("sum").longValue()).isEqualTo(calls * (calls - 1) / 2);
        assertThat(traced.total("calls")).isEqualTo(calls);
        Figure.print("histogram: %.0f calls a second".formatted(calls * 1e6 / traced.counted("micros")));
    }
}
