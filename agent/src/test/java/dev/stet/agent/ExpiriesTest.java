package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.policy.Exemption;
import dev.stet.policy.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExpiriesTest {
    private static final Instant END = Instant.parse("2027-03-31T00:00:00Z");
    private static final Policy POLICY = Rules.policy(Rules.text("r", "2027-03-31"));
    private static final Policy KEPT =
            Rules.policy(Rules.text("r", "2027-03-31").replace("spec:\n", "spec:\n  onExpiry: keep\n"));

    private final Expiries expiries = new Expiries(Set.of());

    /// What is left at each warning; -1 if it is over.
    private List<Long> hoursLeft(Policy policy, String now) {
        return expiries.due(policy, Instant.parse(now)).stream()
                .map(event -> ((AgentEvent.ExpiryWarning) event).left())
                .map(left -> left.map(Duration::toHours).orElse(-1L))
                .toList();
    }

    @Test
    void warnsAWeekADayAndAnHourBefore() {
        assertThat(hoursLeft(POLICY, "2027-03-01T00:00:00Z")).isEmpty();
        assertThat(hoursLeft(POLICY, "2027-03-23T23:59:59Z")).isEmpty();
        assertThat(hoursLeft(POLICY, "2027-03-24T00:00:00Z")).containsExactly(168L);
        assertThat(hoursLeft(POLICY, "2027-03-24T00:00:30Z")).isEmpty();
        assertThat(hoursLeft(POLICY, "2027-03-30T00:00:10Z")).containsExactly(23L);
        assertThat(hoursLeft(POLICY, "2027-03-30T22:00:00Z")).isEmpty();
        assertThat(hoursLeft(POLICY, "2027-03-30T23:10:00Z")).containsExactly(0L);
        assertThat(hoursLeft(POLICY, "2027-03-31T00:00:00Z")).isEmpty();
    }

    /// A machine that was asleep for a week is warned once, of what is true then.
    @Test
    void aLongSleepGivesOneWarning() {
        assertThat(hoursLeft(POLICY, "2027-03-30T23:30:00Z")).containsExactly(0L);
        assertThat(hoursLeft(POLICY, "2027-03-30T23:40:00Z")).isEmpty();
    }

    @Test
    void aClockThatIsSetBackWarnsOfNothingTwice() {
        assertThat(hoursLeft(POLICY, "2027-03-30T23:30:00Z")).hasSize(1);
        assertThat(hoursLeft(POLICY, "2027-03-01T00:00:00Z")).isEmpty();
        assertThat(hoursLeft(POLICY, "2027-03-24T12:00:00Z")).isEmpty();
        assertThat(hoursLeft(POLICY, "2027-03-30T12:00:00Z")).isEmpty();
    }

    @Test
    void aRestartWarnsOfNothingTwice() {
        assertThat(hoursLeft(POLICY, "2027-03-24T12:00:00Z")).hasSize(1);
        Expiries restarted = new Expiries(expiries.told());
        assertThat(restarted.due(POLICY, Instant.parse("2027-03-25T00:00:00Z"))).isEmpty();
        assertThat(restarted.due(POLICY, Instant.parse("2027-03-30T12:00:00Z"))).hasSize(1);
    }

    /// Another end is another promise.
    @Test
    void aRenewedExemptionIsWarnedOfAnew() {
        assertThat(hoursLeft(POLICY, "2027-03-30T12:00:00Z")).hasSize(1);
        Policy renewed = Rules.policy(Rules.text("r", "2027-04-30"));
        assertThat(hoursLeft(renewed, "2027-03-30T12:00:01Z")).isEmpty();
        assertThat(hoursLeft(renewed, "2027-04-24T00:00:00Z")).hasSize(1);
        assertThat(expiries.told()).allMatch(line -> line.contains("2027-04-30"));
    }

    @Test
    void whatWasJustWrittenIsNotWarnedOf() {
        Exemption rule = POLICY.exemptions().getFirst();
        expiries.written(rule, Instant.parse("2027-03-30T12:00:00Z"));
        assertThat(hoursLeft(POLICY, "2027-03-30T12:00:00Z")).isEmpty();
        assertThat(hoursLeft(POLICY, "2027-03-30T23:00:00Z")).hasSize(1);
    }

    @Test
    void whatIsKeptIsWarnedOfAtTheStartAndDaily() {
        expiries.started(KEPT, END);
        assertThat(hoursLeft(KEPT, "2027-03-31T00:00:00Z")).containsExactly(-1L);
        assertThat(hoursLeft(KEPT, "2027-03-31T23:59:59Z")).isEmpty();
        assertThat(hoursLeft(KEPT, "2027-04-01T00:00:00Z")).containsExactly(-1L);
        Expiries restarted = new Expiries(expiries.told());
        assertThat(restarted.due(KEPT, Instant.parse("2027-04-01T00:00:30Z"))).isEmpty();
        restarted.started(KEPT, Instant.parse("2027-04-01T00:01:00Z"));
        assertThat(restarted.due(KEPT, Instant.parse("2027-04-01T00:01:00Z"))).hasSize(1);
    }

    @Test
    void whatIsInForceFollowsTheClockBothWays() {
        assertThat(Expiries.inForce(POLICY, END.minusNanos(1))).hasSize(1);
        assertThat(Expiries.inForce(POLICY, END)).isEmpty();
        assertThat(Expiries.inForce(KEPT, END.plusSeconds(1))).hasSize(1);
    }

    /// No timer is trusted for longer than that, whatever is due.
    @Test
    void looksAtLeastEveryHalfMinute() {
        assertThat(Expiries.pause(POLICY, Instant.parse("2026-01-01T00:00:00Z")))
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(Expiries.pause(POLICY, END.minusSeconds(12))).isEqualTo(Duration.ofSeconds(12));
        assertThat(Expiries.pause(POLICY, END)).isEqualTo(Duration.ofSeconds(30));
        assertThat(Expiries.pause(POLICY, END.minus(Duration.ofDays(1)).minusMillis(5)))
                .isEqualTo(Duration.ofMillis(5));
        assertThat(Expiries.pause(Policy.EMPTY, END)).isEqualTo(Expiries.LOOK);
    }
}
