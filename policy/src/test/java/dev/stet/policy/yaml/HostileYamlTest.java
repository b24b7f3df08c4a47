package dev.stet.policy.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.policy.PolicyReader;
import dev.stet.policy.ReadResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Any text at all gives documents or problems, and soon.
class HostileYamlTest {
    private static final int MIB = 1 << 20;
    /// Far more than any of them takes, on a machine that has other things to do.
    private static final long MAX_MILLIS = 5_000;

    private static final Map<String, String> TEXTS = texts();

    /// By name: the texts themselves would fill the report.
    static Stream<String> names() {
        return TEXTS.keySet().stream();
    }

    private static Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("flow lists", "[".repeat(MIB));
        texts.put("flow mappings", "{a: ".repeat(MIB / 4));
        texts.put("block lists", "- ".repeat(MIB / 2));
        texts.put("complex keys", "? ".repeat(MIB / 2));
        texts.put("staircase", staircase());
        texts.put("alias bomb", aliasBomb());
        texts.put("many values", "- a\n".repeat(MIB / 4));
        texts.put(
                "many keys",
                IntStream.range(0, 90_000).mapToObj(i -> "k" + i + ": 1\n").collect(Collectors.joining()));
        texts.put("one key ever again", "a: 1\n".repeat(MIB / 5));
        texts.put("many documents", "--- a\n".repeat(MIB / 6));
        texts.put("long word", "a".repeat(MIB));
        texts.put("long word and a colon", "a".repeat(MIB - 2) + ": ");
        texts.put("long quote", "\"" + "a".repeat(MIB - 2));
        texts.put("escapes", "\"" + "\\u0041".repeat(MIB / 7));
        texts.put("bad escape", "\"\\UFFFFFFFF\"");
        texts.put("many anchors", "- &a a\n".repeat(MIB / 8));
        texts.put("long anchor", "&" + "a".repeat(MIB - 2));
        texts.put("tags", "!!a ".repeat(MIB / 4));
        texts.put("directives", "%TAG ! a\n".repeat(MIB / 10));
        texts.put("version", "%YAML 99999999999.1\n--- a\n");
        texts.put("block text", "a: |9\n" + " ".repeat(MIB - 10));
        texts.put("spaces", " ".repeat(MIB));
        texts.put("lines", "\n".repeat(MIB));
        texts.put("long words", ("\"" + "a".repeat(65_000) + "\n").repeat(15));
        texts.put("comments", "#\n".repeat(MIB / 2));
        texts.put("too long", "# ".repeat(MIB));
        texts.put("NUL", "a: \0");
        texts.put("lone surrogate", "a: \ud800");
        texts.put("not UTF-8", new String(new byte[] {'a', ':', ' ', (byte) 0xff}, StandardCharsets.UTF_8));
        texts.put("byte order mark", "\uFEFFa: 1");
        texts.put("binary", new String(noise(MIB / 2), StandardCharsets.UTF_8));
        texts.put(
                "binary of printable characters",
                new String(noise(MIB), StandardCharsets.ISO_8859_1).replaceAll("[^ -~\n]", ":"));
        return texts;
    }

    @ParameterizedTest
    @MethodSource("names")
    void endsSoonWithAProblem(String name) {
        long start = System.nanoTime();
        ReadResult result = PolicyReader.read(List.of(new SourceText("f", TEXTS.get(name))));
        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
        System.out.printf("hostile YAML: %-32s %5d ms%n", name, millis);

        assertThat(millis).isLessThan(MAX_MILLIS);
        if (!List.of("lines", "comments").contains(name)) {
            assertThat(result).isInstanceOf(ReadResult.Invalid.class);
            List<Problem> problems = ((ReadResult.Invalid) result).problems();
            assertThat(problems).isNotEmpty().hasSizeLessThanOrEqualTo(Problems.MAX);
            assertThat(problems).allSatisfy(problem -> {
                assertThat(problem.line()).isPositive();
                assertThat(problem.column()).isPositive();
                assertThat(problem.toString()).hasSizeLessThan(2000).doesNotContain("\n");
            });
        }
    }

    /// Every truncation of a good policy, and two thousand small changes of it.
    @Test
    void nothingEscapes() throws Exception {
        String good = Files.readString(Path.of("src/test/resources/good/everything.yaml"));
        for (int length = 0; length < good.length(); length++) {
            check(good.substring(0, length), "length " + length);
        }
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        String alphabet = "[]{}:,-?&*!|>'\"%@`#~ \n\t\\<=a0\u0085\u2028\uFEFF";
        for (int round = 0; round < 2_000; round++) {
            StringBuilder text = new StringBuilder(good);
            for (int change = 0; change <= random.nextInt(4); change++) {
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                int at = random.nextInt(text.length());
                if (random.nextBoolean()) {
                    text.setCharAt(at, c);
                } else {
                    text.insert(at, c);
                }
            }
            check(text.toString(), "replay: -Dstet.seed=" + seed + ", round " + round);
        }
    }

    private static void check(String text, String replay) {
        try {
            switch (PolicyReader.read(List.of(new SourceText("f", text)))) {
                case ReadResult.Valid _ -> {}
                case ReadResult.Invalid(var problems) -> assertThat(problems).isNotEmpty();
            }
        } catch (Throwable escaped) {
            throw new AssertionError(replay, escaped);
        }
    }

    private static String staircase() {
        return IntStream.range(0, 1400).mapToObj(i -> " ".repeat(i) + "a:\n").collect(Collectors.joining());
    }

    private static String aliasBomb() {
        StringBuilder text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) {
            String before = "*a" + (i - 1);
            text.append("a%d: &a%d [%s]\n".formatted(i, i, String.join(", ", Collections.nCopies(9, before))));
        }
        return text.toString();
    }

    private static byte[] noise(int size) {
        byte[] bytes = new byte[size];
        new Random(1).nextBytes(bytes);
        return bytes;
    }
}
