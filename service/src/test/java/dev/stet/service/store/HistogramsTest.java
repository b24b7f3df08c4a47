package dev.stet.service.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class HistogramsTest {
    @Test
    void bucketsAreInOrderAndTheirMiddleIsNear() {
        int last = -1;
        for (long number = 0; number >= 0 && number < Long.MAX_VALUE / 2; number = number + 1 + number / 40) {
            int bucket = Buckets.of(number);
            assertThat(bucket).isBetween(last, Buckets.COUNT - 1);
            assertThat((double) Buckets.middle(bucket)).isCloseTo((double) number, within((double) number * 0.033));
            last = bucket;
        }
        assertThat(Buckets.of(Long.MAX_VALUE)).isEqualTo(Buckets.COUNT - 1);
        assertThat(Buckets.of(-5)).isZero();
    }

    @Test
    void percentilesAreNearThoseOfTheNumbersThemselves() {
        Random random = new Random(7);
        double[] numbers = new double[20_000];
        Distribution distribution = new Distribution();
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (random.nextInt(3) - 1) * Math.exp(random.nextGaussian() * 5);
            distribution.add(numbers[i], 1);
        }
        Arrays.sort(numbers);
        for (double percent : new double[] {0, 0.1, 1, 10, 25, 32, 50, 68, 90, 99, 99.9, 100}) {
            double exact = numbers[Math.max(0, (int) Math.ceil(percent / 100 * numbers.length) - 1)];
            assertThat(distribution.percentile(percent))
                    .as("p" + percent)
                    .isCloseTo(exact, within(Math.abs(exact) * 0.017));
        }
    }

    @Test
    void hugeAndTinyNumbersAreNoTrouble() {
        Distribution distribution = new Distribution();
        for (double number : new double[] {
            Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE, Double.POSITIVE_INFINITY, Double.NaN
        }) {
            distribution.add(number, 1);
        }
        assertThat(distribution.count()).isEqualTo(4);
        assertThat(distribution.percentile(0)).isEqualTo(-Double.MAX_VALUE);
        assertThat(distribution.percentile(100)).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void aHistogramIsReadAsItWasWritten() {
        LatencyHistogram histogram = new LatencyHistogram();
        Random random = new Random(11);
        for (int i = 0; i < 10_000; i++) {
            histogram.add((long) Math.exp(random.nextDouble() * 43));
        }
        histogram.add(0);
        byte[] bytes = histogram.bytes();
        assertThat(LatencyHistogram.of(bytes).orElseThrow().bytes()).isEqualTo(bytes);
    }

    @Test
    void hostileBytesAreAHistogramOrNone() {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        LatencyHistogram histogram = new LatencyHistogram();
        for (int i = 0; i < 100; i++) {
            histogram.add(random.nextInt(1 << 30));
        }
        byte[] good = histogram.bytes();
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = Arrays.copyOf(good, random.nextInt(good.length + 1));
            if (bytes.length > 0) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                LatencyHistogram.of(bytes)
                        .ifPresent(read ->
                                read.each((nanos, count) -> assertThat(count).isPositive()));
            } catch (Throwable escaped) {
                throw new AssertionError("replay: -Dstet.seed=" + seed + ", round " + round, escaped);
            }
        }
    }

    @Test
    void functionsBeyondTheLimitAreCountedTogether() {
        FunctionCounts counts = new FunctionCounts();
        for (int i = 0; i < 5000; i++) {
            counts.add("p" + (i % 7), "f" + i, i);
        }
        assertThat(counts.entries()).hasSize(FunctionCounts.MAX_FUNCTIONS + 1);
        assertThat(counts.entries().stream()
                        .mapToLong(FunctionCounts.Entry::calls)
                        .sum())
                .isEqualTo(5000);
        assertThat(counts.entries().getLast().function()).isEqualTo(FunctionCounts.OTHERS);
        assertThat(counts.entries().getLast().calls()).isEqualTo(5000 - FunctionCounts.MAX_FUNCTIONS);
    }

    @Test
    void aSampleIsSpreadOverTheSecondAndNotExceeded() {
        CallSample sample = new CallSample(100, new Random(3));
        for (int i = 0; i < 100_000; i++) {
            var ignored = sample.isKept();
        }
        sample.second();
        int firstHalf = 0;
        int all = 0;
        for (int i = 0; i < 100_000; i++) {
            if (sample.isKept()) {
                all++;
                firstHalf += i < 50_000 ? 1 : 0;
            }
        }
        assertThat(all).isBetween(70, 100);
        assertThat((double) firstHalf).isCloseTo(all / 2.0, Percentage.withPercentage(40));
    }

    @Test
    void noneAreKeptIfNoneAreWanted() {
        CallSample sample = new CallSample(0, new Random(3));
        for (int second = 0; second < 3; second++) {
            for (int i = 0; i < 1000; i++) {
                assertThat(sample.isKept()).isFalse();
            }
            sample.second();
        }
    }
}
