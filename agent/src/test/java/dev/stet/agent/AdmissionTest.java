package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.FactKey;
import dev.stet.facts.Glob;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Aspect;
import dev.stet.policy.Clause;
import dev.stet.policy.Match;
import dev.stet.policy.Permission;
import dev.stet.policy.Tier;
import dev.stet.policy.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong nanos = new AtomicLong();
    private final List<AgentEvent> events = new ArrayList<>();
    private final List<Rollouts.Key> freed = new ArrayList<>();
    private final Admission admission =
            new Admission(new Rollouts(nanos::get), new HandClock("2027-01-01T00:00:00Z"), events::add, freed::add);

    private static Target target(int pid) {
        return new Target(new ProcessIdentity(pid, 1));
    }

    private static Tier tier(int first) {
        Match match = Match.of(new Clause.Age(Optional.of(Duration.ofDays(1)), Optional.empty()));
        return new Tier(
                "payment",
                "a.yaml",
                1,
                "",
                0,
                match,
                Tier.Mode.FULL,
                new Tier.Rollout(first, Duration.ofSeconds(60)),
                Tier.Budget.NONE,
                Tier.Sensitivity.NORMAL);
    }

    private Permission ask(Target target, Verdict verdict) {
        ProcessFacts facts = ProcessFacts.of(target.identity, 1, false).with(FactKey.EXE, "/bin/x");
        target.facts = facts;
        return admission.ask(target, new Judge.Judged(facts, verdict, false), "8:1 42");
    }

    private static Verdict.Trace trace(int first) {
        return new Verdict.Trace(Optional.of(tier(first)));
    }

    @Test
    void withoutATierNobodyIsHeld() {
        for (int pid = 1; pid < 9; pid++) {
            assertThat(ask(target(pid), new Verdict.Trace(Optional.empty()))).isEqualTo(Permission.ALL);
        }
        assertThat(events).isEmpty();
    }

    @Test
    void theSecondIsHeldAndToldOfOnce() {
        Target second = target(2);
        assertThat(ask(target(1), trace(1))).isEqualTo(Permission.ALL);
        assertThat(ask(second, trace(1)).probe()).isFalse();
        assertThat(ask(second, trace(1)).probe()).isFalse();
        assertThat(second.held).isPresent();
        assertThat(admission.nextLook(second)).contains(Duration.ofSeconds(60));
        assertThat(events).singleElement().isInstanceOfSatisfying(AgentEvent.Held.class, held -> {
            assertThat(held.tier()).isEqualTo("payment");
            assertThat(held.until()).contains(Instant.parse("2027-01-01T00:01:00Z"));
        });
        nanos.set(60 * SECOND);
        assertThat(ask(second, trace(1))).isEqualTo(Permission.ALL);
        assertThat(second.held).isEmpty();
        assertThat(admission.nextLook(second)).isEmpty();
    }

    /// A process that has some of its probes keeps those while the new ones wait, and loses at once what is not
    /// allowed any more.
    @Test
    void whatIsThereStaysAndWhatIsExemptGoes() {
        Target first = target(1);
        Target second = target(2);
        Permission less = new Permission(true, false, true, true, true, List.of(), List.of(Glob.name("f")), List.of());
        first.granted = less;
        second.granted = less;
        var wanted = new Verdict.Exempt(Set.of(new Aspect.Library(Glob.name("l"))), List.of(), Optional.of(tier(1)));
        assertThat(ask(first, wanted)).isEqualTo(wanted.permission());
        Permission both = ask(second, wanted);
        assertThat(second.held).isPresent();
        assertThat(both.probe()).isTrue();
        assertThat(both.returns()).isFalse();
        assertThat(both.mayProbeFunction("f")).isFalse();
        assertThat(both.mayProbeLibrary("l")).isFalse();
    }

    @Test
    void lessThanBeforeNeedsNoTurn() {
        Target target = target(7);
        var key = ask(target(1), trace(1));
        assertThat(key.probe()).isTrue();
        target.granted = Permission.ALL;
        var noReturns = new Verdict.Exempt(Set.of(Aspect.RETURNS), List.of(), Optional.of(tier(1)));
        assertThat(ask(target, noReturns)).isEqualTo(noReturns.permission());
        assertThat(target.held).isEmpty();
    }

    /// One process first, whatever the tier says, where an exemption has ended; others are not concerned.
    @Test
    void theEndOfAnExemptionIsTriedOnOneFirst() {
        Verdict free = new Verdict.Trace(Optional.empty());
        Target first = target(1);
        Target second = target(2);
        first.lapse = 1;
        second.lapse = 1;
        assertThat(ask(first, free)).isEqualTo(Permission.ALL);
        assertThat(ask(second, free).probe()).isFalse();
        assertThat(ask(target(3), free)).isEqualTo(Permission.ALL);
        nanos.set(Rollouts.CAREFUL.watch().toNanos());
        assertThat(ask(second, free)).isEqualTo(Permission.ALL);
    }

    @Test
    void endsInARowHaltUntilThePolicyChanges() {
        for (int pid = 1; pid <= 3; pid++) {
            Target target = target(pid);
            assertThat(ask(target, trace(1))).isEqualTo(Permission.ALL);
            admission.ended(target);
        }
        assertThat(freed).hasSize(3);
        assertThat(events)
                .singleElement()
                .isInstanceOfSatisfying(
                        AgentEvent.RolloutHalted.class,
                        halted -> assertThat(halted.ended())
                                .extracting(ProcessIdentity::pid)
                                .containsExactly(1, 2, 3));
        Target fourth = target(4);
        assertThat(ask(fourth, trace(1)).probe()).isFalse();
        assertThat(admission.nextLook(fourth)).isEmpty();
        admission.policyChanged();
        assertThat(ask(fourth, trace(1))).isEqualTo(Permission.ALL);
    }

    @Test
    void whoGotNothingLeavesTheirPlace() {
        Target first = target(1);
        assertThat(ask(first, trace(1))).isEqualTo(Permission.ALL);
        admission.brought(first, Permission.ALL); // nothing is attached
        assertThat(freed).hasSize(1);
        assertThat(ask(target(2), trace(1))).isEqualTo(Permission.ALL);
    }
}
