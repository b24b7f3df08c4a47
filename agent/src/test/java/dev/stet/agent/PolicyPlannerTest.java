package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.agent.PolicyPlan.Change;
import dev.stet.agent.PolicyPlan.Effect;
import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Aspect;
import dev.stet.policy.Policy;
import dev.stet.policy.PolicyReader;
import dev.stet.policy.ReadResult;
import dev.stet.policy.Tree;
import dev.stet.policy.yaml.SourceText;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What would change, and what is read to know it.
class PolicyPlannerTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final List<ProcessFacts> MACHINE =
            List.of(process(1, "/sbin/init", 0), process(7, "/usr/bin/web", 5), process(8, "/usr/bin/web", 5));

    private final List<FactKey<?>> read = new ArrayList<>();
    private final Judge judge =
            new Judge(99, this::source, new Timekeeper(Clock.fixed(NOW, ZoneOffset.UTC), () -> Duration.ofHours(1)));
    private final PolicyPlanner planner = new PolicyPlanner(judge, NOW);

    /// The environment of pid 8 cannot be read.
    private ProcessFacts source(ProcessFacts facts, Set<FactKey<?>> wanted) {
        read.addAll(wanted);
        ProcessFacts more = facts;
        for (FactKey<?> key : wanted) {
            more = key.equals(FactKey.ENV) && facts.identity().pid() != 8
                    ? more.with(FactKey.ENV, Map.of("A", "1"))
                    : unreadable(more, key);
        }
        return more;
    }

    private static <T> ProcessFacts unreadable(ProcessFacts facts, FactKey<T> key) {
        return facts.with(key, Fact.<T>unreadable("no"));
    }

    private static ProcessFacts process(int pid, String exe, int uid) {
        return ProcessFacts.of(new ProcessIdentity(pid, 1), 1, false)
                .with(FactKey.EXE, exe)
                .with(FactKey.UID, uid);
    }

    /// Rules as `name, aspects, match`; without what comes with Stet.
    private static Policy policy(String... rules) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < rules.length; i += 3) {
            text.append("""
                    ---
                    apiVersion: stet.dev/v1alpha1
                    kind: ProbeExemption
                    metadata: {name: %s}
                    spec: {reason: r, owner: o, expires: 2030-01-01, exempt: [%s], match: %s}
                    """.formatted(rules[i], rules[i + 1], rules[i + 2]));
        }
        ReadResult result = PolicyReader.read(List.of(new SourceText("a.yaml", text.toString())), NOW);
        if (result instanceof ReadResult.Valid(var policy, var _)) {
            return Policy.of(policy.written());
        }
        throw new AssertionError(result);
    }

    private PolicyPlan plan(Policy before, Policy after) {
        return planner.plan(MACHINE, before, after, (_, _) -> {});
    }

    @Test
    void lostAndGainedAreEachOthersOpposite() {
        Policy web = policy("web", "all", "{exe: {name: web}}");
        PolicyPlan there = plan(Policy.EMPTY, web);
        assertThat(there.changes()).extracting(Change::effect).containsExactly(Effect.LOST, Effect.LOST);
        assertThat(there.unchanged()).isEqualTo(1);
        PolicyPlan back = plan(web, Policy.EMPTY);
        assertThat(back.changes()).extracting(Change::effect).containsExactly(Effect.GAINED, Effect.GAINED);
        assertThat(plan(web, web).isEmpty()).isTrue();
    }

    @Test
    void partsAreToldInBothDirections() {
        Policy returns = policy("r", "returns", "{exe: {name: init}}");
        Policy payload = policy("p", "payload", "{exe: {name: init}}");
        Change change = plan(returns, payload).changes().getFirst();
        assertThat(change.effect()).isEqualTo(Effect.PARTLY);
        assertThat(change.less()).containsExactly(Aspect.PAYLOAD);
        assertThat(change.more()).containsExactly(Aspect.RETURNS);
    }

    /// A fact that cannot be read takes the probes away until it can: that is a change to be told of.
    @Test
    void whatIsNotKnownIsNoPlausibleZero() {
        Policy env = policy("env", "all", "{env: {A: \"2\"}}");
        PolicyPlan plan = plan(Policy.EMPTY, env);
        assertThat(plan.changes()).hasSize(1);
        assertThat(plan.changes().getFirst().effect()).isEqualTo(Effect.UNDECIDED);
        assertThat(plan.idle())
                .singleElement()
                .satisfies(idle -> assertThat(idle.open()).containsExactly(8));
        assertThat(plan(env, env).undecided()).isEqualTo(1);
    }

    /// A rule that matches is not idle though another exempts the same processes, nor is one that is out of force.
    @Test
    void rulesThatMatchNothingAreTold() {
        Policy policy = policy(
                "all",
                "all",
                "{exe: {glob: \"/**\"}}",
                "also",
                "returns",
                "{exe: {name: web}}",
                "typo",
                "all",
                "{exe: {name: wbe}}");
        assertThat(plan(policy, policy).idle())
                .singleElement()
                .satisfies(idle -> assertThat(idle.rule().name()).isEqualTo("typo"));
    }

    @Test
    void programsAreInTheOrderOfHowManyProcessesTheyHave() {
        PolicyPlan plan = plan(Policy.EMPTY, policy("all", "all", "{exe: {glob: \"/**\"}}"));
        assertThat(plan.programs())
                .extracting(program -> program.changes().size())
                .containsExactly(2, 1);
        assertThat(plan.programs().getFirst().exe()).isEqualTo(Fact.of("/usr/bin/web"));
    }

    /// A decision reads what it turns on, an explanation what any rule asks for.
    @Test
    void anExplanationLeavesNothingOpenThatCanBeKnown() {
        Policy policy = policy("all", "all", "{exe: {glob: \"/**\"}}", "env", "all", "{env: {A: \"1\"}}");
        var ignored = judge.judge(MACHINE.getFirst(), Optional.of(policy), Duration.ZERO);
        assertThat(read).isEmpty();
        Judge.Explained explained = judge.explain(MACHINE.getFirst(), Optional.of(policy), Duration.ZERO, Set.of());
        assertThat(read).containsExactly(FactKey.ENV);
        assertThat(explained.whole().rules())
                .extracting(Tree.Rule::state)
                .containsExactly(Tree.State.APPLIES, Tree.State.APPLIES);
        assertThat(explained.asked()).containsExactlyInAnyOrder(FactKey.EXE, FactKey.ENV);
    }
}
