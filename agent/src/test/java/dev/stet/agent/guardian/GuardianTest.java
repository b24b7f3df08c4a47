package dev.stet.agent.guardian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.stet.facts.BuildId;
import dev.stet.facts.ExitStatus;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Tier.Sensitivity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Who is put in quarantine, for what and for how long: stories of one program each, by a clock that is set by hand.
class GuardianTest {
    private static final List<Sensitivity> SENSITIVITIES = List.of(Sensitivity.values());
    private static final ExitStatus SEGV = new ExitStatus.Killed(11, true);
    private static final ExitStatus TERM = new ExitStatus.Killed(15, false);

    private final Build build = new Build(Optional.of(new BuildId("f1c3bcc0aa")), "/srv/shop");
    private Instant now = Instant.parse("2027-03-01T00:00:00Z");
    private Case known = Case.of(build, now);
    private final List<Deliberation> decided = new ArrayList<>();

    private Optional<Decision> happens(Ending ending) {
        Case before = known;
        Guardian.Step step = Guardian.ended(before, ending);
        known = step.after();
        step.decision()
                .ifPresent(decision -> decided.add(new Deliberation(now, before, Optional.of(ending), decision)));
        return step.decision();
    }

    private Optional<Decision> later(Duration pause) {
        now = now.plus(pause);
        Case before = known;
        Guardian.Step step = Guardian.look(before, now);
        known = step.after();
        step.decision().ifPresent(decision -> decided.add(new Deliberation(now, before, Optional.empty(), decision)));
        return step.decision();
    }

    private Ending probed(ExitStatus status, int seconds) {
        return probed(status, seconds, true, Sensitivity.NORMAL, "handle", "parse");
    }

    private Ending probed(
            ExitStatus status, int seconds, boolean returns, Sensitivity sensitivity, String... functions) {
        Duration time = Duration.ofSeconds(seconds);
        return new Ending(
                now,
                new ProcessIdentity(4711, 12345),
                build,
                Optional.of(status),
                Duration.ZERO,
                time,
                time,
                returns,
                List.of(functions),
                sensitivity);
    }

    private Ending unprobed(ExitStatus status, int seconds) {
        return new Ending(
                now,
                new ProcessIdentity(4712, 12345),
                build,
                Optional.of(status),
                Duration.ofSeconds(seconds),
                Duration.ZERO,
                Duration.ZERO,
                false,
                List.of(),
                Sensitivity.NORMAL);
    }

    private Decision.Quarantine quarantined(Optional<Decision> decision) {
        assertThat(decision).get().isInstanceOf(Decision.Quarantine.class);
        return (Decision.Quarantine) decision.orElseThrow();
    }

    @Test
    void aCrashSoonAfterProbesTakesAwayTheLeastThatMayHelp() {
        Decision.Quarantine first = quarantined(happens(probed(SEGV, 3)));
        assertThat(first.level()).isEqualTo(Level.RETURNS);
        assertThat(first.until()).isEqualTo(now.plus(Duration.ofHours(1)));
        assertThat(first.why()).isEqualTo("pid 4711 ended by SIGSEGV 3000 ms after it got probes");

        Decision.Quarantine second =
                quarantined(happens(probed(SEGV, 3, false, Sensitivity.NORMAL, "handle", "parse")));
        assertThat(second.level()).isEqualTo(Level.FUNCTIONS);
        assertThat(second.functions()).containsExactly("handle");

        Decision.Quarantine third = quarantined(happens(probed(SEGV, 3, false, Sensitivity.NORMAL, "parse")));
        assertThat(third.level()).isEqualTo(Level.ALL);
        assertThat(third.times()).isEqualTo(1);
    }

    @Test
    void whoDiedWithTheOldProbesSaysNothingAboutTheQuarantine() {
        quarantined(happens(probed(SEGV, 3)));
        assertThat(happens(probed(SEGV, 3))).isEmpty();
        assertThat(known.circuit())
                .isInstanceOfSatisfying(
                        Circuit.Open.class, open -> assertThat(open.level()).isEqualTo(Level.RETURNS));
    }

    @Test
    void aTierOfHighSensitivityIsLeftAloneAltogetherAndOfLowOnlyTheSecondTime() {
        assertThat(quarantined(happens(probed(SEGV, 1000, true, Sensitivity.HIGH, "handle")))
                        .level())
                .isEqualTo(Level.ALL);

        known = Case.of(build, now);
        assertThat(happens(probed(SEGV, 3, true, Sensitivity.LOW, "handle")))
                .get()
                .isInstanceOf(Decision.Spare.class);
        quarantined(happens(probed(SEGV, 3, true, Sensitivity.LOW, "handle")));
    }

    @Test
    void whatEndsLongAfterProbesOrIsStoppedOrEndsWellIsNoHarm() {
        assertThat(happens(probed(SEGV, 301))).isEmpty();
        assertThat(happens(probed(TERM, 3))).isEmpty();
        assertThat(happens(probed(new ExitStatus.Killed(9, false), 3))).isEmpty();
        assertThat(happens(probed(new ExitStatus.Exited(0), 3))).isEmpty();
        assertThat(known.probed().lives()).isEqualTo(4);
    }

    @Test
    void anExitStatusIsHarmOnlyIfItIsUnusual() {
        assertThat(happens(probed(new ExitStatus.Exited(2), 3)))
                .as("nobody knows it")
                .isEmpty();
        for (int i = 0; i < 20; i++) {
            assertThat(happens(unprobed(new ExitStatus.Exited(i % 4 == 0 ? 1 : 0), 10)))
                    .isEmpty();
        }
        assertThat(happens(probed(new ExitStatus.Exited(1), 3)))
                .as("it does that")
                .isEmpty();
        quarantined(happens(probed(new ExitStatus.Exited(2), 3)));
    }

    @Test
    void aProgramThatAnswersByItsExitStatusIsNotAccusedOfANewOne() {
        for (int i = 0; i < 20; i++) {
            happens(unprobed(new ExitStatus.Exited(0), 10));
        }
        for (int status = 1; status <= 3; status++) {
            quarantined(happens(probed(new ExitStatus.Exited(status), 3)));
            known = known.with(new Circuit.Closed(now, 0));
        }
        assertThat(happens(probed(new ExitStatus.Exited(4), 3))).isEmpty();
        quarantined(happens(probed(SEGV, 3)));
    }

    @Test
    void aProgramThatCrashesAsOftenWithoutProbesIsSpared() {
        for (int i = 0; i < 5; i++) {
            assertThat(happens(unprobed(SEGV, 10))).isEmpty();
        }
        assertThat(happens(probed(SEGV, 9)))
                .get()
                .isInstanceOfSatisfying(
                        Decision.Spare.class,
                        spare -> assertThat(spare.why())
                                .endsWith("it did so 5 times in 50 s without probes, and once in 9000 ms with them"));
    }

    @Test
    void aProgramThatCrashesFarMoreOftenWithProbesIsNotSpared() {
        happens(unprobed(SEGV, 1_000_000));
        quarantined(happens(probed(SEGV, 2)));
    }

    @Test
    void aCrashInQuarantineThatIsAsLikelyWithoutProbesEndsIt() {
        quarantined(happens(probed(SEGV, 3)));
        assertThat(happens(unprobed(SEGV, 4))).get().isInstanceOf(Decision.Acquit.class);
        assertThat(known.circuit()).isEqualTo(new Circuit.Closed(now, 0));
        assertThat(happens(probed(SEGV, 3))).get().isInstanceOf(Decision.Spare.class);
    }

    @Test
    void anEndOfAnotherKindWithoutProbesProvesNothing() {
        quarantined(happens(probed(SEGV, 3)));
        assertThat(happens(unprobed(new ExitStatus.Exited(7), 4))).isEmpty();
        assertThat(known.circuit()).isInstanceOf(Circuit.Open.class);
    }

    @Test
    void theQuarantineEndsIsTriedAndEndsForGoodIfNothingHappens() {
        quarantined(happens(probed(SEGV, 3)));
        assertThat(later(Duration.ofMinutes(59))).isEmpty();
        assertThat(later(Duration.ofMinutes(1))).get().isInstanceOf(Decision.Retry.class);
        assertThat(known.circuit()).isInstanceOf(Circuit.HalfOpen.class);
        assertThat(later(Duration.ofMinutes(29))).isEmpty();
        assertThat(later(Duration.ofMinutes(1))).get().isInstanceOf(Decision.Trust.class);
        assertThat(known.circuit()).isInstanceOf(Circuit.Closed.class);
    }

    @Test
    void harmWhenItIsTriedMakesItLongerEachTime() {
        List<Duration> terms = new ArrayList<>();
        quarantined(happens(probed(SEGV, 3)));
        for (int i = 0; i < 5; i++) {
            Circuit.Open open = (Circuit.Open) known.circuit();
            terms.add(Duration.between(open.since(), open.until()));
            assertThat(later(terms.getLast())).get().isInstanceOf(Decision.Retry.class);
            quarantined(happens(probed(SEGV, 3)));
        }
        assertThat(terms)
                .containsExactly(
                        Duration.ofHours(1),
                        Duration.ofHours(4),
                        Duration.ofDays(1),
                        Duration.ofDays(7),
                        Duration.ofDays(7));
    }

    @Test
    void aWeekWithoutHarmMakesTheNextQuarantineAFirstOne() {
        quarantined(happens(probed(SEGV, 3)));
        later(Duration.ofHours(1));
        later(Duration.ofMinutes(30));
        now = now.plus(Duration.ofDays(8));
        assertThat(quarantined(happens(probed(SEGV, 3))).times()).isEqualTo(1);
    }

    @Test
    void howLikelySoManyAreIsTheBinomialDistribution() {
        assertThat(Guardian.atLeast(0, 10, 0.1)).isEqualTo(1);
        assertThat(Guardian.atLeast(1, 10, 0.5)).isCloseTo(1 - Math.pow(0.5, 10), within(1e-12));
        assertThat(Guardian.atLeast(3, 3, 0.25)).isCloseTo(Math.pow(0.25, 3), within(1e-12));
        assertThat(Guardian.atLeast(2, 1_000_000, 1e-9)).isCloseTo(5e-7, within(1e-9));
        assertThat(Guardian.atLeast(5_300, 10_000, 0.5)).isLessThan(1e-8).isNotNegative();
        assertThat(Guardian.atLeast(5_000, 10_000, 0.5)).isCloseTo(0.504, within(1e-3));
        assertThat(Guardian.atLeast(1, 5, 1)).isEqualTo(1);
        assertThat(Guardian.atLeast(1, 5, 0)).isZero();
    }

    @Test
    void everyDecisionOfARandomStoryIsMadeAgainFromItsRecord() throws Exception {
        Random random = new Random(42);
        List<ExitStatus> ends = List.of(
                SEGV, TERM, new ExitStatus.Exited(0), new ExitStatus.Exited(3), new ExitStatus.Killed(6, false));
        for (int i = 0; i < 5_000; i++) {
            if (i % 10 == 0) {
                known = Case.of(build, now);
            }
            ExitStatus end = ends.get(random.nextInt(ends.size()));
            Sensitivity sensitivity = SENSITIVITIES.get(random.nextInt(SENSITIVITIES.size()));
            int seconds = 1 + random.nextInt(random.nextBoolean() ? 10 : 100_000);
            if (random.nextInt(4) == 0) {
                later(Duration.ofMinutes(random.nextInt(600)));
            } else if (random.nextBoolean()) {
                happens(unprobed(end, seconds));
            } else {
                String[] functions = random.nextBoolean() ? new String[] {"a \"b\"\n", "c"} : new String[0];
                happens(probed(end, seconds, random.nextBoolean(), sensitivity, functions));
            }
            Ledger ledger = new Ledger();
            ledger.put(known);
            assertThat(Ledger.parse(new String(ledger.bytes(), java.nio.charset.StandardCharsets.UTF_8), left -> {
                                throw new AssertionError(left);
                            })
                            .cases())
                    .containsExactly(known);
        }
        assertThat(decided).hasSizeGreaterThan(100);
        assertThat(decided.stream().map(each -> each.decision().name()).distinct())
                .containsExactlyInAnyOrder("quarantine", "retry", "trust", "acquit", "spare");
        for (Deliberation each : decided) {
            Deliberation.Replayed replayed = Deliberation.replay(each.json());
            assertThat(replayed.isSame()).as(each.json()).isTrue();
            assertThat(replayed.about()).isEqualTo(build.exe());
        }
    }

    @Test
    void aRecordThatWasChangedComesOutDifferently() throws Exception {
        happens(probed(SEGV, 3));
        String json = decided.getFirst().json();
        assertThat(Deliberation.replay(json.replace("\"settledNanos\":3000000000", "\"settledNanos\":999000000000"))
                        .isSame())
                .isFalse();
    }
}
