package dev.stet.agent.guardian;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.agent.guardian.Account.Rest;
import dev.stet.facts.ProcessIdentity;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Which functions rest, and when they come back: a process whose functions are called so and so often, looked at once
/// a second by a clock that is set by hand.
class BudgetTest {
    private static final ProcessIdentity PROCESS = new ProcessIdentity(4711, 12345);
    private static final long HOUR = 3600;

    private final Map<String, Long> calls = new TreeMap<>();
    private final List<Weighing> decided = new ArrayList<>();
    private Account account = Account.of("shop[4711]", 1000);
    private long second;

    private boolean rests(String function) {
        return account.rests().stream()
                .anyMatch(rest -> rest.resting() && List.of(function, Rest.ALL).contains(rest.function()));
    }

    private Load load() {
        List<Load.Hot> hot = calls.entrySet().stream()
                .filter(each -> each.getValue() > 0 && !rests(each.getKey()))
                .map(each -> new Load.Hot(PROCESS, each.getKey(), each.getValue()))
                .sorted(Comparator.comparingLong(Load.Hot::perSecond).reversed())
                .toList();
        return new Load(
                hot.stream().mapToLong(Load.Hot::perSecond).sum(),
                hot.subList(0, Math.min(hot.size(), Load.MAX_HOTTEST)));
    }

    private void looks(long seconds) {
        for (long i = 0; i < seconds; i++) {
            look(load());
        }
    }

    private void look(Load load) {
        second++;
        Account before = account;
        Budget.Step step = Budget.look(before, load, second * 1000);
        account = step.after();
        step.relief()
                .ifPresent(relief ->
                        decided.add(new Weighing(Instant.ofEpochSecond(second), second * 1000, before, load, relief)));
    }

    private List<String> words() {
        return decided.stream()
                .map(each -> each.uptime() / 1000
                        + switch (each.relief()) {
                            case Relief.Take(var functions, var _) ->
                                " -"
                                        + String.join(
                                                ",",
                                                functions.stream()
                                                        .map(Rest::function)
                                                        .toList());
                            case Relief.Give(var function, var _) -> " +" + function.function();
                        })
                .toList();
    }

    @Test
    void whatIsWithinItsBudgetIsLeftInPeaceForEver() {
        calls.put("a", 600L);
        calls.put("b", 400L);
        looks(HOUR);
        assertThat(decided).isEmpty();
        assertThat(account).isEqualTo(new Account("shop[4711]", 1000, 0, 0, List.of()));
    }

    @Test
    void aBurstOfTwoSecondsIsLetBe() {
        for (int i = 0; i < 100; i++) {
            calls.put("a", 1500L);
            looks(2);
            calls.put("a", 10L);
            looks(1);
        }
        assertThat(decided).isEmpty();
    }

    @Test
    void theHottestGoUntilTheRestIsWellWithinTheBudget() {
        calls.putAll(Map.of("a", 800L, "b", 500L, "c", 300L, "d", 100L));
        looks(10);
        assertThat(words()).containsExactly("3 -a,b");
        assertThat(decided.getFirst().relief().why())
                .isEqualTo("breakpoints of shop[4711] were hit 1,700 times a second; its budget is 1,000");
    }

    @Test
    void fourTimesTheBudgetIsNotWaitedWith() {
        calls.put("a", 5000L);
        looks(1);
        assertThat(words()).containsExactly("1 -a");
    }

    @Test
    void whatIsHotForEverRestsLongerEachTime() {
        calls.putAll(Map.of("hot", 2000L, "calm", 10L));
        looks(24 * HOUR);
        assertThat(words().subList(0, 7))
                .containsExactly("3 -hot", "63 +hot", "66 -hot", "366 +hot", "369 -hot", "2169 +hot", "2172 -hot");
        assertThat(decided).as("in a day").hasSizeLessThan(34);
        assertThat(words()).noneMatch(word -> word.contains("calm"));
    }

    @Test
    void whatHasCalmedDownComesBackOneAfterTheOtherAndIsForgotten() {
        calls.putAll(Map.of("a", 2000L, "b", 1500L, "c", 10L));
        looks(5);
        calls.putAll(Map.of("a", 20L, "b", 20L));
        looks(100);
        assertThat(words()).containsExactly("3 -a,b", "63 +a", "66 +b");
        looks(100);
        assertThat(account.rests()).isEmpty();
    }

    @Test
    void nothingComesBackWhileThereIsNoRoomForIt() {
        calls.putAll(Map.of("a", 2000L, "b", 900L));
        looks(1); // a alone, for twice the budget is not yet sudden
        looks(10);
        calls.put("c", 750L);
        calls.put("b", 0L);
        looks(HOUR);
        assertThat(words()).containsExactly("3 -a,b");
    }

    @Test
    void whatCannotBeTakenAwayTakesTheWholeProcess() {
        for (int i = 0; i < 10; i++) {
            look(new Load(2000, List.of(new Load.Hot(PROCESS, "shop:usdt", 2000))));
        }
        assertThat(words()).containsExactly("3 -shop:usdt", "6 -*", "9 -*");
    }

    @Test
    void thousandsOfFunctionsGoTogether() {
        for (int i = 0; i < 5000; i++) {
            calls.put("f" + i, 10L);
        }
        looks(30);
        assertThat(words()).containsExactly("1 -*");
    }

    @Test
    void everyDecisionOfARandomStoryIsMadeAgainFromItsRecord() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 60_000; i++) {
            if (i % 50 == 0) {
                String name = random.nextInt(10) == 0 ? "net/http.(*conn).serve \"x\"\n" : "f" + random.nextInt(60);
                calls.put(name, random.nextLong(random.nextBoolean() ? 50 : 3000));
                account = account.within(random.nextInt(5) == 0 ? 1 + random.nextLong(4000) : account.limit());
            }
            looks(1);
            assertThat(account.rests()).hasSizeLessThanOrEqualTo(Budget.MAX_RESTS);
        }
        assertThat(decided).hasSizeGreaterThan(200);
        for (Weighing each : decided) {
            String json = each.json();
            assertThat(json.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(64 << 10);
            Deliberation.Replayed replayed = Deliberation.replay(json);
            assertThat(replayed.isSame()).as(json + "\n" + replayed.again()).isTrue();
            assertThat(replayed.about()).isEqualTo("shop[4711]");
        }
        String first = decided.getFirst().json();
        assertThat(Deliberation.replay(first.replace("\"limit\":", "\"limit\":9"))
                        .isSame())
                .isFalse();
    }
}
