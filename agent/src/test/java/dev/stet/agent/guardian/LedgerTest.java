package dev.stet.agent.guardian;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.BuildId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What is remembered of programs, and of how many.
class LedgerTest {
    private static final Instant NOW = Instant.parse("2027-03-01T00:00:00Z");

    private static Build build(int number) {
        return new Build(Optional.of(new BuildId("%08x".formatted(number))), "/srv/program-" + number);
    }

    @Test
    void theSameBuildIsTheSameProgramWhereverItLies() {
        Build there = new Build(Optional.of(new BuildId("00000001")), "/opt/other");
        assertThat(build(1)).isEqualTo(there).hasSameHashCodeAs(there);
        assertThat(new Build(Optional.empty(), "/a")).isNotEqualTo(new Build(Optional.empty(), "/b"));
    }

    @Test
    void ofManyProgramsThoseNotHeardOfForLongestAreForgottenButNoQuarantineIs() {
        Ledger ledger = new Ledger();
        Circuit open = new Circuit.Open(Level.ALL, List.of(), NOW, NOW.plusSeconds(60), 1);
        ledger.put(Case.of(build(0), NOW).with(open));
        for (int i = 1; i <= Ledger.MAX_CASES + 10; i++) {
            ledger.put(Case.of(build(i), NOW));
        }
        assertThat(ledger.cases()).hasSize(Ledger.MAX_CASES);
        assertThat(ledger.open()).isEqualTo(1);
        assertThat(ledger.nextLook()).contains(NOW.plusSeconds(60));
        assertThat(ledger.cases()).extracting(Case::build).contains(build(0)).doesNotContain(build(1));
    }

    @Test
    void anExposureStaysSmallWhateverHappens() {
        Exposure exposure = Exposure.NONE;
        for (int i = 0; i < 30_000; i++) {
            exposure = exposure.plus(Duration.ofSeconds(1), "exit " + i % 200);
        }
        assertThat(exposure.lives()).isBetween(5_000L, 10_000L);
        assertThat(exposure.ends()).hasSizeLessThanOrEqualTo(32);
    }

    @Test
    void aLineThatIsNoCaseIsLeftOutAndToldOfAndTheOthersAreNot() {
        for (String text : List.of("{}", "x", "{\"exe\":\"/a\",\"seen\":\"never\"}", "[1]")) {
            Ledger whole = new Ledger();
            whole.put(Case.of(build(1), NOW));
            List<String> left = new ArrayList<>();
            String lines = text + "\n" + new String(whole.bytes(), StandardCharsets.UTF_8);
            assertThat(Ledger.parse(lines, left::add).cases()).containsExactlyElementsOf(whole.cases());
            assertThat(left).as(text).singleElement().asString().startsWith("line 1: ");
        }
    }

    @Test
    void pathsOfAnyCharactersSurvive() {
        Ledger ledger = new Ledger();
        ledger.put(Case.of(new Build(Optional.empty(), "/a b\n\"\\\u202e\ud83d\ude00"), NOW));
        assertThat(Ledger.parse(new String(ledger.bytes(), StandardCharsets.UTF_8), _ -> {})
                        .cases())
                .isEqualTo(ledger.cases());
    }
}
