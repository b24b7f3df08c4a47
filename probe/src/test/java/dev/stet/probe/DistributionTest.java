package dev.stet.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DistributionTest {
    /// As the programs count.
    private static Distribution of(long... values) {
        Long[] buckets = new Long[Distribution.MAX_BUCKETS];
        Arrays.fill(buckets, 0L);
        for (long value : values) {
            buckets[value <= 0 ? 0 : 64 - Long.numberOfLeadingZeros(value)]++;
        }
        long max = Arrays.stream(values).max().orElse(0);
        return new Distribution(values.length, Arrays.stream(values).sum(), max, List.of(buckets));
    }

    @Test
    void bucketsMeetWithoutGaps() {
        assertThat(Distribution.from(1)).isEqualTo(1);
        assertThat(Distribution.upTo(1)).isEqualTo(1);
        assertThat(Distribution.upTo(63)).isEqualTo(Long.MAX_VALUE);
        for (int n = 1; n < 63; n++) {
            assertThat(Distribution.upTo(n) + 1).isEqualTo(Distribution.from(n + 1));
        }
        assertThatThrownBy(() -> new Distribution(0, 0, 0, Collections.nCopies(65, 0L)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /// As documented: less than twice, more than half the true one, and never above the largest.
    @Test
    void percentilesAreRightWithinAFactorOfTwo() {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            long[] values = IntStream.range(0, 1 + random.nextInt(200))
                    .mapToLong(i -> 1 + (random.nextLong() >>> (1 + random.nextInt(62))))
                    .map(value -> value < 1 ? 1 : value)
                    .sorted()
                    .toArray();
            Distribution distribution = of(values);
            for (double percent : List.of(0.0, 1.0, 50.0, 90.0, 99.0, 99.9, 100.0)) {
                int rank = (int) Math.max(Math.ceil(values.length * percent / 100), 1);
                double truth = values[rank - 1];
                assertThat((double) distribution.percentile(percent))
                        .as("replay: -Dstet.seed=" + seed + ", round " + round)
                        .isGreaterThan(truth / 2)
                        .isLessThan(truth * 2)
                        .isLessThanOrEqualTo((double) distribution.max());
            }
        }
    }

    @Test
    void fewAndNone() {
        assertThat(of().percentile(50)).isZero();
        assertThat(of().mean()).isZero();
        assertThat(of(-7, 0).percentile(99)).isZero();
        assertThat(of(1).percentile(50)).isEqualTo(1);
        assertThat(of(1000).percentile(99)).isBetween(512L, 1000L);
        assertThat(of(1, 2, 3).mean()).isEqualTo(2.0);
        // The counters are read while programs write them: the largest may be that of a moment before.
        assertThat(new Distribution(1, 9, 3, List.of(0L, 0L, 0L, 0L, 1L)).percentile(50))
                .isEqualTo(8);
    }
}
