package dev.stet.agent.suggest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.agent.guardian.Build;
import dev.stet.agent.guardian.Case;
import dev.stet.agent.guardian.Circuit;
import dev.stet.agent.guardian.Exposure;
import dev.stet.agent.guardian.Level;
import dev.stet.agent.guardian.Noted;
import dev.stet.agent.suggest.Suggestion.Cause;
import dev.stet.agent.suggest.Suggestion.Nothing;
import dev.stet.agent.suggest.Suggestion.Propose;
import dev.stet.facts.BuildId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who is accused and who is not: accusations come from anywhere, and the ledger decides.
class ProposerTest {
    private static final Instant NOW = Instant.parse("2027-03-01T00:00:00Z");
    private static final Build SHOP = new Build(Optional.of(new BuildId("f1c3bcc0aa")), "/srv/shop");

    private static Exposure ran(int lives, Duration time, Object... ends) {
        Map<String, Integer> all = new TreeMap<>();
        for (int i = 0; i < ends.length; i += 2) {
            all.put((String) ends[i], (Integer) ends[i + 1]);
        }
        return new Exposure(lives, time.toMillis(), new TreeMap<>(all));
    }

    private static Case shop(Exposure unprobed, Exposure probed) {
        return new Case(SHOP, unprobed, probed, new Circuit.Closed(NOW, 0), NOW);
    }

    private static Case shop(Exposure unprobed, Exposure probed, Circuit circuit) {
        return new Case(SHOP, unprobed, probed, circuit, NOW);
    }

    private static Finding kernel(String name) {
        return KernelLog.read(
                        "log",
                        Samples.bytes(name + "[4711]: segfault at 1 ip 01 sp 02 error 6 in " + name + "[1,2+3]"),
                        Optional.empty())
                .findings()
                .getFirst();
    }

    private static List<Suggestion> suggest(List<Case> cases, Finding... findings) {
        return suggest(new Experience(cases, List.of(), List.of()), findings);
    }

    private static List<Suggestion> suggest(Experience known, Finding... findings) {
        return new Proposer(known, List.of(), (_, _) -> Optional.empty()).suggest(List.of(findings));
    }

    private static Cause cause(List<Suggestion> suggestions) {
        return ((Nothing) suggestions.getFirst()).cause();
    }

    @Test
    void aProgramThatEndsSoMoreOftenWithProbesIsProposedByItsBuildAndTheLeastFirst() {
        Case known = shop(ran(40, Duration.ofHours(400)), ran(6, Duration.ofMinutes(3), "SIGSEGV", 5));
        List<Suggestion> all = suggest(List.of(known), kernel("shop"), kernel("shop"));
        assertThat(all).hasSize(1);
        Propose propose = (Propose) all.getFirst();
        assertThat(propose.clause()).isEqualTo("buildId");
        assertThat(propose.value()).isEqualTo("f1c3bcc0aa");
        assertThat(propose.aspects()).containsExactly("returns");
        assertThat(propose.term()).isEqualTo(Proposer.TERM);
        assertThat(propose.findings()).hasSize(2);
        assertThat(propose.why())
                .isEqualTo("it ended so: never in 400 h without probes, and 5 times in 180 s with them; were probes"
                        + " harmless, the chance of that would be less than 0.1 %");
    }

    /// The rate is the same, or too little is known, whatever anybody says and however often.
    @ParameterizedTest
    @CsvSource({
        "100, 10, 10,  1, AS_OFTEN_WITHOUT",
        "100, 10, 100, 10, AS_OFTEN_WITHOUT",
        "10,  10, 100, 100, AS_OFTEN_WITHOUT",
        "1,   1,  100, 30, AS_OFTEN_WITHOUT",
        "0,   0,  100, 3, TOO_LITTLE_KNOWN",
        "1,   0,  3,   1, TOO_LITTLE_KNOWN",
        "100, 10, 50,  0, NOT_WITH_PROBES",
        "100, 10, 0,   0, NEVER_PROBED"
    })
    void aProgramThatCrashesAsOftenWithoutProbesIsNotAccused(
            int hoursWithout, int without, int hoursWith, int with, Cause cause) {
        Case known = shop(
                ran(hoursWithout, Duration.ofHours(hoursWithout), "SIGSEGV", without),
                ran(hoursWith, Duration.ofHours(hoursWith), "SIGABRT", with));
        Finding[] findings = new Finding[300];
        Arrays.fill(findings, kernel("shop"));
        List<Suggestion> all = suggest(List.of(known), findings);
        assertThat(all).hasSize(1);
        assertThat(cause(all)).isEqualTo(cause);
    }

    @Test
    void aProgramThatStetHasNeverSeenIsNotProposed() {
        List<Suggestion> all = suggest(List.of(), kernel("shop"));
        assertThat(cause(all)).isEqualTo(Cause.NEVER_PROBED);
        assertThat(all.getFirst().program()).isEqualTo("shop");
    }

    @Test
    void anExitStatusIsJudgedByItselfAndNotByCrashes() {
        Case known = shop(
                ran(400, Duration.ofMinutes(400), "exit 3", 300),
                ran(6, Duration.ofMinutes(3), "exit 3", 1, "exit 4", 4));
        assertThat(Proposer.ofLedger(List.of(known), "ledger"))
                .extracting(Finding::end)
                .containsExactly("exit 4");
        Finding three = Alerts.read("p", Samples.bytes("""
                        {"alerts":[{"labels":{"exe":"/srv/shop","exit_code":"3"}}]}""")).findings().getFirst();
        assertThat(cause(suggest(List.of(known), three))).isEqualTo(Cause.AS_OFTEN_WITHOUT);
    }

    @Test
    void aQuarantineIsSaidAndOneThatCameBackIsProposedForLonger() {
        Exposure probed = ran(4, Duration.ofMinutes(1), "SIGSEGV", 2);
        Circuit.Open first = new Circuit.Open(Level.FUNCTIONS, List.of("work*"), NOW, NOW.plusSeconds(3600), 1);
        Circuit.Open second = new Circuit.Open(Level.FUNCTIONS, List.of("work*"), NOW, NOW.plusSeconds(3600), 2);
        assertThat(cause(suggest(List.of(shop(Exposure.NONE, probed, first)), kernel("shop"))))
                .isEqualTo(Cause.QUARANTINE);
        Propose again = (Propose) suggest(List.of(shop(Exposure.NONE, probed, second)), kernel("shop"))
                .getFirst();
        assertThat(again.aspects()).containsExactly("returns", "function:work\\*");
        assertThat(again.term()).isEqualTo(Proposer.LONG_TERM);
        Exposure asOften = ran(10, Duration.ofMinutes(1), "SIGSEGV", 3);
        assertThat(cause(suggest(List.of(shop(asOften, probed, second)), kernel("shop"))))
                .isEqualTo(Cause.AS_OFTEN_WITHOUT);
        Circuit.HalfOpen half = new Circuit.HalfOpen(Level.ALL, List.of(), NOW, NOW.plusSeconds(60), 2);
        assertThat(cause(suggest(List.of(shop(Exposure.NONE, probed, half)), kernel("shop"))))
                .isEqualTo(Cause.QUARANTINE);
    }

    @Test
    void whatAPolicyExemptsAlreadyIsSaidToBe() {
        Case known = shop(ran(40, Duration.ofHours(400)), ran(6, Duration.ofMinutes(3), "SIGSEGV", 5));
        Proposer proposer = new Proposer(
                new Experience(List.of(known), List.of(), List.of()),
                List.of(),
                (build, aspects) -> Optional.of("shop-fibers (p.yaml:3) " + build.name() + aspects));
        Nothing nothing = (Nothing) proposer.suggest(List.of(kernel("shop"))).getFirst();
        assertThat(nothing.cause()).isEqualTo(Cause.EXEMPT);
        assertThat(nothing.why()).isEqualTo("it is exempt already: shop-fibers (p.yaml:3) shop[returns]");
    }

    @Test
    void whatTheGuardianTookAwayLastIsWhatIsProposed() {
        Case known = shop(ran(40, Duration.ofHours(400)), ran(6, Duration.ofMinutes(3), "SIGSEGV", 5));
        Noted old = new Noted(NOW, SHOP, OptionalInt.of(1), Optional.of(Level.RETURNS), List.of());
        Noted last = new Noted(NOW, SHOP, OptionalInt.of(2), Optional.of(Level.FUNCTIONS), List.of("parse"));
        Noted end = new Noted(NOW, SHOP, OptionalInt.empty(), Optional.empty(), List.of());
        Experience experience = new Experience(List.of(known), List.of(old, last, end), List.of());
        assertThat(((Propose) suggest(experience, kernel("shop")).getFirst()).aspects())
                .containsExactly("returns", "function:parse");
    }

    @Test
    void ofSeveralProgramsOfANameItIsTheOneThatWasHeardOfSince() {
        Build other = new Build(Optional.of(new BuildId("00ff")), "/opt/shop");
        Exposure harmed = ran(6, Duration.ofMinutes(3), "SIGSEGV", 5);
        Case old = new Case(
                other,
                ran(40, Duration.ofHours(400)),
                harmed,
                new Circuit.Closed(NOW, 0),
                NOW.minus(Duration.ofDays(3)));
        Case fresh = shop(ran(40, Duration.ofHours(400)), harmed);
        assertThat(cause(suggest(List.of(old, fresh), kernel("shop")))).isEqualTo(Cause.UNKNOWN_PROGRAM);
        Finding plain = kernel("shop");
        Finding timed = new Finding(
                plain.source(), plain.place(), plain.clue(), plain.end(), Optional.of(NOW.minusSeconds(60)), "x");
        assertThat(suggest(List.of(old, fresh), timed)).hasSize(1).first().isInstanceOf(Propose.class);
        Noted note =
                new Noted(NOW.minusSeconds(50), other, OptionalInt.of(4711), Optional.of(Level.RETURNS), List.of());
        Experience saw = new Experience(List.of(old, fresh), List.of(note), List.of());
        assertThat(suggest(saw, timed).getFirst().program()).isEqualTo("/opt/shop");
    }

    @Test
    void aContainersEndIsItsFirstProcesss() {
        Finding finding =
                Pods.read("pods", Samples.bytes(Samples.PODS)).findings().getFirst();
        Case known = shop(ran(40, Duration.ofHours(400)), ran(6, Duration.ofMinutes(3), "SIGSEGV", 5));
        Optional<String> id = Optional.of("ab".repeat(32));
        Build shell = new Build(Optional.empty(), "/bin/sh");
        List<Running> running = List.of(
                new Running(9, 200, shell, id),
                new Running(7, 100, SHOP, id),
                new Running(3, 50, shell, Optional.of("cd".repeat(32))));
        assertThat(suggest(new Experience(List.of(known), List.of(), running), finding)
                        .getFirst())
                .isInstanceOf(Propose.class);
        assertThat(cause(suggest(new Experience(List.of(known), List.of(), List.of()), finding)))
                .isEqualTo(Cause.UNKNOWN_PROGRAM);
    }

    @Test
    void aFileThatEndedStetIsProposedIfItWasTheOnlyOne() {
        Suspicion one = new Suspicion("/srv/odd", "reading", NOW.minusSeconds(60), NOW.plusSeconds(3600));
        Suspicion library = new Suspicion("/lib/libodd.so.1", "attaching to", NOW, NOW.plusSeconds(60));
        Suspicion other = new Suspicion("/srv/other", "reading", NOW.minusSeconds(60), NOW.plusSeconds(3600));
        Experience nobody = new Experience(List.of(), List.of(), List.of());
        List<Suggestion> all =
                new Proposer(nobody, List.of(one, library), (_, _) -> Optional.empty()).suggest(List.of());
        assertThat(all)
                .extracting(
                        each -> ((Propose) each).clause() + "=" + ((Propose) each).value() + ((Propose) each).aspects())
                .containsExactly("exe.glob=/srv/odd[analysis]", "links=libodd.so.1[library:libodd.so.1]");
        assertThat(new Proposer(nobody, List.of(one, other), (_, _) -> Optional.empty()).suggest(List.of()))
                .extracting(each -> ((Nothing) each).cause())
                .containsExactly(Cause.LEFT_ALONE, Cause.LEFT_ALONE);
    }
}
