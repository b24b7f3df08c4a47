package dev.stet.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.policy.PolicyLint.Finding;
import dev.stet.policy.yaml.SourceText;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyLintTest {
    private static final String RULE = """
            ---
            apiVersion: stet.dev/v1alpha1
            kind: ProbeExemption
            metadata: {name: %s}
            spec: {reason: it crashes, owner: shop@example.com, expires: 2027-03-31, match: {%s}%s}
            """;
    private static final String TIER = """
            ---
            apiVersion: stet.dev/v1alpha1
            kind: ProbeTier
            metadata: {name: %s}
            spec: {match: {%s}%s}
            """;

    private static List<Finding> findings(String text) {
        return PolicyLint.of(Samples.read(text), Samples.NOW.now());
    }

    private static String codes(String text) {
        return findings(text).stream()
                .map(finding -> finding.code().toString())
                .distinct()
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "exe: {glob: /opt/shop/**}                                       | ``",
                "exe: {glob: '/**'}                                              | matches-everything",
                "exe: {regex: .}                                                 | matches-everything",
                "exe: {glob: '/**'}, not: {uid: 0}                               | matches-everything",
                "exe: {glob: '/**'}, uid: 7                                      | ``",
                "any: [{uid: 7}, {exe: {glob: '**'}}]                            | matches-everything",
                "comm: shop                                                      | target-chooses",
                "args: {contains: [x]}, env: {A: b}                              | target-chooses",
                "comm: shop, uid: 7                                              | ``",
                "uid: 7, any: [{comm: a}, {comm: b}]                             | ``",
                "any: [{uid: 7}, {comm: a}]                                      | target-chooses",
                "exe: {name: java}                                               | matches-stet",
                "exe: {name: 'st?t'}                                             | matches-stet",
                "exe: {glob: '/usr/**'}                                          | ``",
                "exe: {name: java}, args: {contains: [-jar]}                     | ``",
                "exe: {glob: /usr/bin/a, name: b}                                | never-matches",
                "exe: {glob: /usr/bin/a, name: a}                                | ``",
                "exe: {name: [a, b], regex: x}                                   | ``",
                "exe: {glob: /bin/a, regex: ^/usr}                               | never-matches",
                "exe: {name: a}, any: [{exe: {name: b}}, {exe: {name: c}}]       | never-matches",
                "exe: {name: a}, any: [{exe: {name: b}}, {exe: {name: 'a'}}]     | dead-entry",
                "exe: {glob: /usr/bin/}                                          | never-matches",
                "exe: {glob: /usr//bin/a}                                        | never-matches",
                "exe: {glob: '/usr/bin/a (deleted)'}                             | never-matches",
                "exe: {glob: ['/a//b', /c]}                                      | ``",
                "uid: [1, 2], any: [{uid: 3}]                                    | never-matches",
                "exe: {name: a}, comm: a-name-of-sixteen                         | never-matches",
                "exe: {name: a}, comm: a-name-of-sixte*                          | ``",
                "exe: {name: a}, comm: ['a-name-of-[s]ixteen-and-more', b]       | ``",
                "exe: {name: a}, not: {exe: {name: a}}                           | never-matches",
                "exe: {name: a}, age: {under: 1m, atLeast: 1m}                   | never-matches",
                "exe: {name: a}, age: {under: 2m, atLeast: 1m}                   | ``",
                "tier: payments                                                  | never-matches",
                "language: [c, go], any: [{language: rust}]                      | never-matches",
            })
    void matches(String match, String expected) {
        assertThat(codes(RULE.formatted("a", match, ""))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "exe: {name: a}   | , until: {module: m, version: '>=1'}        | ``",
                "language: c      | , until: {module: m, version: '>=1'}        | until-without-effect",
                "language: [c,go] | , until: {module: m, version: '>=1'}        | ``",
                "buildId: aa      | , until: {buildIdOtherThan: [aa, bb]}       | until-without-effect",
                "buildId: aa      | , until: {buildIdOtherThan: bb}             | until-without-effect",
                "buildId: [aa,cc] | , until: {buildIdOtherThan: [aa, bb]}       | ``",
                "exe: {name: a}   | , until: {buildIdOtherThan: aa}             | ``",
            })
    void ends(String match, String until, String expected) {
        assertThat(codes(RULE.formatted("a", match, until))).isEqualTo(expected);
    }

    @Test
    void expiry() {
        String rule = RULE.formatted("a", "uid: 7", "");
        assertThat(codes(rule.replace("expires: 2027-03-31, ", ""))).isEqualTo("never-ends");
        assertThat(codes(rule.replace("2027", "2026"))).isEqualTo("expired");
        assertThat(codes(rule.replace("expires: 2027-03-31", "expires: 2026-03-31, onExpiry: keep")))
                .isEqualTo("kept");
        assertThat(codes(rule.replace("2027", "2028"))).isEqualTo("ends-late");
        assertThat(codes(rule.replace("2027-03-31", "2027-11-22"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"TODO, true", "tbd, true", "n/a, true", "..., true", "x, true", "?, true", "it crashes, false"})
    void words(String words, boolean found) {
        String rule = RULE.formatted("a", "uid: 7", "");
        String expected = found ? "placeholder" : "";
        assertThat(codes(rule.replace("it crashes", "\"" + words + "\""))).isEqualTo(expected);
        assertThat(codes(rule.replace("shop@example.com", "\"" + words + "\""))).isEqualTo(expected);
    }

    @Test
    void oneRuleBecauseOfAnother() {
        String wide = RULE.formatted("wide", "uid: 7", "");
        assertThat(codes(wide + RULE.formatted("a", "uid: 7", ""))).isEqualTo("duplicate");
        assertThat(codes(wide + RULE.formatted("a", "uid: 7", ", exempt: [returns]"))).isEqualTo("subsumed");
        assertThat(codes(wide + RULE.formatted("a", "uid: 7, comm: x", ""))).isEqualTo("subsumed");
        assertThat(codes(wide + RULE.formatted("a", "exe: {name: x}, uid: 7, any: [{comm: y}]", ""))).isEqualTo("subsumed");
        String sooner = RULE.formatted("a", "uid: 7, exe: {name: x}", ", exempt: [usdt]").replace("03-31", "03-30");
        assertThat(codes(wide + sooner)).isEqualTo("subsumed");
        assertThat(codes(wide + RULE.formatted("a", "uid: 8", ""))).isEmpty();
        assertThat(codes(wide.replace("match", "exempt: [returns], match") + RULE.formatted("a", "uid: 7, comm: x", "")))
                .isEmpty();
        // The narrow one lasts longer.
        assertThat(codes(wide + RULE.formatted("a", "uid: 7, comm: x", "").replace("03-31", "04-01"))).isEmpty();
        // The wide one ends with the fix.
        String until = RULE.formatted("wide", "uid: 7", ", until: {buildIdOtherThan: aa}");
        assertThat(codes(until + RULE.formatted("a", "uid: 7, comm: x", ""))).isEmpty();
    }

    @Test
    void tiers() {
        assertThat(codes(TIER.formatted("t", "uid: 7", ""))).isEqualTo("unused-tier");
        assertThat(codes(TIER.formatted("t", "uid: 7", "") + RULE.formatted("a", "tier: t, uid: 7", "")))
                .isEmpty();
        assertThat(codes(TIER.formatted("t", "uid: 7", ", probes: none"))).isEmpty();
        assertThat(codes(TIER.formatted("t", "uid: 7", ", probes: none, rank: 1") + TIER.formatted("u", "uid: 7", ", probes: none")))
                .isEqualTo("shadowed-tier");
        assertThat(codes(TIER.formatted("t", "uid: 7", ", probes: none") + TIER.formatted("u", "uid: 8", ", probes: none")))
                .isEqualTo("same-rank");
    }

    @Test
    void whatComesWithStetIsOnlyToldOfIfItIsLifted() {
        assertThat(findings("")).isEmpty();
        assertThat(findings("""
                apiVersion: stet.dev/v1alpha1
                kind: ProbeSettings
                metadata: {name: s}
                spec: {lift: [stet-debugger]}
                """)).extracting(Finding::toString).singleElement().asString().matches(
                "built-in:\\d+: note: stet-debugger: it comes with Stet and is lifted: .* \\[lifted]");
    }

    @Test
    void sayWhere() {
        assertThat(findings(RULE.formatted("a", "comm: x", ""))).extracting(Finding::toString).containsExactly(
                "f:4: warning: a: it turns on comm alone, which any process can set for itself [target-chooses]");
    }

    /// A file of many rules is looked at in less than anybody notices, and no code is there that nothing gives.
    @Test
    void everyCodeIsTested() throws Exception {
        String tests = java.nio.file.Files.readString(
                java.nio.file.Path.of("src/test/java/dev/stet/policy/PolicyLintTest.java"));
        Set<String> untested = EnumSet.allOf(PolicyLint.Code.class).stream()
                .map(PolicyLint.Code::toString)
                .filter(code -> !tests.contains(code))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(untested).isEmpty();
    }

    @Test
    void manyRules() {
        String text = Stream.iterate(0, i -> i + 1)
                .limit(1900)
                .map(i -> RULE.formatted("r" + i, "uid: " + i + ", exe: {name: a}", ""))
                .collect(Collectors.joining());
        long start = System.nanoTime();
        var policy = (ReadResult.Valid) PolicyReader.read(List.of(new SourceText("f", text)));
        assertThat(PolicyLint.of(policy.policy(), Samples.NOW.now())).isEmpty();
        assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(10_000);
    }
}
