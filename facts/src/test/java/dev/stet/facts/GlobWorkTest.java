package dev.stet.facts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What matching costs, counted: no pattern and no text of the target's choosing makes it slow.
class GlobWorkTest {
    /// Both ways of matching say what the plain definition says.
    @Test
    void bothWaysAgreeWithTheDefinition() {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        int matched = 0;
        for (int round = 0; round < 30_000; round++) {
            String pattern = some(random, "ab/*?*", 10);
            String text = some(random, "ab/", 10);
            boolean path = random.nextBoolean();
            Glob glob = path ? Glob.path(pattern) : Glob.name(pattern);
            boolean expected = matches(pattern, 0, text, 0, path);
            String replay = "replay: -Dstet.seed=" + seed + ", round " + round + ": " + pattern + " on " + text;
            assertThat(glob.matches(text)).as(replay).isEqualTo(expected);
            assertThat(glob.automaton().matches(text)).as(replay).isEqualTo(expected);
            matched += expected ? 1 : 0;
        }
        assertThat(matched).isGreaterThan(1000);
    }

    private static String some(Random random, String letters, int most) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(most); i > 0; i--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }

    private static boolean matches(String pattern, int at, String text, int in, boolean path) {
        if (at == pattern.length()) {
            return in == text.length();
        }
        char p = pattern.charAt(at);
        if (p == '*') {
            int after = at;
            while (after < pattern.length() && pattern.charAt(after) == '*') {
                after++;
            }
            boolean crosses = !path || after - at > 1;
            for (int taken = in; ; taken++) {
                if (matches(pattern, after, text, taken, path)) {
                    return true;
                }
                if (taken == text.length() || (!crosses && text.charAt(taken) == '/')) {
                    return false;
                }
            }
        }
        boolean one = in < text.length() && (p == '?' ? !path || text.charAt(in) != '/' : p == text.charAt(in));
        return one && matches(pattern, at + 1, text, in + 1, path);
    }

    /// At 4 KiB of each a word of 64 places a character of the text, and each element once for each character there is.
    @ParameterizedTest
    @ValueSource(strings = {"*a", "**a", "**?*", "**/*a", "?*", "[!b]*", "a", "**aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa*"})
    void theWorstCostsLengthTimesLength(String part) {
        String pattern = "**?*" + part.repeat(4000 / part.length()) + "b*c?";
        for (String text :
                new String[] {"a".repeat(4096), "a/".repeat(2048), "a".repeat(4095) + "/", "/" + "a".repeat(4000) + "bc"
                }) {
            GlobAutomaton automaton = Glob.path(pattern).automaton();
            var ignored = automaton.matches(text);
            assertThat(automaton.steps())
                    .isLessThan((long) text.length() * (pattern.length() / 64 + 2) + 5L * pattern.length());
            assertThat(Glob.path(pattern).matches(text)).isEqualTo(ignored);
        }
    }

    @Test
    void beginningAndEndAreWhatEveryMatchHas() {
        assertThat(Glob.path("/usr/bin/red*is").prefix()).isEqualTo("/usr/bin/red");
        assertThat(Glob.path("/usr/bin/red*is").suffix()).isEqualTo("is");
        assertThat(Glob.path("/a\\*b").isLiteral()).isTrue();
        assertThat(Glob.path("/a\\*b").prefix()).isEqualTo("/a*b");
        assertThat(Glob.path("/a[bc]").suffix()).isEmpty();
        assertThat(Glob.path("a*a").matches("a")).isFalse();
    }
}
