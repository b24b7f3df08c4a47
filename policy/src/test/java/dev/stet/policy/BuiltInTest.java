package dev.stet.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuiltInTest {
    private static final Policy POLICY = BuiltIn.policy();

    @Test
    void everyRuleSaysWhyAndWho() {
        assertThat(BuiltIn.exemptions()).hasSize(9).allSatisfy(rule -> {
            assertThat(rule.isBuiltIn()).isTrue();
            assertThat(rule.name()).startsWith("stet-");
            assertThat(rule.owner()).isEqualTo("stet");
            assertThat(rule.reason()).hasSizeGreaterThan(20);
            assertThat(rule.ticket()).contains("docs/formats/hazards.md");
            assertThat(rule.line()).isPositive();
        });
        assertThat(POLICY.written()).isEmpty();
    }

    /// Stet changes no return address, so of the hazards only some harm a process that it probes.
    @ParameterizedTest
    @CsvSource({
        "self-checksum, stet-self-checksum",
        "text-remapped, stet-large-pages",
        "large-pages, stet-large-pages-at-start",
        "debugger-attached, stet-debugger",
        "syscall-dispatch, stet-syscall-dispatch",
        "code-patching, stet-code-patching",
        "go-stacks,",
        "fibers,",
        "exception-tables,",
        "stack-walker,",
        "packed,",
        "sanitizer,",
        "runtime-code,",
        "tracer,",
        "syscall-filter,",
        "seccomp,",
    })
    void hazards(String hazard, String rule) {
        assertThat(FactKey.HAZARD_NAMES).contains(hazard);
        ProcessFacts facts =
                Samples.absent().with(FactKey.HAZARDS, Set.of(hazard)).with(FactKey.SECTIONS, Set.of(".text"));
        assertThat(rules(facts)).isEqualTo(rule == null ? List.of() : List.of(rule));
    }

    private static List<String> rules(ProcessFacts facts) {
        return POLICY.decide(facts, Samples.NOW).decisions().stream()
                .map(Decision::rule)
                .toList();
    }

    /// Every Node.js could move to large pages, and only those that are told to do.
    @Test
    void nodeIsProbedUnlessItIsToldToMove() {
        ProcessFacts node = Samples.absent()
                .with(FactKey.HAZARDS, Set.of("large-pages", "runtime-code"))
                .with(FactKey.SECTIONS, Set.of(".text", "lpstub"))
                .with(FactKey.ARGS, List.of("node", "server.js"))
                .with(FactKey.ENV, Map.of("NODE_OPTIONS", "--use-largepages=off"));
        assertThat(rules(node)).isEmpty();
        assertThat(rules(node.with(FactKey.ARGS, List.of("node", "--use-largepages=on")))).containsExactly("stet-large-pages");
        assertThat(rules(node.with(FactKey.ENV, Map.of("NODE_OPTIONS", "-x --use-largepages=silent"))))
                .containsExactly("stet-large-pages");
    }

    @ParameterizedTest
    @CsvSource({"all, false, false, false", "returns, true, false, true", "payload, true, true, false", "no, true, true, true"})
    void selfExemption(String value, boolean probe, boolean returns, boolean payload) {
        ProcessFacts facts = Samples.absent().with(FactKey.ENV, Map.of("STET_EXEMPT", value));
        Permission permission = POLICY.decide(facts, Samples.NOW).permission();
        assertThat(List.of(permission.probe(), permission.returns(), permission.payload()))
                .containsExactly(probe, returns, payload);
        Policy denied = POLICY.plus(Policy.of(List.of(), List.of(), new Settings(false, Set.of())));
        assertThat(denied.decide(facts, Samples.NOW)).isInstanceOf(Verdict.Trace.class);
    }

    @Test
    void eachCanBeLifted() {
        ProcessFacts facts = Samples.absent().with(FactKey.HAZARDS, Set.of("debugger-attached"));
        assertThat(POLICY.decide(facts, Samples.NOW)).isInstanceOf(Verdict.Exempt.class);
        Policy lifted = Samples.read("""
                apiVersion: stet.dev/v1alpha1
                kind: ProbeSettings
                metadata: {name: s}
                spec: {lift: [stet-debugger]}
                """);
        assertThat(lifted.decide(facts, Samples.NOW)).isInstanceOf(Verdict.Trace.class);
    }
}
