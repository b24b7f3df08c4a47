package dev.stet.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stet.facts.BuildId;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Moment;
import dev.stet.policy.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleBookTest {
    private static final Policy POLICY = Rules.policy(
            Rules.text("r", "2030-01-01"), Rules.text("never", "2030-01-01").replace("name: x", "name: y"));

    @TempDir
    private Path directory;

    private final HandClock clock = new HandClock("2027-01-01T00:00:00Z");

    private RuleBook book() throws IOException {
        RuleBook book = new RuleBook(Optional.of(file()), clock);
        book.load();
        return book;
    }

    private Path file() {
        return directory.resolve("rules.json");
    }

    private void judge(RuleBook book, int pid, String exe) {
        ProcessFacts facts = ProcessFacts.of(new ProcessIdentity(pid, 1), 1, false)
                .with(FactKey.EXE, exe)
                .with(FactKey.BUILD_ID, new BuildId("abcd"));
        var moment = new Moment(clock.instant(), Duration.ofDays(1), Duration.ofDays(1));
        book.judged(facts.identity(), facts, POLICY.decide(facts, moment));
    }

    private static RuleUse use(List<RuleUse> uses, String name) {
        return uses.stream().filter(use -> use.name().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void itCountsWhatMatchesNowAndRemembersWhatDid() throws IOException {
        RuleBook book = book();
        book.inForce(POLICY, clock.instant());
        judge(book, 1, "/bin/x");
        judge(book, 2, "/opt/x");
        judge(book, 2, "/opt/x"); // looked at again
        judge(book, 3, "/bin/other");
        assertThat(use(book.uses(), "r").matchedNow()).isEqualTo(2);
        clock.move(Duration.ofHours(1));
        judge(book, 1, "/bin/other"); // it ran another program
        book.ended(new ProcessIdentity(2, 1));
        book.ended(new ProcessIdentity(3, 1));
        RuleUse use = use(book.uses(), "r");
        assertThat(use.matchedNow()).isZero();
        assertThat(use.lastMatched()).contains(Instant.parse("2027-01-01T00:00:00Z"));
        assertThat(use.programs())
                .containsExactly(
                        new RuleUse.Program("/bin/x", Optional.of("abcd")),
                        new RuleUse.Program("/opt/x", Optional.of("abcd")));
        assertThat(use(book.uses(), "never").lastMatched()).isEmpty();
    }

    /// Paths are what the target likes them to be.
    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        RuleBook book = book();
        book.inForce(POLICY, clock.instant());
        for (String path :
                List.of("/a \"b\\/x", "/\u0001\u007f\u0085\u2028\uFEFF/x", "/\uD83D\uDE00/x", "/\uFFFD: [}/x")) {
            judge(book, (path.hashCode() & 0xffff) | 1, path);
        }
        book.save(true);
        assertThat(RuleBook.read(file())).isEqualTo(book.uses());
        clock.move(Duration.ofDays(1));
        RuleBook restarted = book();
        restarted.inForce(POLICY, clock.instant());
        RuleUse use = use(restarted.uses(), "r");
        assertThat(use.firstSeen()).isEqualTo("2027-01-01T00:00:00Z");
        assertThat(use.matchedNow()).isZero(); // nobody has looked yet
        assertThat(use.programs()).hasSize(4);
    }

    /// However long ago the policy was read that had it: a rule with `for` would begin anew.
    @Test
    void aRuleThatIsGoneForAMomentIsTheSameAfterwards() throws IOException {
        RuleBook book = book();
        book.inForce(POLICY, clock.instant());
        clock.move(Duration.ofDays(9));
        book.inForce(Policy.EMPTY, clock.instant());
        clock.move(Duration.ofSeconds(1));
        book.inForce(POLICY, clock.instant());
        assertThat(book.firstSeen("r")).contains(Instant.parse("2027-01-01T00:00:00Z"));
        book.inForce(Policy.EMPTY, clock.instant());
        clock.move(Duration.ofDays(2));
        assertThat(book.firstSeen("r")).isEmpty();
        book.inForce(POLICY, clock.instant());
        assertThat(book.firstSeen("r")).contains(clock.instant());
    }

    @Test
    void itIsBounded() throws IOException {
        RuleBook book = book();
        book.inForce(POLICY, clock.instant());
        for (int pid = 1; pid < 500; pid++) {
            judge(book, pid, "/" + "long".repeat(pid) + "/x");
        }
        assertThat(use(book.uses(), "r").programs()).hasSizeLessThanOrEqualTo(8);
        assertThat(use(book.uses(), "r").matchedNow()).isEqualTo(499);
        book.save(true);
        assertThat(RuleBook.read(file())).hasSize(2);
    }

    /// Its file may just be being replaced; but what is gone for good is forgotten.
    @Test
    void aRuleThatIsGoneForAMomentIsTheSame() throws IOException {
        RuleBook book = book();
        book.inForce(POLICY, clock.instant());
        clock.move(Duration.ofHours(1));
        book.inForce(Policy.EMPTY, clock.instant());
        clock.move(Duration.ofHours(1));
        book.inForce(POLICY, clock.instant());
        assertThat(book.firstSeen("r")).contains(Instant.parse("2027-01-01T00:00:00Z"));
        book.inForce(Policy.EMPTY, clock.instant());
        clock.move(Duration.ofDays(2));
        book.inForce(Policy.EMPTY, clock.instant());
        assertThat(book.uses()).isEmpty();
    }

    @Test
    void itIsWrittenAtMostEveryFewSeconds() throws IOException {
        RuleBook book = book();
        book.inForce(POLICY, clock.instant());
        book.save(false);
        clock.move(Duration.ofSeconds(1));
        judge(book, 1, "/bin/x");
        book.save(false);
        assertThat(use(RuleBook.read(file()), "r").matchedNow()).isZero();
        clock.move(Duration.ofSeconds(3));
        book.save(false);
        assertThat(use(RuleBook.read(file()), "r").matchedNow()).isEqualTo(1);
    }

    @Test
    void whatIsNotItsOwnIsRefused() throws IOException {
        for (String text :
                List.of("", "{}", "[\n{\"rule\": \"r\"}\n]\n", "[\n{\"rule\": \"r\"", "[\n{\n]\n", "\u0000")) {
            Files.writeString(file(), text);
            assertThatThrownBy(() -> RuleBook.read(file())).as(text).isInstanceOf(IOException.class);
        }
        Files.delete(file());
        assertThat(RuleBook.read(file())).isEmpty();
    }
}
