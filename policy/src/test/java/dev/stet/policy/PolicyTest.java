package dev.stet.policy;

import static dev.stet.policy.Samples.AMQPROXY;
import static dev.stet.policy.Samples.NOW;
import static dev.stet.policy.Samples.rule;
import static dev.stet.policy.Samples.withExe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stet.facts.BuildId;
import dev.stet.facts.Fact;
import dev.stet.facts.Glob;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {
    private static final Clause EXE = new Clause.ExeGlob(Glob.path("/usr/bin/amqproxy*"));
    private static final Clause COMM = new Clause.CommMatches(List.of(Glob.name("amq*")));
    private static final Clause OTHER = new Clause.CommMatches(List.of(Glob.name("other")));
    private static final Clause SEVEN = new Clause.UidIn(List.of(7L));

    /// Each rule is yes, no, or unknown (it needs the unreadable exe).
    @ParameterizedTest
    @CsvSource({
        "no,      no,      Trace",
        "yes,     no,      Exempt[all]",
        "yes,     yes,     Exempt[all]",
        "yes,     unknown, Exempt[all]",
        "no,      yes,     Exempt[returns]",
        "no,      unknown, Undecided",
        "unknown, no,      Undecided",
        "unknown, yes,     Undecided",
        "unknown, unknown, Undecided",
    })
    void aRuleForAllAndARuleForReturns(String all, String returns, String expected) {
        Policy policy =
                Policy.of(List.of(rule("a", Aspect.ALL, match(all)), rule("r", Aspect.RETURNS, match(returns))));
        assertThat(name(policy.decide(withExe(Fact.unreadable("permission denied")), NOW)))
                .isEqualTo(expected);
    }

    /// Of two rules for the same, a certain one decides.
    @ParameterizedTest
    @CsvSource({"ALL, Exempt[all]", "RETURNS, Exempt[returns]"})
    void certaintyBeatsDoubt(Aspect aspect, String expected) {
        Policy policy = Policy.of(List.of(rule("a", aspect, match("unknown")), rule("b", aspect, match("yes"))));
        assertThat(name(policy.decide(withExe(Fact.unreadable("x")), NOW))).isEqualTo(expected);
    }

    private static Match match(String answer) {
        return Match.of(
                switch (answer) {
                    case "yes" -> COMM;
                    case "no" -> OTHER;
                    case "unknown" -> EXE;
                    default -> throw new IllegalArgumentException(answer);
                });
    }

    private static String name(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Trace _ -> "Trace";
            case Verdict.Exempt(var aspects, var _) -> "Exempt" + aspects;
            case Verdict.Undecided _ -> "Undecided";
        };
    }

    @Test
    void noBeatsUnknownWithinAnEntryAndYesBeatsItBetweenEntries() {
        var facts = withExe(Fact.unreadable("x"));
        assertThat(Match.of(EXE, OTHER).test(facts).answer()).isEqualTo(Answer.NO);
        assertThat(Match.of(EXE, COMM).test(facts).answer()).isEqualTo(Answer.UNKNOWN);
        assertThat(any(EXE, COMM).test(facts).answer()).isEqualTo(Answer.YES);
        assertThat(any(EXE, OTHER).test(facts).answer()).isEqualTo(Answer.UNKNOWN);
        assertThat(not(COMM, SEVEN).test(facts).answer()).isEqualTo(Answer.NO);
        assertThat(not(COMM, EXE).test(facts).answer()).isEqualTo(Answer.UNKNOWN);
        assertThat(not(OTHER, EXE).test(facts).answer()).isEqualTo(Answer.NO);
        assertThat(not(EXE, SEVEN).test(facts).answer()).isEqualTo(Answer.NO);
        assertThat(not(COMM, OTHER).test(facts).answer()).isEqualTo(Answer.YES);
    }

    private static Match any(Clause... clauses) {
        return new Match(
                List.of(),
                List.of(clauses).stream()
                        .map(clause -> new Match.Entry(List.of(clause)))
                        .toList(),
                List.of());
    }

    private static Match not(Clause all, Clause not) {
        return new Match(List.of(all), List.of(), List.of(new Match.Entry(List.of(not))));
    }

    @Test
    void anAbsentFactDoesNotMatch() {
        Policy policy = Policy.of(List.of(rule("a", Aspect.ALL, Match.of(EXE))));
        assertThat(policy.decide(withExe(Fact.absent()), NOW)).isInstanceOf(Verdict.Trace.class);
    }

    @Test
    void everyClause() {
        assertThat(EXE.test(AMQPROXY)).isEqualTo(Answer.YES);
        assertThat(new Clause.ExeName(Glob.name("amqproxy")).test(AMQPROXY)).isEqualTo(Answer.YES);
        assertThat(new Clause.ExeName(Glob.name("amq")).test(AMQPROXY)).isEqualTo(Answer.NO);
        assertThat(new Clause.BuildIdIn(List.of(new BuildId("F1C3"))).test(AMQPROXY))
                .isEqualTo(Answer.YES);
        assertThat(new Clause.ArgsContain(List.of("--config", "amqproxy")).test(AMQPROXY))
                .isEqualTo(Answer.YES);
        assertThat(new Clause.ArgsContain(List.of("--config", "--no")).test(AMQPROXY))
                .isEqualTo(Answer.NO);
        assertThat(new Clause.UidIn(List.of(0L, 7L)).test(AMQPROXY)).isEqualTo(Answer.YES);
        var nobody = Samples.process(AMQPROXY.exe(), AMQPROXY.comm(), AMQPROXY.args(), Fact.of(-2));
        assertThat(new Clause.UidIn(List.of(4294967294L)).test(nobody)).isEqualTo(Answer.YES);
    }

    @Test
    void expiryIsTheFirstMomentWithoutEffect() {
        Instant end = Instant.parse("2027-03-31T00:00:00Z");
        Policy policy = Policy.of(List.of(rule("a", Aspect.ALL, Match.of(COMM))));
        assertThat(policy.decide(AMQPROXY, end.minusNanos(1)).mayProbe()).isFalse();
        assertThat(policy.decide(AMQPROXY, end).mayProbe()).isTrue();
        assertThat(policy.expired(end.minusNanos(1))).isEmpty();
        assertThat(policy.expired(end)).hasSize(1);
        assertThat(policy.nextChange(end.minusNanos(1))).contains(end);
        assertThat(policy.nextChange(end)).isEmpty();
        assertThat(policy.nextChange(Instant.MIN)).contains(end);
        assertThat(Policy.EMPTY.nextChange(NOW)).isEqualTo(Optional.empty());
    }

    /// A rule that is over asks for no fact.
    @Test
    void anExpiredRuleLeavesNothingUndecided() {
        Policy policy = Policy.of(List.of(rule("a", Aspect.ALL, Match.of(EXE))));
        assertThat(policy.decide(withExe(Fact.unreadable("x")), Instant.parse("2028-01-01T00:00:00Z")))
                .isEqualTo(new Verdict.Trace(List.of()));
    }

    @Test
    void union() {
        Exemption all = rule("a", Aspect.ALL, Match.of(COMM));
        Exemption returns = rule("b", Aspect.RETURNS, Match.of(COMM));
        assertThat(Policy.EMPTY.plus(all).plus(returns)).isEqualTo(Policy.of(List.of(returns, all, all)));
        Verdict verdict =
                Policy.of(List.of(returns)).plus(Policy.of(List.of(all))).decide(AMQPROXY, NOW);
        assertThat(verdict.decisions()).extracting(Decision::rule).containsExactly("a", "b");
        assertThat(((Verdict.Exempt) verdict).aspects()).isEqualTo(Set.of(Aspect.ALL));
    }

    @Test
    void asksForTheBuildIdOnlyIfARuleDoes() {
        assertThat(Policy.of(List.of(rule("a", Aspect.ALL, any(EXE)))).usesBuildId())
                .isFalse();
        Clause id = new Clause.BuildIdIn(List.of(new BuildId("00")));
        assertThat(Policy.of(List.of(rule("a", Aspect.ALL, not(COMM, id)))).usesBuildId())
                .isTrue();
    }

    @Test
    void aMatchThatAsksForNothingCannotBeMade() {
        assertThatIllegalArgumentException().isThrownBy(Match::of).withMessageContaining("/**");
    }
}
