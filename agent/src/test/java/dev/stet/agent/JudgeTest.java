package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.BuildId;
import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Moment;
import dev.stet.policy.Policy;
import dev.stet.policy.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JudgeTest {
    private static final int STET = 99;

    private final List<FactKey<?>> read = new ArrayList<>();
    private final Judge judge = new Judge(
            STET, this::read, new Timekeeper(new HandClock("2026-11-22T12:00:00Z"), () -> Duration.ofDays(1)));

    private ProcessFacts read(ProcessFacts facts, Set<FactKey<?>> wanted) {
        ProcessFacts more = facts;
        for (FactKey<?> key : wanted) {
            read.add(key);
            more = key.equals(FactKey.BUILD_ID)
                    ? more.with(FactKey.BUILD_ID, new BuildId("abcd"))
                    : more.with(FactKey.USER, Fact.of("root"));
        }
        return more;
    }

    private static ProcessFacts process(int pid, boolean kernelThread) {
        return ProcessFacts.of(new ProcessIdentity(pid, 1), 1, kernelThread)
                .with(FactKey.EXE, kernelThread ? Fact.absent() : Fact.of("/usr/bin/x"))
                .with(FactKey.COMM, "x");
    }

    private static Optional<Policy> policy(String match) {
        return Optional.of(Rules.policy(Rules.text("r", "2030-01-01").replace("{exe: {name: x}}", match)));
    }

    private Verdict verdict(ProcessFacts facts, Optional<Policy> policy) {
        return judge.judge(facts, policy, Duration.ZERO).verdict();
    }

    /// No policy, however it is written, can let Stet probe itself or a thread of the kernel.
    @Test
    void guardsComeBeforePolicy() {
        for (Optional<Policy> policy : List.of(Optional.<Policy>empty(), Optional.of(Policy.EMPTY))) {
            Verdict itself = verdict(process(STET, false), policy);
            assertThat(itself.mayProbe()).isFalse();
            assertThat(itself.explain()).contains("guard stet-itself");
            assertThat(verdict(process(2, true), policy).mayProbe()).isFalse();
        }
    }

    @Test
    void withoutAValidPolicyNothingIsProbed() {
        assertThat(verdict(process(5, false), Optional.empty()).mayProbe()).isFalse();
        assertThat(verdict(process(5, false), Optional.of(Policy.EMPTY)).mayProbe())
                .isTrue();
    }

    /// An exempt process's binary is opened only if a rule asks for what only the binary tells.
    @Test
    void theBinaryIsOpenedOnlyIfARuleAsks() {
        assertThat(verdict(process(5, false), policy("{exe: {glob: /usr/bin/x}}"))
                        .mayProbe())
                .isFalse();
        assertThat(read).isEmpty();
        assertThat(verdict(process(5, false), policy("{buildId: abcd}")).mayProbe())
                .isFalse();
        assertThat(read).containsExactly(FactKey.BUILD_ID);
    }

    /// What costs little may settle the matter.
    @Test
    void whatTheBinaryTellsIsReadLast() {
        assertThat(verdict(process(5, false), policy("{user: nobody, buildId: abcd}"))
                        .mayProbe())
                .isTrue();
        assertThat(read).containsExactly(FactKey.USER);
        read.clear();
        assertThat(verdict(process(5, false), policy("{user: root, buildId: abcd}"))
                        .mayProbe())
                .isFalse();
        assertThat(read).containsExactly(FactKey.USER, FactKey.BUILD_ID);
    }

    /// The binary of a process of which nobody wants anything is not opened, and what is not known is not guessed.
    @Test
    void whereNothingIsWantedTheBinaryStaysShut() {
        Judge.Judged judged = judge.judge(process(5, false), policy("{buildId: abcd}"), Duration.ZERO, () -> false);
        assertThat(judged.idle()).isTrue();
        assertThat(judged.verdict()).isInstanceOf(Verdict.Undecided.class);
        assertThat(read).isEmpty();
        Judge.Judged exempt = judge.judge(process(5, false), policy("{exe: {name: x}}"), Duration.ZERO, () -> {
            throw new AssertionError("nobody needs to know");
        });
        assertThat(exempt.idle()).isFalse();
        assertThat(exempt.verdict()).isInstanceOf(Verdict.Exempt.class);
    }

    /// That nobody can read what would end a rule does not keep the rest of it from being read: it may miss.
    @Test
    void aRuleThatMissesIsNotWaitedForBecauseOfItsEnd() {
        String text = Rules.text("r", "2030-01-01")
                .replace("match: {exe: {name: x}}", "until: {buildIdOtherThan: abcd}\n  match: {user: nobody}");
        Judge unable = new Judge(
                STET,
                (facts, wanted) -> {
                    ProcessFacts more = facts;
                    for (FactKey<?> key : wanted) {
                        more = key.equals(FactKey.USER)
                                ? more.with(FactKey.USER, "root")
                                : more.with(FactKey.BUILD_ID, Fact.unreadable("not an ELF file"));
                    }
                    return more;
                },
                new Timekeeper(new HandClock("2026-11-22T12:00:00Z"), () -> Duration.ofDays(1)));
        Judge.Judged judged = unable.judge(process(5, false), Optional.of(Rules.policy(text)), Duration.ZERO);
        assertThat(judged.verdict()).isInstanceOf(Verdict.Trace.class);
        assertThat(judged.facts().buildId()).isInstanceOf(Fact.NotRead.class);
    }

    @Test
    void whenAgeWillMatterIsKnown() {
        ProcessFacts young = ProcessFacts.of(new ProcessIdentity(5, 24 * 3600 * 100 - 200), 1, false)
                .with(FactKey.EXE, "/usr/bin/x");
        Policy policy = policy("{age: {under: 5s}}").orElseThrow();
        Moment now = judge.moment(Duration.ZERO);
        assertThat(judge.nextChange(young, policy, now)).contains(Duration.ofSeconds(3));
        // It was judged just before it grew that old, and is asked for just after: it is due, and not forgotten.
        Moment before = new Moment(now.now(), now.uptime().minusSeconds(1), Duration.ZERO);
        ProcessFacts five = ProcessFacts.of(new ProcessIdentity(5, 24 * 3600 * 100 - 500), 1, false)
                .with(FactKey.EXE, "/usr/bin/x");
        assertThat(judge.nextChange(five, policy, now)).isEmpty();
        assertThat(judge.nextChange(five, policy, before)).contains(Duration.ZERO);
    }
}
