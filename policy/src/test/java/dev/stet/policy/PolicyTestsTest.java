package dev.stet.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.policy.PolicyTests.Case;
import dev.stet.policy.PolicyTests.Outcome;
import dev.stet.policy.yaml.SourceText;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTestsTest {
    private static final String POLICY = """
            apiVersion: stet.dev/v1alpha1
            kind: ProbeExemption
            metadata: {name: whole}
            spec: {reason: r, owner: o, expires: 2027-01-01, match: {exe: {name: redis*}}}
            ---
            apiVersion: stet.dev/v1alpha1
            kind: ProbeExemption
            metadata: {name: returns}
            spec: {reason: r, owner: o, exempt: [returns, {pack: "sql*"}], match: {env: {MODE: x}}}
            ---
            apiVersion: stet.dev/v1alpha1
            kind: ProbeTier
            metadata: {name: payments}
            spec: {match: {pod: {labels: {tier: payments}}}, probes: no-returns}
            """;

    private static PolicyTests.ReadResult read(String cases) {
        String document = """
                apiVersion: stet.dev/v1alpha1
                kind: PolicyTest
                metadata: {name: mine}
                spec:
                  now: 2026-12-01
                  cases: [%s]
                """.formatted(cases);
        // The policy's own documents may lie in the same file.
        return PolicyTests.read(List.of(new SourceText("f", document + "---\n" + POLICY)));
    }

    private static Case one(String text) {
        return switch (read(text)) {
            case PolicyTests.ReadResult.Valid(var cases) -> cases.getFirst();
            case PolicyTests.ReadResult.Invalid(var problems) -> throw new AssertionError(problems);
        };
    }

    private static String differences(String facts, String expect) {
        Case it = one("{name: n, facts: {%s}, expect: {%s}}".formatted(facts, expect));
        return switch (it.run(Samples.read(POLICY))) {
            case Outcome.Passed _ -> "";
            case Outcome.Failed(var _, var differences) -> String.join("; ", differences);
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "exe: /bin/redis              | verdict: exempt                                   | ``",
                "exe: /bin/redis              | verdict: exempt, aspects: [all], rule: whole      | ``",
                "exe: /bin/redis              | verdict: exempt, rules: [whole]                   | ``",
                "exe: /bin/sh                 | verdict: trace                                    | ``",
                "exe: /bin/sh                 | verdict: exempt | verdict: expected exempt, was trace, traced: no exemption matches",
                "env: {MODE: x}               | verdict: exempt, aspects: [{pack: 'sql*'}, returns] | ``",
                "env: {MODE: x}               | verdict: exempt, aspects: [returns] | aspects: expected returns, was pack sql*, returns",
                "env: {MODE: x}               | verdict: exempt, rule: whole, rules: [a] | rule: expected whole, was returns; rules: expected a, was returns",
                "unreadable: [exe]            | verdict: undecided, missingFact: exe              | ``",
                "unreadable: [exe]            | verdict: undecided, missingFact: uid | missingFact: expected uid, was exe",
                "pod: {labels: {tier: payments}} | verdict: exempt, tier: payments, rule: tier payments | ``",
                "exe: /bin/sh                 | verdict: trace, tier: payments | tier: expected payments, was none",
                "env: {STET_EXEMPT: all}      | verdict: exempt, rule: stet-self-exemption-all    | ``",
                "hazards: [debugger-attached] | verdict: exempt, rule: stet-debugger              | ``",
            })
    void run(String facts, String expect, String expected) {
        assertThat(differences(facts, expect)).isEqualTo(expected);
    }

    /// Every fact there is can be given, and what is not is absent.
    @Test
    void everyFact() {
        String id = "0123456789abcdef".repeat(4);
        Case it = one("""
                {name: n, expect: {verdict: trace}, facts: {
                  exe: /bin/a, hostExe: /h/a, script: a.js, comm: a, args: [a, "1"], env: {A: b}, uid: 4294967295,
                  user: u, parent: {exe: /sbin/init, comm: init}, ancestors: [{comm: init}], cgroup: /x,
                  systemdUnit: a.service, containerId: %s, container: {name: c, image: i, digest: d},
                  pod: {namespace: n, name: p, workload: w, labels: {a: b}, annotations: {c: d}},
                  links: [/lib/libc.so.6], hazards: [fibers], buildId: aabb, sections: [.text], language: go,
                  modules: [{path: m, version: v1.0.0}, {path: n}], sha256: %s, age: 5s, known: 3s}}
                """.formatted(id, id));
        List<String> notKnown = FactKey.ALL.stream()
                .filter(key -> !(it.facts().get(key) instanceof Fact.Known))
                .map(FactKey::name)
                .toList();
        assertThat(notKnown).containsExactly("tier");
        assertThat(it.facts()
                        .get(FactKey.MODULES)
                        .known()
                        .orElseThrow()
                        .getFirst()
                        .main())
                .isTrue();
        assertThat(it.facts().uid()).isEqualTo(Fact.of(-1));
        assertThat(it.moment().age(it.facts().identity())).hasSeconds(5);
        assertThat(it.moment().known()).hasSeconds(3);
        assertThat(one("{name: n, facts: {uid: 0}, expect: {verdict: trace}}")
                        .facts()
                        .exe())
                .isEqualTo(Fact.absent());
    }

    @Test
    void problems() {
        var result = (PolicyTests.ReadResult.Invalid) read("""
                {name: n, facts: {ex: /a, hazards: [fibres], exe: /b, unreadable: [exe, hazrd]}, expect: {verdict: exempted}},
                {name: n, facts: {exe: /b}, expect: {verdict: trace, aspects: [all], missingFact: ex}}""");
        assertThat(result.problems().stream()
                        .map(problem ->
                                problem.path() + ": " + problem.message().replaceAll("expected one of [^']*", ""))
                        .collect(Collectors.joining("\n")))
                .isEqualTo("""
                        spec.cases[0].facts.ex: unknown field 'ex'; did you mean 'exe'?
                        spec.cases[0].facts.hazards[0]: 'fibres'; did you mean 'fibers'?
                        spec.cases[0].facts.unreadable[0]: this fact is given above
                        spec.cases[0].facts.unreadable[1]: 'hazrd'; did you mean 'hazard'?
                        spec.cases[0].expect.verdict: 'exempted'; did you mean 'exempt'?
                        spec.cases[1].name: name 'n' is taken by the case in f:6
                        spec.cases[1].expect.aspects: only a verdict of kind 'exempt' has it
                        spec.cases[1].expect.missingFact: only a verdict of kind 'undecided' has it
                        spec.cases[1].expect.missingFact: 'ex'; did you mean 'exe'?""");
    }
}
