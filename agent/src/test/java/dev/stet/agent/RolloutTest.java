package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.agent.Rollout.Answer;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Tier;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RolloutTest {
    private static final long WATCH = Duration.ofSeconds(60).toNanos();
    private static final long SECOND = 1_000_000_000L;

    private final Rollout one = of(1);

    private static Rollout of(int first) {
        return new Rollout(new Tier.Rollout(first, Duration.ofSeconds(60)));
    }

    private static ProcessIdentity process(int pid) {
        return new ProcessIdentity(pid, 1);
    }

    private static void assertGoes(Rollout rollout, int pid, long now) {
        assertThat(rollout.ask(process(pid), now)).isInstanceOf(Answer.Go.class);
    }

    private static void assertWaits(Rollout rollout, int pid, long now, long until) {
        assertThat(rollout.ask(process(pid), now))
                .isInstanceOfSatisfying(
                        Answer.Wait.class, wait -> assertThat(wait.until()).isEqualTo(OptionalLong.of(until)));
    }

    @Test
    void withoutAFirstEverybodyGoesAtOnce() {
        Rollout rollout = of(0);
        for (int pid = 1; pid < 100; pid++) {
            assertGoes(rollout, pid, 0);
        }
    }

    @Test
    void theFirstGoesAndTheRestWaitUntilItWasWatched() {
        assertGoes(one, 1, 0);
        assertWaits(one, 2, SECOND, WATCH);
        assertWaits(one, 3, WATCH - 1, WATCH);
        assertGoes(one, 1, SECOND); // it has them already
        assertGoes(one, 3, WATCH);
        assertGoes(one, 2, WATCH);
        assertGoes(one, 99, WATCH + 1);
    }

    /// Negative moments are moments, too: [System#nanoTime] has any origin.
    @Test
    void anyOriginOfTimeWillDo() {
        long from = -WATCH / 2;
        assertGoes(one, 1, from);
        assertWaits(one, 2, 0, from + WATCH);
        assertGoes(one, 2, from + WATCH);
    }

    @Test
    void theWatchBeginsWhenTheLastOfTheFirstIsIn() {
        Rollout three = of(3);
        assertGoes(three, 1, 0);
        assertGoes(three, 2, 10 * SECOND);
        assertGoes(three, 3, 20 * SECOND);
        assertWaits(three, 4, 21 * SECOND, 20 * SECOND + WATCH);
        assertWaits(three, 4, WATCH, 20 * SECOND + WATCH);
        assertGoes(three, 4, 20 * SECOND + WATCH);
    }

    @Test
    void oneThatEndsIsReplacedAndTheWatchBeginsAnew() {
        assertGoes(one, 1, 0);
        assertThat(one.ended(process(1), 30 * SECOND)).isTrue();
        assertGoes(one, 2, 31 * SECOND);
        assertWaits(one, 3, WATCH, 31 * SECOND + WATCH);
        assertGoes(one, 3, 31 * SECOND + WATCH);
    }

    /// Of several first ones the others have to be watched on after one has ended, even if its successor is slow to
    /// come.
    @Test
    void theEndOfOneOfSeveralBeginsTheWatchAnew() {
        Rollout two = of(2);
        assertGoes(two, 1, 0);
        assertGoes(two, 2, 0);
        assertThat(two.ended(process(2), 59 * SECOND)).isTrue();
        assertGoes(two, 3, 59 * SECOND);
        assertWaits(two, 4, WATCH, 59 * SECOND + WATCH);
    }

    @Test
    void theEndOfSomebodyElseChangesNothing() {
        assertGoes(one, 1, 0);
        assertThat(one.ended(process(7), SECOND)).isFalse();
        assertThat(one.ended(new ProcessIdentity(1, 2), SECOND)).isFalse(); // the pid of another time
        assertWaits(one, 2, SECOND, WATCH);
    }

    @Test
    void threeInARowHaltItForGood() {
        for (int pid = 1; pid <= 3; pid++) {
            assertGoes(one, pid, pid);
            assertThat(one.isHalted()).isFalse();
            assertThat(one.ended(process(pid), pid)).isTrue();
        }
        assertThat(one.isHalted()).isTrue();
        assertThat(one.ask(process(4), 100 * WATCH))
                .isEqualTo(new Answer.Halted(List.of(process(1), process(2), process(3))));
    }

    @Test
    void oneThatLivedLongEnoughBreaksTheRow() {
        Rollout two = of(2); // never filled, so it stays under way
        assertGoes(two, 1, 0);
        assertThat(two.ended(process(1), 1)).isTrue();
        assertGoes(two, 2, 2);
        assertThat(two.ended(process(2), 3)).isTrue();
        assertGoes(two, 3, 4);
        assertThat(two.ended(process(3), 4 + WATCH)).isTrue();
        assertGoes(two, 4, 5 + WATCH);
        assertThat(two.ended(process(4), 6 + WATCH)).isTrue();
        assertThat(two.isHalted()).isFalse();
        assertThat(two.lost()).containsExactly(process(4));
    }

    @Test
    void onceItIsOpenNoEndMatters() {
        assertGoes(one, 1, 0);
        assertGoes(one, 2, WATCH);
        for (int pid = 1; pid <= 9; pid++) {
            assertThat(one.ended(process(pid), WATCH + 1)).isFalse();
        }
        assertGoes(one, 10, WATCH + 2);
    }

    /// A process that got nothing, or runs something else by now, proves nothing either way.
    @Test
    void whoeverWithdrawsLeavesTheirPlace() {
        assertGoes(one, 1, 0);
        assertThat(one.withdrawn(process(1))).isTrue();
        assertThat(one.withdrawn(process(1))).isFalse();
        assertGoes(one, 2, 30 * SECOND);
        assertWaits(one, 3, WATCH, 30 * SECOND + WATCH);
        assertThat(one.lost()).isEmpty();
    }
}
