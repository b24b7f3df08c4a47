package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.BuildId;
import dev.stet.facts.Fact;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Policy;
import dev.stet.policy.PolicyReader;
import dev.stet.policy.ReadResult;
import dev.stet.policy.Verdict;
import dev.stet.policy.yaml.SourceText;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class JudgeTest {
    private static final int STET = 99;

    private final AtomicInteger buildIdsRead = new AtomicInteger();
    private final Judge judge =
            new Judge(STET, Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC), _ -> {
                buildIdsRead.incrementAndGet();
                return Fact.of(new BuildId("abcd"));
            });

    private static ProcessFacts process(int pid, boolean kernelThread) {
        return new ProcessFacts(
                new ProcessIdentity(pid, 1),
                1,
                kernelThread,
                kernelThread ? Fact.absent() : Fact.of("/usr/bin/x"),
                Fact.of("x"),
                Fact.of(List.of("x")),
                Fact.of(0),
                Fact.absent());
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
            Verdict itself = judge.judge(process(STET, false), policy);
            assertThat(itself.mayProbe()).isFalse();
            assertThat(itself.explain()).contains("guard stet-itself");
            assertThat(judge.judge(process(2, true), policy).mayProbe()).isFalse();
        }
    }

    @Test
    void withoutAValidPolicyNothingIsProbed() {
        assertThat(judge.judge(process(5, false), Optional.empty()).mayProbe()).isFalse();
        assertThat(judge.judge(process(5, false), Optional.of(Policy.EMPTY)).mayProbe())
                .isTrue();
    }

    /// An exempt process's binary is opened only if a rule asks for what only the binary tells.
    @Test
    void theBinaryIsOpenedOnlyIfARuleAsks() {
        assertThat(judge.judge(process(5, false), policy("{exe: {glob: /usr/bin/x}}"))
                        .mayProbe())
                .isFalse();
        assertThat(buildIdsRead).hasValue(0);
        assertThat(judge.judge(process(5, false), policy("{buildId: abcd}")).mayProbe())
                .isFalse();
        assertThat(buildIdsRead).hasValue(1);
    }
}
