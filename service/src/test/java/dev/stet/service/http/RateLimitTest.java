package dev.stet.service.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private final AtomicLong now = new AtomicLong();
    private final RateLimit limit = new RateLimit(2, 3, now::get);

    @Test
    void soManyAtOnceAndThenSoManyASecond() {
        assertThat(taken("a", 10)).isEqualTo(3);
        now.addAndGet(1_000_000_000L);
        assertThat(taken("a", 10)).isEqualTo(2);
        now.addAndGet(3_600_000_000_000L);
        assertThat(taken("a", 10)).isEqualTo(3);
    }

    @Test
    void eachCallerHasItsOwn() {
        assertThat(taken("a", 10)).isEqualTo(3);
        assertThat(taken("b", 10)).isEqualTo(3);
    }

    @Test
    void refusalsCostNothingMore() {
        assertThat(taken("a", 1000)).isEqualTo(3);
        now.addAndGet(500_000_000L);
        assertThat(taken("a", 2)).isEqualTo(1);
    }

    private int taken(String caller, int times) {
        int taken = 0;
        for (int i = 0; i < times; i++) {
            taken += limit.take(caller) ? 1 : 0;
        }
        return taken;
    }
}
