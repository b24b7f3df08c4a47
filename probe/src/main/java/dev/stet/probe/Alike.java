package dev.stet.probe;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Finds the name that somebody may have meant, and lists names for messages.
public final class Alike {
    /// Names that a message lists.
    private static final int MAX_LISTED = 12;

    /// Names that are compared, and characters of each.
    private static final int MAX_NAMES = 1000;
    private static final int MAX_CHARACTERS = 64;

    private Alike() {}

    /// `; did you mean 'name'?`; empty if none is near.
    public static String suggestion(String wanted, Collection<String> names) {
        return nearest(wanted, names).map(it -> "; did you mean '" + it + "'?").orElse("");
    }

    /// `a, b, c`, the first of them.
    public static String list(Collection<String> names) {
        String first = String.join(", ", names.stream().limit(MAX_LISTED).toList());
        return names.size() > MAX_LISTED ? first + " and " + (names.size() - MAX_LISTED) + " more" : first;
    }

    private static Optional<String> nearest(String wanted, Collection<String> names) {
        if (wanted.length() > MAX_CHARACTERS) {
            return Optional.empty();
        }
        String lower = wanted.toLowerCase(Locale.ROOT);
        int most = Math.min(3, (wanted.length() + 2) / 3);
        record Candidate(String name, int mistakes) {}
        return names.stream()
                .limit(MAX_NAMES)
                .filter(it -> !it.isEmpty() && it.length() <= MAX_CHARACTERS)
                .map(it -> new Candidate(it, mistakes(lower, it.toLowerCase(Locale.ROOT))))
                .filter(it -> it.mistakes <= most && it.mistakes < it.name.length())
                .min(Comparator.comparingInt(Candidate::mistakes))
                .map(Candidate::name);
    }

    /// The edit distance, where two neighbours that changed places are one mistake (Damerau's).
    private static int mistakes(String one, String other) {
        int[][] rows = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                rows[i][j] = i == 0 || j == 0 ? i + j : least(rows, one, other, i, j);
            }
        }
        return rows[one.length()][other.length()];
    }

    private static int least(int[][] rows, String one, String other, int i, int j) {
        boolean same = one.charAt(i - 1) == other.charAt(j - 1);
        int changed = rows[i - 1][j - 1] + (same ? 0 : 1);
        int least = Math.min(changed, 1 + Math.min(rows[i - 1][j], rows[i][j - 1]));
        boolean swapped =
                i > 1 && j > 1 && one.charAt(i - 1) == other.charAt(j - 2) && one.charAt(i - 2) == other.charAt(j - 1);
        return swapped ? Math.min(least, rows[i - 2][j - 2] + 1) : least;
    }
}
