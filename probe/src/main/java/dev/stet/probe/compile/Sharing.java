package dev.stet.probe.compile;

import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What several takes are made of, and is therefore read from the target once: of `r.URL.Path` and `r.URL.Host`
/// it is `r.URL`.
final class Sharing {
    /// What a mask has bits for.
    private static final int MAX = 64;

    private Sharing() {}

    /// The words, each after those that it is made of itself. Only what is surely looked at counts.
    static List<Word> of(List<Take> takes) {
        Map<Word, Integer> uses = new LinkedHashMap<>();
        for (Take take : takes) {
            for (Word root : words(take)) {
                Set<Word> certain = new HashSet<>();
                certainLoads(root, certain);
                certain.forEach(load -> uses.merge(load, 1, Integer::sum));
            }
        }
        return uses.entrySet().stream()
                .filter(use -> use.getValue() > 1)
                .map(Map.Entry::getKey)
                .sorted(Comparator.comparingInt(Sharing::size))
                .limit(MAX)
                .toList();
    }

    private static List<Word> words(Take take) {
        return switch (take) {
            case Take.Number(var word) -> List.of(word);
            case Take.Text(var address, var _) -> List.of(address);
            case Take.Block(var address, var length, var _) -> List.of(address, length);
            case Take.Stack _ -> List.of();
        };
    }

    private static void certainLoads(Word word, Set<Word> into) {
        if (word instanceof Word.Load) {
            into.add(word);
        }
        List<Word> certain = switch (word) {
            case Word.Both(var left, var _) -> List.of(left);
            case Word.Either(var left, var _) -> List.of(left);
            case Word.Choice(var condition, var _, var _) -> List.of(condition);
            case Word.Load _, Word.Calculation _ -> word.parts();
            case Word.Constant _, Word.Register _, Word.Saved _, Word.Latency _, Word.ProcessId _ -> List.of();
            case Word.ThreadId _, Word.Cookie _ -> List.of();
        };
        certain.forEach(part -> certainLoads(part, into));
    }

    private static int size(Word word) {
        return 1 + word.parts().stream().mapToInt(Sharing::size).sum();
    }
}
