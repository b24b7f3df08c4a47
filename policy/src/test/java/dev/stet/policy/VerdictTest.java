package dev.stet.policy;

import static dev.stet.policy.Samples.AMQPROXY;
import static dev.stet.policy.Samples.NOW;
import static dev.stet.policy.Samples.exe;
import static dev.stet.policy.Samples.rule;
import static dev.stet.policy.Samples.uid;
import static dev.stet.policy.Samples.withExe;
import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.Glob;
import dev.stet.facts.ProcessFacts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static final Match EXE = Match.of(exe("/usr/bin/amqproxy*"));

    private static String explain(Aspect aspect, Match match, ProcessFacts facts) {
        return Policy.of(List.of(rule("amqproxy-fibers", aspect, match)))
                .decide(facts, NOW)
                .explain();
    }

    @Test
    void exempt() {
        assertThat(explain(Aspect.ALL, EXE, AMQPROXY))
                .isEqualTo("exempt by amqproxy-fibers (policy.d/a.yaml:3): exe '/usr/bin/amqproxy' matches glob"
                        + " /usr/bin/amqproxy*; reason: fibers; owner messaging@example.com; expires 2027-03-31");
        assertThat(explain(Aspect.RETURNS, EXE, AMQPROXY)).startsWith("exempt from return probes by amqproxy-fibers");
    }

    @Test
    void undecided() {
        assertThat(explain(Aspect.ALL, EXE, withExe(Fact.unreadable("permission denied"))))
                .isEqualTo("left alone: exe is not known for amqproxy-fibers (policy.d/a.yaml:3):"
                        + " exe (cannot be read: permission denied) unknown: matches glob /usr/bin/amqproxy*");
    }

    @Test
    void traced() {
        assertThat(Policy.EMPTY.decide(AMQPROXY, NOW).explain()).isEqualTo("traced: no exemption matches");
        assertThat(explain(Aspect.ALL, EXE, withExe(Fact.of("/bin/sh")))).isEqualTo("traced: no exemption matches");
        Match removed = new Match(EXE.all(), List.of(), List.of(new Match.Entry(List.of(uid(7)))));
        assertThat(explain(Aspect.ALL, removed, AMQPROXY)).isEqualTo("traced: no exemption matches");
    }

    /// Whoever compares verdicts to tell what is new would find something at each look.
    @Test
    void growingOlderAloneMakesNoOtherVerdict() {
        Match young = Match.of(new Clause.Age(Optional.of(Duration.ofDays(9)), Optional.empty()));
        Policy policy = Policy.of(List.of(rule("young", Aspect.ALL, young)));
        Moment later = new Moment(NOW.now(), NOW.uptime().plusMillis(10), NOW.known());
        assertThat(policy.decide(AMQPROXY, later)).isEqualTo(policy.decide(AMQPROXY, NOW));
    }

    /// Verdicts are kept, and environments are as large as their owners like.
    @Test
    void ofAnEnvironmentOnlyWhatARuleNamesIsKept() {
        var wanted = new Clause.On<>(
                FactKey.ENV, new dev.stet.policy.Test.Entries(new TreeMap<>(Map.of("A", Glob.name("1")))));
        ProcessFacts facts = AMQPROXY.with(FactKey.ENV, Map.of("A", "1", "PASSWORD", "x".repeat(1 << 20)));
        Decision decision = Policy.of(List.of(rule("a", Aspect.ALL, Match.of(wanted))))
                .decide(facts, NOW)
                .decisions()
                .getFirst();
        assertThat(decision.evidence().getFirst().fact()).isEqualTo(Fact.of(Map.of("A", "1")));
    }

    @Test
    void guarded() {
        Verdict verdict = Verdict.guarded("stet-itself", "Stet does not probe itself");
        assertThat(verdict.explain()).isEqualTo("exempt by guard stet-itself: Stet does not probe itself");
        assertThat(verdict.mayProbe()).isFalse();
        assertThat(verdict.permission().returns()).isFalse();
    }

    @Test
    void whatMayBeProbed() {
        Verdict returns = Policy.of(List.of(rule("a", Aspect.RETURNS, EXE))).decide(AMQPROXY, NOW);
        assertThat(returns.mayProbe()).isTrue();
        assertThat(returns.permission().returns()).isFalse();
        Verdict undecided =
                Policy.of(List.of(rule("a", Aspect.RETURNS, EXE))).decide(withExe(Fact.unreadable("x")), NOW);
        assertThat(undecided.mayProbe()).isFalse();
        assertThat(undecided.permission().returns()).isFalse();
    }

    /// A path is the target's to choose; the line is ours.
    @Test
    void hostileFactsStayOnOneLine() {
        String line =
                explain(Aspect.ALL, EXE, withExe(Fact.of("/usr/bin/amqproxy\n\u001b[31m\u202e" + "x".repeat(5000))));
        assertThat(line).hasSizeLessThan(1000).matches("\\P{Cntrl}+").contains("\\u{a}\\u{1b}[31m\\u{202e}");
    }
}
