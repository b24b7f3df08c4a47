package dev.stet.agent.suggest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Any bytes at all give findings and refusals, in time that is linear in them. Nothing else may escape.
class HostileEvidenceTest {
    private record Parser(String sample, Source source) {
        Reading read(byte[] bytes) {
            return switch (source) {
                case KERNEL -> KernelLog.read("p", bytes, Optional.of(Instant.EPOCH));
                case COREDUMP -> Coredumps.read("p", bytes);
                case POD -> Pods.read("p", bytes);
                case ALERT -> Alerts.read("p", bytes);
                case LEDGER, JOURNAL -> throw new IllegalArgumentException();
            };
        }
    }

    private static final List<Parser> PARSERS = List.of(
            new Parser(Samples.KMSG, Source.KERNEL),
            new Parser(Samples.PRINTED, Source.KERNEL),
            new Parser(Samples.DUMPS, Source.COREDUMP),
            new Parser(Samples.JOURNAL, Source.COREDUMP),
            new Parser(Samples.PODS, Source.POD),
            new Parser(Samples.ALERTS, Source.ALERT));

    @Test
    void truncatedAndChangedBytesEscapeInNoOtherWay() {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        for (Parser parser : PARSERS) {
            byte[] good = Samples.bytes(parser.sample);
            for (int round = 0; round < 5000; round++) {
                byte[] bytes = Arrays.copyOf(good, random.nextInt(good.length + 1));
                for (int i = 0; bytes.length > 0 && i < random.nextInt(8); i++) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
                try {
                    assertThat(parser.read(bytes).findings()).hasSizeLessThan(20);
                } catch (Throwable escaped) {
                    throw new AssertionError(
                            "replay: -Dstet.seed=" + seed + ", " + parser.source + " round " + round, escaped);
                }
            }
        }
    }

    @Test
    void aValueOfTheWrongTypeIsNoneAnywhere() {
        for (String wrong :
                List.of("null", "5", "-1e999", "true", "[]", "{}", "\"\"", "[[1]]", "[{}]", "\"\\ud800\"")) {
            for (Parser parser : PARSERS.subList(2, PARSERS.size())) {
                String[] parts = parser.sample.split("(?<=\":)", -1);
                for (int i = 1; i < parts.length; i++) {
                    String[] changed = parts.clone();
                    changed[i] = parts[i].replaceFirst(
                            "^(\"(?:[^\"\\\\]|\\\\.)*\"|[0-9]+|null)", wrong.replace("\\", "\\\\"));
                    var ignored = parser.read(Samples.bytes(String.join("", changed)));
                }
            }
        }
    }

    @Test
    void whatIsNestedDeepOrEndlesslyLongIsRefusedSoon() {
        String deep = "{\"items\":" + "[".repeat(2_000_000);
        String skipped = "{\"x\":" + "{\"x\":".repeat(2_000_000);
        String many = "{\"alerts\":[" + "{},".repeat(3_000_000) + "{}]}";
        String text = "{\"items\":[{\"metadata\":{\"name\":\"" + "\\u0041".repeat(2_000_000) + "\"}}]}";
        String digits = "{\"alerts\":[" + "9".repeat(3_000_000) + "]}";
        String line = "x".repeat(20_000_000) + "]: segfault at [1]: segfault at ";
        String marks = "[1]: segfault at ".repeat(1_000_000);
        assertTimeout(Duration.ofSeconds(20), () -> {
            assertThat(Pods.read("p", Samples.bytes(deep)).refusals().getFirst().reason())
                    .contains("nested deeper than 64");
            assertThat(Alerts.read("p", Samples.bytes(skipped))
                            .refusals()
                            .getFirst()
                            .reason())
                    .contains("nested deeper than 64");
            assertThat(Alerts.read("p", Samples.bytes(many))
                            .refusals()
                            .getFirst()
                            .reason())
                    .contains("more than 1000000 values");
            assertThat(Pods.read("p", Samples.bytes(text)).refusals()).isEmpty();
            assertThat(Alerts.read("p", Samples.bytes(digits)).refusals()).hasSize(1);
            assertThat(KernelLog.read("p", Samples.bytes(line), Optional.empty())
                            .findings())
                    .isEmpty();
            assertThat(KernelLog.read("p", Samples.bytes(marks), Optional.empty())
                            .findings())
                    .hasSizeLessThan(2);
        });
    }

    @Test
    void bytesThatAreNoTextBecomeNoPath() {
        byte[] bytes =
                "{\"COREDUMP_EXE\":\"/srv/\u00ff\",\"COREDUMP_SIGNAL\":\"11\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(Coredumps.read("p", bytes).findings().getFirst().clue().exe())
                .contains("/srv/\ufffd");
    }
}
