package dev.stet.policy.bind;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.stet.policy.PolicyReader;
import dev.stet.policy.ReadResult;
import dev.stet.policy.yaml.Problems;
import dev.stet.policy.yaml.SourceText;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegexesTest {
    private static final String PIECES =
            "a b ( ) (?: ) [ ] [^ {2} {3,5} {10} {2,} * + ? | \\( \\) \\[ \\] \\Q \\E \\pL [[:alpha:]] []a] [a)] [(] [{2}] . ^ $ - {";

    /// What is estimated before compiling is never far below what comes out, whatever the expression.
    @Test
    void theEstimateIsNoneTooLow() {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> pieces = List.of(PIECES.split(" ", -1));
        int compiled = 0;
        for (int round = 0; round < 60_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(14); i >= 0; i--) {
                text.append(pieces.get(random.nextInt(pieces.size())));
            }
            String regex = text.toString();
            long size = RegexSize.of(regex);
            if (size > 100_000) {
                continue;
            }
            try {
                int program = Pattern.compile(regex).programSize();
                compiled++;
                assertThat((long) program)
                        .as("replay: -Dstet.seed=" + seed + ", round " + round + ": " + regex)
                        .isLessThanOrEqualTo(4 * size + 8);
            } catch (PatternSyntaxException wrong) {
                // most are
            }
        }
        assertThat(compiled).isGreaterThan(1000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "((a{1000}){1000}){1000}",
                "(a{1000}[)]b){1000}",
                "(a{1000}\\)b){1000}",
                "(a{1000}\\Q)\\Eb){1000}",
                "(a{1000}[[:alpha:])]b){1000}",
                "(a{1000}[^])]b){1000}",
                "((((((a{30}){30}){30}){30}){30}){30}){30}",
            })
    void whatGrowsIsKnownBeforeItDoes(String regex) {
        assertThat(RegexSize.of(regex)).isGreaterThan(100_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^/opt/[a-z0-9-]+/bin/(web|api)$",
                "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
                "(?i)\\.jar$",
                "[a-f0-9]{64}",
                "\\Q/a(b)\\E",
            })
    void whatPeopleWriteIsSmall(String regex) {
        assertThat(RegexSize.of(regex)).isLessThan(500);
        assertThat(Pattern.compile(regex).programSize()).isLessThan(Regexes.MAX_PROGRAM);
    }

    /// One by one they are small.
    @Test
    void manyAreRefusedBeforeTheyFillTheMemory() {
        StringBuilder text = new StringBuilder("""
                apiVersion: stet.dev/v1alpha1
                kind: ProbeExemption
                metadata: {name: x}
                spec: {reason: r, owner: o, expires: 2027-01-01, match: {any: [""");
        for (int i = 0; i < 10_000; i++) {
            text.append("{exe: {regex: \"a{900}\"}},\n");
        }
        ReadResult result = PolicyReader.read(List.of(new SourceText("f", text + "]}}\n")));
        assertThat(((ReadResult.Invalid) result).problems())
                .hasSize(Problems.MAX)
                .allMatch(problem -> problem.message().contains("together are too large"));
    }

    /// The largest that is let through, on the longest path there is.
    @Test
    void theSlowestIsFastEnough() {
        Pattern pattern = Pattern.compile("(?:a?){300}b(?:a|aa)*c");
        assertThat(pattern.programSize()).isLessThan(Regexes.MAX_PROGRAM);
        String path = "/" + "a".repeat(4095);
        long start = System.nanoTime();
        assertThat(pattern.matcher(path).find()).isFalse();
        assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(3_000);
    }
}
