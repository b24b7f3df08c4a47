package dev.stet.policy.pixie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.stet.policy.yaml.SourceText;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Any text at all gives lists or problems, soon, and what comes of them is a policy.
class HostileManifestTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String GOOD = """
            kind: Vizier
            spec:
              patches: {vizier-pem: '{"spec": {"containers": [{"args": ["--stirling_uprobe_opt_out=nginx,s.js"]}]}}'}
              dataCollectorParams: {customPEMFlags: {FLAGS_stirling_uprobe_opt_out: "a,b"}}
            ---
            args: [--stirling_uprobe_opt_out, x, "--stirling_uprobe_opt_out=y"]
            env: [{name: STIRLING_UPROBE_OPT_OUT, value: z}]
            """;

    static Stream<String> lies() {
        String flag = "--stirling_uprobe_opt_out=";
        return Stream.of(
                "[".repeat(100_000),
                "{a: ".repeat(50_000),
                "args: [" + (flag + "a, ").repeat(30_000) + "]",
                "args: ['" + flag + "a,".repeat(30_000) + "']",
                flag + ",".repeat(1_000_000),
                flag + "a,".repeat(600_000),
                "x".repeat(3_000_000),
                "args: [\"" + flag + "\\u0000\"]",
                "args: [\"" + flag + "\\n# comment\"]",
                "patches: {a: 'patches: {a: \"args: [" + flag + "a]\"}'}",
                "patches: {" + "a: '[".repeat(5_000),
                "&a [*a, *a]",
                "args: {args: {args: [" + flag + "]}}",
                "\u0000\uFFFE\uD800",
                "fromenv=" + "a,".repeat(400_000));
    }

    @ParameterizedTest
    @MethodSource("lies")
    void lie(String text) {
        assertTimeoutPreemptively(LIMIT, () -> check(text));
    }

    @Test
    void cutAndChanged() {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int round = 0; round < 3000; round++) {
                StringBuilder text = new StringBuilder(GOOD);
                for (int change = random.nextInt(4); change >= 0; change--) {
                    text.setCharAt(
                            random.nextInt(text.length()), (char) random.nextInt(random.nextBoolean() ? 128 : 65536));
                }
                text.setLength(random.nextInt(text.length() + 1));
                try {
                    check(text.toString());
                } catch (Throwable escaped) {
                    throw new AssertionError("replay: -Dstet.seed=" + seed + ", round " + round + "\n" + text, escaped);
                }
            }
        });
    }

    private static void check(String text) {
        switch (ListSearch.in(new SourceText("hostile", text))) {
            case Search.Unusable(var problems) -> assertThat(problems).isNotEmpty();
            case Search.Found(var lists, var _) -> {
                Imported imported = PixieImport.of(lists, Origin.UNKNOWN);
                if (!imported.rules().isEmpty() && imported.rules().size() < 100) {
                    var ignored = PixieExportTest.policy(String.join(
                            "---\n",
                            imported.rules().stream().map(Imported.Rule::yaml).toList()));
                }
            }
        }
    }
}
