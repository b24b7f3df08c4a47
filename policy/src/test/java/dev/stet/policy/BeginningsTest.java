package dev.stet.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BeginningsTest {
    /// Exactly those that the text begins with, or ends with, however they nest.
    @Test
    void findsWhatTheTextBeginsOrEndsWith() {
        long seed = Long.getLong("stet.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 5000; round++) {
            List<String> keys = random.ints(random.nextInt(12), 0, 4)
                    .mapToObj(length -> letters(random, length))
                    .distinct()
                    .toList();
            boolean backwards = random.nextBoolean();
            SortedMap<String, Numbers> texts = new TreeMap<>();
            for (int i = 0; i < keys.size(); i++) {
                Numbers numbers = new Numbers();
                numbers.add(i);
                texts.put(backwards ? Beginnings.reversed(keys.get(i)) : keys.get(i), numbers);
            }
            String text = letters(random, 5);
            int from = backwards ? 0 : random.nextInt(3);
            String part = text.substring(from);
            TreeSet<Integer> expected = new TreeSet<>();
            for (int i = 0; i < keys.size(); i++) {
                if (backwards ? part.endsWith(keys.get(i)) : part.startsWith(keys.get(i))) {
                    expected.add(i);
                }
            }
            Candidates candidates = new Candidates(new int[0]);
            Beginnings.of(texts, backwards).find(text, from, candidates);
            candidates.sort();
            TreeSet<Integer> found = new TreeSet<>();
            for (int number = candidates.next(); number >= 0; number = candidates.next()) {
                found.add(number);
            }
            assertThat(found)
                    .as("replay: -Dstet.seed=%d, round %d: %s in %s", seed, round, keys, text)
                    .isEqualTo(expected);
        }
    }

    private static String letters(Random random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(2)));
        }
        return text.toString();
    }
}
