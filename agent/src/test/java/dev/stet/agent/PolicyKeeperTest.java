package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.stet.agent.AgentEvent.PolicyApplied.Cause;
import dev.stet.policy.Exemption;
import dev.stet.policy.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which policy is in force, by files that come and go and a clock that is moved by hand.
class PolicyKeeperTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    private Path directory;

    private final HandClock clock = new HandClock("2027-03-01T00:00:00Z");
    private final List<AgentEvent> events = new ArrayList<>();
    private final List<String> applied = new ArrayList<>();
    private final List<Runnable> pending = new ArrayList<>();
    private boolean slow;
    private Path policy;
    private Path state;

    @BeforeEach
    void prepare() throws IOException {
        policy = Files.createDirectory(directory.resolve("policy.d"));
        state = directory.resolve("state");
    }

    private PolicyKeeper keeper() throws IOException {
        return keeper(Optional.of(StateDirectory.open(state)));
    }

    private PolicyKeeper keeper(Optional<StateDirectory> place) {
        Remembered remembered = new Remembered(place, clock, events::add);
        return new PolicyKeeper(
                new PolicyDirectory(policy, false),
                remembered,
                new Quarantines(remembered.quarantines()),
                clock,
                this::apply,
                events::add);
    }

    /// Notes what is in force at that moment, and what has just ended: `a b, ended c`.
    private CompletableFuture<AgentEvent.Effect> apply(Optional<Policy> next, Set<String> ended, long since) {
        String names = next.map(it -> String.join(
                        " ",
                        it.written().stream()
                                .filter(rule -> rule.isInForce(clock.instant()))
                                .map(Exemption::name)
                                .toList()))
                .orElse("no policy");
        applied.add(names + (ended.isEmpty() ? "" : ", ended " + String.join(" ", new TreeSet<>(ended))));
        AgentEvent.Effect effect = new AgentEvent.Effect(0, 0, 0, Duration.ZERO);
        CompletableFuture<AgentEvent.Effect> done = new CompletableFuture<>();
        if (slow) {
            pending.add(() -> done.complete(effect));
        } else {
            done.complete(effect);
        }
        return done;
    }

    private void save(String name, String text) throws IOException {
        Files.writeString(policy.resolve(name + ".yaml"), text);
    }

    private <T extends AgentEvent> List<T> of(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Test
    void whatIsSavedIsInForceAtOnce() throws IOException {
        save("a", Rules.text("a", "2030-01-01"));
        PolicyKeeper keeper = keeper();
        keeper.start(0);
        save("b", Rules.text("b", "2030-01-01"));
        var ignored = keeper.changed(SECOND);
        assertThat(applied).containsExactly("a", "a b");
        assertThat(of(AgentEvent.PolicyApplied.class))
                .extracting(AgentEvent.PolicyApplied::generation, AgentEvent.PolicyApplied::cause)
                .containsExactly(tuple(1, Cause.START), tuple(2, Cause.FILES));
        AgentEvent.RuleChange change =
                of(AgentEvent.PolicyApplied.class).getLast().changes().getFirst();
        assertThat(change.rule()).isEqualTo("b");
        assertThat(change.kind()).isEqualTo(AgentEvent.RuleChange.Kind.ADDED);
        assertThat(change.savedBy()).contains(System.getProperty("user.name"));
    }

    /// Taking probes away from a thousand processes takes the kernel minutes.
    @Test
    void theNextDoesNotWaitUntilTheLastIsDone() throws IOException {
        PolicyKeeper keeper = keeper();
        keeper.start(0);
        slow = true;
        save("a", Rules.text("a", "2030-01-01"));
        var ignored = keeper.changed(SECOND);
        save("b", Rules.text("b", "2030-01-01"));
        ignored = keeper.changed(2 * SECOND);
        assertThat(applied).containsExactly("", "a", "a b");
        assertThat(of(AgentEvent.PolicyApplied.class)).hasSize(1);
        pending.reversed().forEach(Runnable::run);
        assertThat(of(AgentEvent.PolicyApplied.class))
                .extracting(AgentEvent.PolicyApplied::generation)
                .containsExactly(1, 3, 2);
    }

    /// Whoever replaces the whole directory takes it away first, and for that moment nothing would be exempt.
    @Test
    void aDirectoryThatIsGoneIsWaitedForAMoment() throws IOException {
        save("a", Rules.text("a", "2030-01-01"));
        PolicyKeeper keeper = new PolicyKeeper(
                new PolicyDirectory(policy, true),
                new Remembered(Optional.empty(), clock, events::add),
                new Quarantines(Optional.empty()),
                clock,
                this::apply,
                events::add);
        keeper.start(0);
        Path away = directory.resolve("away");
        Files.move(policy, away);
        assertThat(keeper.changed(SECOND)).isEqualTo(PolicyKeeper.SETTLED);
        Files.move(away, policy);
        var ignored = keeper.changed(SECOND + 1000);
        assertThat(applied).containsExactly("a");
        Files.move(policy, away);
        assertThat(keeper.changed(5 * SECOND)).isEqualTo(PolicyKeeper.SETTLED);
        assertThat(keeper.look(6 * SECOND)).isPositive();
        assertThat(applied).containsExactly("a", "");
    }

    @Test
    void whatSaysTheSameAsBeforeIsNoChange() throws IOException {
        save("a", Rules.text("a", "2030-01-01"));
        PolicyKeeper keeper = keeper();
        keeper.start(0);
        save("a", Rules.text("a", "2030-01-01"));
        var ignored = keeper.changed(SECOND);
        assertThat(applied).containsExactly("a");
    }

    /// While somebody writes, the set before stays, and nobody is told of what is wrong for a moment.
    @Test
    void aFileThatIsBeingWrittenIsWaitedFor() throws IOException {
        save("a", Rules.text("a", "2030-01-01"));
        PolicyKeeper keeper = keeper();
        keeper.start(0);
        String whole = Rules.text("a", "2031-01-01");
        long now = SECOND;
        for (int at : new int[] {0, 20, 60, 130, whole.length() - 1}) {
            save("a", whole.substring(0, at));
            assertThat(keeper.changed(now)).isPositive();
            now += SECOND / 2;
            assertThat(keeper.look(now)).isPositive();
        }
        assertThat(applied).containsExactly("a");
        save("a", whole);
        var ignored = keeper.changed(now);
        assertThat(applied).containsExactly("a", "a");
        assertThat(of(AgentEvent.PolicyRejected.class)).isEmpty();
    }

    @Test
    void whatStaysWrongIsToldOfOnceItHasSettled() throws IOException {
        save("a", Rules.text("a", "2030-01-01"));
        PolicyKeeper keeper = keeper();
        keeper.start(0);
        save("a", "junk");
        Duration next = keeper.changed(SECOND);
        assertThat(next).isEqualTo(PolicyKeeper.SETTLED);
        var early = keeper.look(SECOND + next.toNanos() - 1);
        assertThat(of(AgentEvent.PolicyRejected.class)).isEmpty();
        var settled = keeper.look(SECOND + next.toNanos());
        assertThat(of(AgentEvent.PolicyRejected.class)).hasSize(1);
        assertThat(applied).containsExactly("a");
        assertThat(early.compareTo(settled)).isNegative();
        save("a", Rules.text("a", "2030-01-01")); // as it was: that all is well again is news
        var ignored = keeper.changed(10 * SECOND);
        assertThat(of(AgentEvent.PolicyApplied.class)).hasSize(2);
    }

    /// Somebody who never stops writing is not waited for.
    @Test
    void patienceEnds() throws IOException {
        PolicyKeeper keeper = keeper();
        keeper.start(0);
        for (long now = 0; now <= PolicyKeeper.PATIENCE.toNanos(); now += SECOND / 4) {
            save("a", "junk" + now);
            var ignored = keeper.changed(now);
        }
        assertThat(of(AgentEvent.PolicyRejected.class)).hasSize(1);
    }

    /// One who habitually leaves out the last end of line gets what they wrote a second later.
    @Test
    void aLastLineWithoutAnEndIsTakenAfterAWhile() throws IOException {
        PolicyKeeper keeper = keeper();
        keeper.start(0);
        save("a", Rules.text("a", "2030-01-01").stripTrailing());
        Duration next = keeper.changed(SECOND);
        assertThat(applied).containsExactly("");
        var ignored = keeper.look(SECOND + next.toNanos());
        assertThat(applied).containsExactly("", "a");
    }

    @Test
    void aWrongPolicyAtTheStartIsReplacedByTheLastThatWasRight() throws IOException {
        save("a", Rules.text("a", "2030-01-01"));
        PolicyKeeper first = keeper();
        first.start(0);
        first.stop();
        save("b", "junk\n");
        applied.clear();
        events.clear();
        keeper().start(0);
        assertThat(applied).containsExactly("a");
        AgentEvent.PolicyRestored restored = of(AgentEvent.PolicyRestored.class).getFirst();
        assertThat(restored.exemptions()).isEqualTo(1);
        assertThat(restored.saved()).isEqualTo(clock.instant());
        assertThat(restored.problems()).singleElement().asString().contains("b.yaml:1");
    }

    @Test
    void thatOfAnotherDirectoryIsNotTaken() throws IOException {
        save("a", Rules.text("a", "2030-01-01"));
        keeper().start(0);
        policy = Files.createDirectory(directory.resolve("other.d"));
        save("b", "junk\n");
        keeper().start(0);
        assertThat(applied).containsExactly("a", "no policy");
    }

    @Test
    void withoutOneNothingIsProbed() throws IOException {
        save("a", "junk\n");
        keeper().start(0);
        assertThat(applied).containsExactly("no policy");
        assertThat(of(AgentEvent.PolicyRejected.class)).hasSize(1);
    }

    /// Whatever became of the file - cut, changed, of another kind - it is not taken for a policy.
    @Test
    void whatIsNotAsItWasWrittenIsNotRestored() throws IOException {
        save("a", Rules.text("a", "2030-01-01"));
        PolicyKeeper first = keeper();
        first.start(0);
        save("a", "junk\n");
        Path last = StateDirectory.open(state).policy();
        String good = Files.readString(last);
        for (String bad : List.of(
                "",
                "junk",
                good.substring(0, good.length() / 2),
                good.replace("name: x", "name: y"),
                good.replace("stet-policy 1", "stet-policy 2"),
                good + "0 0\n")) {
            Files.writeString(last, bad);
            applied.clear();
            events.clear();
            keeper().start(0);
            assertThat(applied).as(bad).containsExactly("no policy");
            assertThat(of(AgentEvent.Notice.class))
                    .singleElement()
                    .asString()
                    .contains("policy.last", "going on without it");
        }
    }

    @Test
    void aStateDirectoryThatIsGoneStopsNothingAndIsToldOfOnce() throws IOException {
        PolicyKeeper keeper = keeper();
        keeper.start(0);
        try (Stream<Path> files = Files.list(state)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(state);
        for (int i = 1; i < 4; i++) {
            save("a", Rules.text("a" + i, "2030-01-01"));
            clock.move(Duration.ofMinutes(1));
            var ignored = keeper.changed(i * SECOND);
        }
        keeper.stop();
        assertThat(applied).containsExactly("", "a1", "a2", "a3");
        assertThat(of(AgentEvent.Notice.class)).hasSize(2); // the policy, and the rules' history
    }

    @Test
    void withoutAStateDirectoryAllGoesOn() throws IOException {
        save("a", Rules.text("a", "2030-01-01"));
        keeper(Optional.empty()).start(0);
        assertThat(applied).containsExactly("a");
        assertThat(of(AgentEvent.Notice.class)).isEmpty();
    }

    @Test
    void anExemptionEndsByTheClockAndLivesAgainIfThatIsSetBack() throws IOException {
        save("a", Rules.text("a", "2027-03-31"));
        save("b", Rules.text("b", "2030-01-01"));
        PolicyKeeper keeper = keeper();
        keeper.start(0);
        clock.set("2027-03-30T23:59:50Z");
        assertThat(keeper.look(SECOND)).isEqualTo(Duration.ofSeconds(10));
        assertThat(applied).containsExactly("a b");
        clock.move(Duration.ofDays(3)); // the machine was asleep
        assertThat(keeper.look(2 * SECOND)).isEqualTo(Duration.ofSeconds(30));
        assertThat(applied).containsExactly("a b", "b, ended a");
        assertThat(of(AgentEvent.Expired.class)).hasSize(1);
        clock.set("2027-03-30T00:00:00Z");
        var back = keeper.look(3 * SECOND);
        assertThat(applied).containsExactly("a b", "b, ended a", "a b");
        clock.set("2027-04-30T00:00:00Z");
        var again = keeper.look(4 * SECOND);
        assertThat(applied).containsExactly("a b", "b, ended a", "a b", "b, ended a");
        assertThat(of(AgentEvent.PolicyApplied.class).getLast().cause()).isEqualTo(Cause.TIME);
        assertThat(back).isPositive();
        assertThat(again).isPositive();
    }

    @Test
    void warningsAreRememberedOverARestart() throws IOException {
        save("a", Rules.text("a", "2027-03-05"));
        PolicyKeeper keeper = keeper();
        keeper.start(0);
        assertThat(of(AgentEvent.ExpiryWarning.class)).hasSize(1);
        keeper.stop();
        keeper().start(0);
        assertThat(of(AgentEvent.ExpiryWarning.class)).hasSize(1);
    }

    /// `for` counts from when the rule was first seen, also after a restart.
    @Test
    void whenARuleWasFirstSeenIsRemembered() throws IOException {
        save("a", Rules.text("a", "X").replace("expires: X", "for: 2h"));
        PolicyKeeper keeper = keeper();
        keeper.start(0);
        keeper.stop();
        clock.move(Duration.ofMinutes(90));
        PolicyKeeper restarted = keeper();
        restarted.start(0);
        assertThat(applied).containsExactly("a", "a");
        assertThat(of(AgentEvent.PolicyApplied.class).getLast().changes()).isEmpty();
        clock.move(Duration.ofMinutes(30));
        var ignored = restarted.look(SECOND);
        assertThat(applied).containsExactly("a", "a", ", ended a");
    }
}
