package dev.stet.policy;

import static dev.stet.policy.Samples.AMQPROXY;
import static dev.stet.policy.Samples.NOW;
import static dev.stet.policy.Samples.args;
import static dev.stet.policy.Samples.at;
import static dev.stet.policy.Samples.buildId;
import static dev.stet.policy.Samples.comm;
import static dev.stet.policy.Samples.exe;
import static dev.stet.policy.Samples.exeName;
import static dev.stet.policy.Samples.rule;
import static dev.stet.policy.Samples.uid;
import static dev.stet.policy.Samples.withExe;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.stet.facts.BuildId;
import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {
    private static final Clause EXE = exe("/usr/bin/amqproxy*");
    private static final Clause COMM = comm("amq*");
    private static final Clause OTHER = comm("other");
    private static final Clause SEVEN = uid(7);

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
    void certaintyBeatsDoubt(Aspect.Kind aspect, String expected) {
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
            case Verdict.Exempt(var aspects, var _, var _) -> "Exempt" + aspects;
            case Verdict.Undecided _ -> "Undecided";
        };
    }

    @Test
    void noBeatsUnknownWithinAnEntryAndYesBeatsItBetweenEntries() {
        var facts = withExe(Fact.unreadable("x"));
        assertThat(Match.of(EXE, OTHER).test(facts, NOW).answer()).isEqualTo(Answer.NO);
        assertThat(Match.of(EXE, COMM).test(facts, NOW).answer()).isEqualTo(Answer.UNKNOWN);
        assertThat(any(EXE, COMM).test(facts, NOW).answer()).isEqualTo(Answer.YES);
        assertThat(any(EXE, OTHER).test(facts, NOW).answer()).isEqualTo(Answer.UNKNOWN);
        assertThat(not(COMM, SEVEN).test(facts, NOW).answer()).isEqualTo(Answer.NO);
        assertThat(not(COMM, EXE).test(facts, NOW).answer()).isEqualTo(Answer.UNKNOWN);
        assertThat(not(OTHER, EXE).test(facts, NOW).answer()).isEqualTo(Answer.NO);
        assertThat(not(EXE, SEVEN).test(facts, NOW).answer()).isEqualTo(Answer.NO);
        assertThat(not(COMM, OTHER).test(facts, NOW).answer()).isEqualTo(Answer.YES);
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
    void everyClauseOfOneProcess() {
        assertThat(test(EXE)).isEqualTo(Answer.YES);
        assertThat(test(exeName("amqproxy"))).isEqualTo(Answer.YES);
        assertThat(test(exeName("amq"))).isEqualTo(Answer.NO);
        assertThat(test(buildId("F1C3"))).isEqualTo(Answer.YES);
        assertThat(test(args("--config", "amqproxy"))).isEqualTo(Answer.YES);
        assertThat(test(args("--config", "--no"))).isEqualTo(Answer.NO);
        assertThat(test(uid(0, 7))).isEqualTo(Answer.YES);
        var nobody = Samples.process(AMQPROXY.exe(), AMQPROXY.comm(), AMQPROXY.args(), Fact.of(-2));
        assertThat(uid((int) 4294967294L).test(nobody, NOW)).isEqualTo(Answer.YES);
    }

    private static Answer test(Clause clause) {
        return clause.test(AMQPROXY, NOW);
    }

    @Test
    void expiryIsTheFirstMomentWithoutEffect() {
        Instant end = Instant.parse("2027-03-31T00:00:00Z");
        Policy policy = Policy.of(List.of(rule("a", Aspect.ALL, Match.of(COMM))));
        assertThat(policy.decide(AMQPROXY, at(end.minusNanos(1))).mayProbe()).isFalse();
        assertThat(policy.decide(AMQPROXY, at(end)).mayProbe()).isTrue();
        assertThat(policy.expired(end.minusNanos(1))).isEmpty();
        assertThat(policy.expired(end)).hasSize(1);
        assertThat(policy.nextChange(end.minusNanos(1))).contains(end);
        assertThat(policy.nextChange(end)).isEmpty();
        assertThat(policy.nextChange(Instant.EPOCH)).contains(end);
        assertThat(Policy.EMPTY.nextChange(NOW.now())).isEqualTo(Optional.empty());
    }

    /// A rule that is over asks for no fact.
    @Test
    void anExpiredRuleLeavesNothingUndecided() {
        Policy policy = Policy.of(List.of(rule("a", Aspect.ALL, Match.of(EXE))));
        assertThat(policy.decide(withExe(Fact.unreadable("x")), at(Instant.parse("2028-01-01T00:00:00Z"))))
                .isEqualTo(new Verdict.Trace(Optional.empty()));
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
    void writtenRulesAreThoseThatDoNotComeWithStet() {
        Policy policy = BuiltIn.policy().plus(rule("a", Aspect.ALL, Match.of(COMM)));
        assertThat(policy.written()).extracting(Exemption::name).containsExactly("a");
        assertThat(policy.exemptions()).hasSize(BuiltIn.exemptions().size() + 1);
    }

    /// A new build ends such a rule; no build ID at all, or one that cannot be read, does not.
    @ParameterizedTest
    @CsvSource({"known, NO", "other, YES", "absent, NO", "unreadable, UNKNOWN"})
    void endsWithAnotherBuild(String id, Answer over) {
        Clause clause =
                new Clause.On<>(FactKey.BUILD_ID, new dev.stet.policy.Test.NoneOf<>(Set.of(new BuildId("f1c3"))));
        Fact<BuildId> fact = switch (id) {
            case "known" -> Fact.of(new BuildId("f1c3"));
            case "other" -> Fact.of(new BuildId("00ff"));
            case "absent" -> Fact.absent();
            case "unreadable" -> Fact.unreadable("x");
            default -> throw new IllegalArgumentException(id);
        };
        var facts = AMQPROXY.with(FactKey.BUILD_ID, fact);
        assertThat(clause.test(facts, NOW)).isEqualTo(over);
        Policy policy = Policy.of(List.of(rule("a", Aspect.ALL, Optional.of(clause), Match.of(COMM))));
        String expected = switch (over) {
            case NO -> "Exempt[all]";
            case YES -> "Trace";
            case UNKNOWN -> "Undecided";
        };
        assertThat(name(policy.decide(facts, NOW))).isEqualTo(expected);
    }

    @Test
    void aMatchThatAsksForNothingCannotBeMade() {
        assertThatIllegalArgumentException().isThrownBy(Match::of).withMessageContaining("/**");
    }
}
