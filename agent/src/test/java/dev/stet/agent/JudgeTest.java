package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.BuildId;
import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Policy;
import dev.stet.policy.PolicyReader;
import dev.stet.policy.ReadResult;
import dev.stet.policy.Verdict;
import dev.stet.policy.yaml.SourceText;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class JudgeTest {
    private static final int STET = 99;

    private final AtomicInteger binariesOpened = new AtomicInteger();
    private final Set<FactKey<?>> read = new HashSet<>();
    private final FactSource source = (facts, wanted) -> {
        read.addAll(wanted);
        binariesOpened.addAndGet(wanted.contains(FactKey.BUILD_ID) ? 1 : 0);
        ProcessFacts more = facts;
        for (FactKey<?> key : wanted) {
            more = more.with(key, Fact.absent());
        }
        return wanted.contains(FactKey.BUILD_ID) ? more.with(FactKey.BUILD_ID, new BuildId("abcd")) : more;
    };
    private final Judge judge = new Judge(
            STET,
            source,
            new Timekeeper(
                    Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC), () -> Duration.ofHours(1)));

    private static ProcessFacts process(int pid, boolean kernelThread) {
        return ProcessFacts.of(new ProcessIdentity(pid, 1), 1, kernelThread)
                .with(FactKey.EXE, kernelThread ? Fact.absent() : Fact.of("/usr/bin/x"))
                .with(FactKey.COMM, "x")
                .with(FactKey.ARGS, List.of("x"))
                .with(FactKey.UID, 0);
    }

    private Verdict judged(ProcessFacts facts, Optional<Policy> policy) {
        return judge.judge(facts, policy, Duration.ofMinutes(1)).verdict();
    }

    private static Optional<Policy> policy(String match) {
        String text = """
                apiVersion: stet.dev/v1alpha1
                kind: ProbeExemption
                metadata: {name: r}
                spec: {reason: r, owner: o, expires: 2030-01-01, match: %s}
                """.formatted(match);
        return PolicyReader.read(List.of(new SourceText("a.yaml", text))) instanceof ReadResult.Valid(var policy, var _)
                ? Optional.of(policy)
                : Optional.empty();
    }

    /// No policy, however it is written, can let Stet probe itself or a thread of the kernel.
    @Test
    void guardsComeBeforePolicy() {
        for (Optional<Policy> policy : List.of(Optional.<Policy>empty(), Optional.of(Policy.EMPTY))) {
            Verdict itself = judged(process(STET, false), policy);
            assertThat(itself.mayProbe()).isFalse();
            assertThat(itself.explain()).contains("guard stet-itself");
            assertThat(judged(process(2, true), policy).mayProbe()).isFalse();
        }
        assertThat(read).isEmpty();
    }

    @Test
    void withoutAValidPolicyNothingIsProbed() {
        assertThat(judged(process(5, false), Optional.empty()).mayProbe()).isFalse();
        assertThat(judged(process(5, false), Optional.of(Policy.EMPTY)).mayProbe())
                .isTrue();
    }

    /// An exempt process's binary is opened only if a rule asks for what only the binary tells.
    @Test
    void theBinaryIsOpenedOnlyIfARuleAsks() {
        assertThat(judged(process(5, false), policy("{exe: {glob: /usr/bin/x}}"))
                        .mayProbe())
                .isFalse();
        assertThat(binariesOpened).hasValue(0);
        assertThat(judged(process(5, false), policy("{buildId: abcd}")).mayProbe())
                .isFalse();
        assertThat(binariesOpened).hasValue(1);
    }

    /// What cheaper facts settle, no dearer one is read for.
    @Test
    void aRuleThatCannotMatchAsksForNothing() {
        assertThat(judged(process(5, false), policy("{exe: {glob: /usr/bin/y}, buildId: abcd}"))
                        .mayProbe())
                .isTrue();
        assertThat(binariesOpened).hasValue(0);
    }
}
