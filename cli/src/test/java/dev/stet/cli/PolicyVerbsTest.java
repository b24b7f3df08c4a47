package dev.stet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.policy.Policy;
import dev.stet.policy.PolicyReader;
import dev.stet.policy.PolicyTests;
import dev.stet.policy.ReadResult;
import dev.stet.policy.yaml.SourceText;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Reports of a policy's tests, and the line that says how far work is.
class PolicyVerbsTest {
    private static final String FILE = """
            apiVersion: stet.dev/v1alpha1
            kind: ProbeExemption
            metadata: {name: web}
            spec: {reason: r, owner: o, expires: 2030-01-01, match: {exe: {name: web}, uid: 0}}
            ---
            apiVersion: stet.dev/v1alpha1
            kind: PolicyTest
            metadata: {name: tests}
            spec:
              now: 2026-01-01T00:00:00Z
              cases:
                - {name: right, facts: {exe: /bin/web, uid: 0}, expect: {verdict: exempt, rule: web}}
                - {name: "<&\\">", facts: {exe: "/bin/we\\e[2J", uid: 0}, expect: {verdict: exempt, rule: web}}
            """;

    private static TestReport report() throws Exception {
        List<SourceText> texts = List.of(new SourceText("a.yaml", FILE));
        Policy policy = PolicyReader.read(texts, Instant.EPOCH) instanceof ReadResult.Valid(var valid, var _)
                ? valid
                : Policy.EMPTY;
        if (PolicyTests.read(texts) instanceof PolicyTests.ReadResult.Valid(var cases)) {
            return new TestReport(
                    policy,
                    cases.stream()
                            .map(each -> new TestReport.Result(each, each.run(policy), 5))
                            .toList(),
                    10);
        }
        throw new AssertionError(PolicyTests.read(texts));
    }

    @Test
    void failureSaysWhatDiffersAndWhyTheRuleMissed() throws Exception {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        report().print(new Output(written, false, () -> {}));
        assertThat(written.toString(StandardCharsets.UTF_8).lines())
                .contains("  passed  right")
                .anyMatch(line -> line.startsWith("  FAILED  <&\">  a.yaml:"))
                .anyMatch(line -> line.contains("verdict: expected exempt, was trace"))
                .anyMatch(line -> line.contains("web (a.yaml:3) no: exe '/bin/we\\u{1b}[2J' has name web"))
                .last()
                .asString()
                .startsWith("1 passed, 1 failed");
    }

    @Test
    void junitReportHasEveryCaseAndNoTextOfOthersAsMarkup() throws Exception {
        String xml = JunitXml.of(report());
        assertThat(xml.lines())
                .anyMatch(line -> line.startsWith("<testsuites tests=\"2\" failures=\"1\""))
                .anyMatch(line -> line.startsWith("    <testcase name=\"right\" classname=\"tests\" file=\"a.yaml\""))
                .anyMatch(line -> line.startsWith("    <testcase name=\"&lt;&amp;&quot;&gt;\""))
                .filteredOn(line -> line.contains("<failure"))
                .hasSize(1);
        assertThat(JunitXml.escaped("a\u0000\ud800<")).isEqualTo("a\ufffd\ufffd&lt;");
    }

    @Test
    void progressIsShownAfterASecondAndTakenAway() {
        AtomicLong nanos = new AtomicLong();
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        ProgressLine line = new ProgressLine("deciding", new PrintStream(written), nanos::get, true);
        line.at(1, 9);
        line.end();
        assertThat(written.toString(StandardCharsets.UTF_8)).isEmpty();
        nanos.set(1_500_000_000);
        line.at(5, 9);
        line.at(6, 9);
        line.end();
        assertThat(written.toString(StandardCharsets.UTF_8)).isEqualTo("\rstet: deciding: 5 of 9\033[K\r\033[K");
    }
}
