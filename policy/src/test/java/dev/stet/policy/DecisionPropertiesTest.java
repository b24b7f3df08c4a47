package dev.stet.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// What holds for every policy and every process: tried on thousands of both, made by chance.
class DecisionPropertiesTest {
    private static final int ROUNDS = Integer.getInteger("stet.rounds", 1500);

    /// One policy, one process, and what else a property needs.
    private record Case(Random random, RandomPolicies made, Policy policy, ProcessFacts facts, Moment moment) {
        Verdict verdict() {
            return policy.decide(facts, moment);
        }
    }

    private static void always(int most, Consumer<Case> property) {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        RandomPolicies made = new RandomPolicies(random);
        for (int round = 0; round < ROUNDS; round++) {
            int unknown = made.pick(0, 10, 40, 100);
            Case one = new Case(random, made, made.policy(most), made.process(unknown), made.moment());
            try {
                property.accept(one);
            } catch (AssertionError | RuntimeException failed) {
                throw new AssertionError(
                        "replay: -Dstet.seed=" + seed + ", round " + round + "\n" + one.facts + "\n" + one.moment + "\n"
                                + one.policy.exemptions() + "\n" + one.policy.tiers() + "\n" + one.policy.settings(),
                        failed);
            }
        }
    }

    @Test
    void theIndexChangesNothing() {
        always(40, it -> assertThat(it.verdict())
                .isEqualTo(Engine.withoutIndex(it.policy).decide(it.facts, it.moment)));
    }

    @Test
    void verdictsMeanWhatThePlainReadingSays() {
        int[] kinds = new int[3];
        always(12, it -> {
            Naive expected = Naive.decide(it.policy, it.facts, it.moment);
            assertThat(Naive.of(it.verdict())).isEqualTo(expected);
            kinds[List.of("Trace", "Exempt", "Undecided").indexOf(expected.kind())]++;
        });
        // The cases are worth something only if they have every kind of end.
        assertThat(Arrays.stream(kinds).min().orElseThrow()).isGreaterThan(ROUNDS / 50);
    }

    @Test
    void orderChangesNothing() {
        always(12, it -> {
            List<Exemption> rules = new ArrayList<>();
            it.policy.exemptions().forEach(rule -> rules.add(shuffled(rule, it.random)));
            Collections.shuffle(rules, it.random);
            List<Tier> tiers = new ArrayList<>(it.policy.tiers());
            Collections.shuffle(tiers, it.random);
            Verdict other = Policy.of(rules, tiers, it.policy.settings()).decide(it.facts, it.moment);
            assertThat(Naive.of(other)).isEqualTo(Naive.of(it.verdict()));
            assertThat(other.permission()).isEqualTo(it.verdict().permission());
            assertThat(other.ofTier()).isEqualTo(it.verdict().ofTier());
        });
    }

    private static Exemption shuffled(Exemption rule, Random random) {
        List<Clause> all = new ArrayList<>(rule.match().all());
        Collections.shuffle(all, random);
        Match match = new Match(all, shuffled(rule.match().any(), random), shuffled(rule.match().not(), random));
        return new Exemption(
                rule.name(),
                rule.file(),
                rule.line(),
                rule.reason(),
                rule.owner(),
                rule.ticket(),
                rule.expires(),
                rule.onExpiry(),
                rule.until(),
                rule.unknown(),
                rule.exempt(),
                match);
    }

    private static List<Match.Entry> shuffled(List<Match.Entry> entries, Random random) {
        List<Match.Entry> shuffled = new ArrayList<>();
        for (Match.Entry entry : entries) {
            List<Clause> clauses = new ArrayList<>(entry.clauses());
            Collections.shuffle(clauses, random);
            shuffled.add(new Match.Entry(clauses));
        }
        Collections.shuffle(shuffled, random);
        return shuffled;
    }

    @Test
    void undecidedPermitsNothing() {
        always(12, it -> {
            if (it.verdict() instanceof Verdict.Undecided(var _, var waiting, var notRead)) {
                assertThat(it.verdict().permission()).isEqualTo(Permission.NONE);
                assertThat(waiting).isNotEmpty();
                assertThat(notRead).allMatch(key -> it.facts.get(key) instanceof Fact.NotRead);
            }
        });
    }

    /// A verdict that stands permits no more with another rule. An undecided one may come to permit something: a rule
    /// that certainly exempts from returns settles the doubt whether another does. Still no more than if
    /// the missing facts had been known to begin with, which the next test has.
    @Test
    void anotherExemptionNeverAddsAPermission() {
        always(12, it -> {
            if (!(it.verdict() instanceof Verdict.Undecided)) {
                Verdict more = it.policy.plus(it.made.rule()).decide(it.facts, it.moment);
                assertThat(isWithin(more.permission(), it.verdict().permission()))
                        .as("%s, not %s", more, it.verdict())
                        .isTrue();
            }
        });
    }

    /// Whatever the missing facts turn out to be, nothing was permitted that is not permitted then; and another
    /// exemption still adds nothing to that. Unless a rule says that it shall not be waited for any
    /// longer and that it then counts as one that does not match.
    @Test
    void knowingMoreNeverTakesAPermissionBack() {
        always(12, it -> {
            boolean givesUp = it.policy.exemptions().stream()
                    .anyMatch(rule -> rule.unknown().isOver(it.moment));
            if (!givesUp) {
                ProcessFacts known = completed(it.facts, it.made.process(0));
                Permission later = it.policy.decide(known, it.moment).permission();
                assertThat(isWithin(it.verdict().permission(), later)).isTrue();
                Exemption another = it.made.rule();
                if (!another.unknown().isOver(it.moment)) {
                    Permission with =
                            it.policy.plus(another).decide(it.facts, it.moment).permission();
                    assertThat(isWithin(with, later)).isTrue();
                }
            }
        });
    }

    /// The same process with what is not known taken from another one, relatives as they were.
    private static ProcessFacts completed(ProcessFacts facts, ProcessFacts from) {
        ProcessFacts completed = facts;
        for (FactKey<?> key : FactKey.ALL) {
            if (facts.get(key) instanceof Fact.NotRead || facts.get(key) instanceof Fact.Unreadable) {
                completed = copied(completed, from, key);
            }
        }
        return completed;
    }

    private static <T> ProcessFacts copied(ProcessFacts facts, ProcessFacts from, FactKey<T> key) {
        return facts.with(key, from.get(key));
    }

    private static boolean isWithin(Permission less, Permission more) {
        return (!less.probe() || more.probe())
                && (!less.returns() || more.returns())
                && (!less.payload() || more.payload())
                && (!less.usdt() || more.usdt())
                && (!less.executable() || more.executable())
                && (!less.probe() || less.packs().containsAll(more.packs()))
                && (!less.probe() || less.functions().containsAll(more.functions()))
                && (!less.probe() || less.libraries().containsAll(more.libraries()));
    }

    @Test
    void theTreeAnswersAsTheDecisionDoes() {
        always(12, it -> {
            Tree.Whole whole = it.policy.explain(it.facts, it.moment);
            assertThat(whole.verdict()).isEqualTo(it.verdict());
            assertThat(whole.rules()).hasSize(it.policy.exemptions().size());
            List<String> applying = whole.rules().stream()
                    .filter(rule -> rule.state() == Tree.State.APPLIES)
                    .map(rule -> rule.rule().name())
                    .toList();
            if (it.verdict() instanceof Verdict.Exempt(var _, var by, var _)) {
                assertThat(by.stream().map(Decision::rule).filter(name -> !name.startsWith("tier ")))
                        .containsExactlyInAnyOrderElementsOf(applying);
            }
            if (it.verdict() instanceof Verdict.Trace) {
                assertThat(applying).isEmpty();
            }
            ProcessFacts facts = Engine.of(it.policy).withTier(it.facts, it.moment);
            for (Tree.Rule rule : whole.rules()) {
                assertThat(rule.tree().answer()).isEqualTo(Naive.answer(rule.rule(), facts, it.moment));
            }
        });
    }

    /// However the wall clock is set, short of an expiry, a verdict stays until the time that was told.
    @Test
    void nothingChangesBeforeTheNextChange() {
        int[] changed = new int[1];
        always(12, it -> {
            Policy policy = Policy.of(
                    it.policy.exemptions().stream().filter(rule -> rule.expires().isEmpty()).toList(),
                    it.policy.tiers(),
                    it.policy.settings());
            Naive first = Naive.of(policy.decide(it.facts, it.moment));
            Duration next = policy.nextChange(it.facts, it.moment).orElse(Duration.ofDays(400));
            assertThat(next).isPositive();
            for (int i = 0; i < 4; i++) {
                Duration later = i == 0 ? next.minusNanos(1) : Duration.ofNanos(it.random.nextLong(next.toNanos()));
                Moment moment = new Moment(
                        RandomPolicies.NOW.plusSeconds(it.random.nextLong(-9_999_999_999L, 9_999_999_999L)),
                        it.moment.uptime().plus(later),
                        it.moment.known().plus(later));
                assertThat(Naive.of(policy.decide(it.facts, moment))).as("%s later", later).isEqualTo(first);
            }
            Moment then = new Moment(
                    it.moment.now(), it.moment.uptime().plus(next), it.moment.known().plus(next));
            if (!Naive.of(policy.decide(it.facts, then)).equals(first)) {
                changed[0]++;
            }
        });
        assertThat(changed[0]).as("it is often a change that comes").isGreaterThan(ROUNDS / 100);
    }

    /// Between two expiries the wall clock alone changes nothing; from the moment of an expiry on the rule is gone.
    @Test
    void theWallClockMattersAtExpiriesOnly() {
        always(12, it -> {
            Duration left = it.policy.nextChange(it.moment.now())
                    .map(end -> Duration.between(it.moment.now(), end))
                    .orElse(Duration.ofDays(9999));
            Moment before = new Moment(
                    it.moment.now().plus(left).minusNanos(1), it.moment.uptime(), it.moment.known());
            assertThat(it.policy.decide(it.facts, before)).isEqualTo(it.verdict());
        });
    }
}
