package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecheckTest {
    @Test
    void soonAtFirstThenEveryFewSeconds() {
        assertThat(IntStream.rangeClosed(1, 8)
                        .mapToObj(look -> Recheck.after(look, 1).toMillis())
                        .toList())
                .containsExactly(200L, 400L, 800L, 1600L, 3200L, 5000L, 5000L, 5000L);
        assertThat(Recheck.after(Integer.MAX_VALUE, 1)).isEqualTo(Duration.ofSeconds(5));
    }

    /// Ten thousand that wait for ever cost a hundred looks a second, all together.
    @Test
    void manyAreLookedAtMoreRarely() {
        assertThat(Recheck.after(10, 10_000)).isEqualTo(Duration.ofSeconds(100));
        assertThat(Recheck.after(1, 10_000)).isEqualTo(Duration.ofMillis(200));
        assertThat(Recheck.after(10, 100)).isEqualTo(Duration.ofSeconds(5));
    }
}
