package dev.stet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.agent.Explanation;
import dev.stet.agent.Explanation.AttachedFunction;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Moment;
import dev.stet.policy.Policy;
import dev.stet.policy.PolicyReader;
import dev.stet.policy.ReadResult;
import dev.stet.policy.yaml.SourceText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Explanations for people, of processes that are not all friendly.
class ExplainTextTest {
    private static final String HOSTILE = "/tmp/a\nverdict    It is probed\u001b[2J\u202e\u2028";
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private static Policy policy(String... matches) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < matches.length; i++) {
            text.append("""
                    ---
                    apiVersion: stet.dev/v1alpha1
                    kind: ProbeExemption
                    metadata: {name: r%02d}
                    spec: {reason: r, owner: o, expires: 2030-01-01, match: %s}
                    """.formatted(i, matches[i]));
        }
        ReadResult result = PolicyReader.read(List.of(new SourceText("a.yaml", text.toString())), NOW);
        if (result instanceof ReadResult.Valid(var policy, var _)) {
            return Policy.of(policy.written());
        }
        throw new AssertionError(result);
    }

    private static Explanation explanation(Policy policy) {
        ProcessFacts facts = ProcessFacts.of(new ProcessIdentity(7, 1), 1, false)
                .with(FactKey.EXE, HOSTILE)
                .with(FactKey.COMM, HOSTILE.substring(0, 15))
                .with(FactKey.ARGS, List.of(HOSTILE, "--password=x"))
                .with(FactKey.UID, 0)
                .with(FactKey.ENV, Map.of("DB_PASSWORD", "hunter2", "A", "1"));
        Moment moment = new Moment(NOW, Duration.ofHours(1), Duration.ofHours(1));
        AttachedFunction function = new AttachedFunction("stet_\n", HOSTILE, HOSTILE, 1, false);
        return new Explanation(facts, true, policy.explain(facts, moment), Set.of(), List.of(), List.of(function));
    }

    private static String text(Policy policy, OptionalInt width, boolean all, Optional<String> rule) {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        Output output = new Output(written, false, () -> {});
        new ExplainText(output, width, all, rule).print(explanation(policy));
        return written.toString(StandardCharsets.UTF_8);
    }

    private static List<String> lines(String... matches) {
        return text(policy(matches), OptionalInt.empty(), false, Optional.empty())
                .lines()
                .toList();
    }

    @Test
    void verdictComesFirstAndOnlyOnce() {
        List<String> lines = lines("{exe: {glob: \"/tmp/**\"}}");
        assertThat(lines.getFirst()).isEqualTo("verdict    It is not probed, exempt by r00.");
        assertThat(lines).filteredOn(line -> line.startsWith("verdict")).hasSize(1);
        assertThat(lines).noneMatch(line -> line.chars().anyMatch(c -> c < ' ' || c == 0x202e || c == 0x2028));
    }

    @Test
    void everyClauseIsToldWithItsAnswer() {
        List<String> lines = lines("{any: [{uid: 0}, {exe: {name: x}, comm: y}], not: {uid: 5}, language: go}");
        assertThat(lines)
                .contains("             yes  one of:", "               yes  uid 0 is 0")
                .contains("             yes  none of:", "               no   uid 0 is 5")
                .contains("             ?    language (not read) is go");
        assertThat(lines.getFirst()).startsWith("verdict    It is left alone until language is known, which r00 asks");
    }

    /// What an environment holds is nobody's business but what a rule asks for.
    @Test
    void environmentIsShownByNameOnly() {
        String text = text(policy("{env: {A: \"2\", C: x}}"), OptionalInt.empty(), true, Optional.empty());
        assertThat(text).contains("'A=1'", "A, DB_PASSWORD").doesNotContain("hunter2");
        CharSequence json = ExplainJson.of(explanation(policy("{env: {A: \"2\", C: x}}")), Optional.empty());
        assertThat(json.toString()).contains("\"A=1\"".replace("\"", "'")).doesNotContain("hunter2");
    }

    @Test
    void rulesThatMissAreFoldedThenCounted() {
        String[] matches = new String[30];
        Arrays.fill(matches, "{uid: 5}");
        List<String> lines = lines(matches);
        assertThat(lines).filteredOn(line -> line.startsWith("misses")).hasSize(11);
        assertThat(lines)
                .contains("misses     r00 (a.yaml:4) no: uid 0 is 5", "misses     20 more; --all tells of all");
        String all = text(policy(matches), OptionalInt.empty(), true, Optional.empty());
        assertThat(all.lines().filter(line -> line.equals("           no   uid 0 is 5")))
                .hasSize(30);
        String one = text(policy(matches), OptionalInt.empty(), false, Optional.of("r07"));
        assertThat(one).contains("r07").doesNotContain("r08");
    }

    @Test
    void firstClauseThatSaidNoIsFoundInNotAndAny() {
        assertThat(lines("{exe: {glob: \"/**\"}, not: {uid: 0}}"))
                .contains("misses     r00 (a.yaml:4) removed by not: uid 0 is 0");
        assertThat(lines("{any: [{uid: 5}, {uid: 6}]}")).contains("misses     r00 (a.yaml:4) no: uid 0 is 5");
    }

    @Test
    void linesAreNoWiderThanTheTerminalUnlessAWordIs() {
        String text = text(policy("{uid: [1, 2, 3, 4, 5]}"), OptionalInt.of(50), true, Optional.empty());
        assertThat(text.lines())
                .allSatisfy(line -> assertThat(line.length() <= 50
                                || line.strip().split(" +", -1).length <= 3
                                || line.contains("/tmp/a"))
                        .as(line)
                        .isTrue());
    }
}
