package dev.stet.binary;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/// Finds names like a mistyped one. Looks at bytes; upper and lower case differ in ASCII only.
final class Suggestions {
    /// More mistakes than this are another name.
    private static final int MAX_MISTAKES = 3;

    /// Longer names, mangled ones above all, are not mistyped but copied.
    private static final int MAX_TYPED_BYTES = 64;

    /// Some 100 ns each, so the search stays under a second whatever the binary holds.
    private static final int MAX_COMPARED = 2_000_000;

    private final byte[] names;
    private final int[] nameAt;

    /// @param names all names, each with a NUL behind it
    /// @param nameAt where each begins
    Suggestions(byte[] names, int[] nameAt) {
        this.names = names;
        this.nameAt = nameAt;
    }

    private record Candidate(int mistakes, String name) {
        static final Comparator<Candidate> BEST_FIRST = Comparator.comparingInt(Candidate::mistakes)
                .thenComparingInt(c -> c.name().length())
                .thenComparing(Candidate::name);
    }

    List<String> closest(String name, int count) {
        byte[] wanted = lower(name);
        if (wanted.length == 0 || count <= 0) {
            return List.of();
        }
        Set<String> found = new LinkedHashSet<>(best(count, i -> contains(nameAt[i], wanted) ? 0 : -1));
        if (found.size() < count && wanted.length <= MAX_TYPED_BYTES) {
            found.addAll(best(count, i -> mistakes(nameAt[i], wanted)));
        }
        return found.stream().limit(count).toList();
    }

    /// How many mistakes the name at an index is away; negative if too many.
    private interface Distance {
        int of(int index);
    }

    private List<String> best(int count, Distance distance) {
        PriorityQueue<Candidate> worstFirst = new PriorityQueue<>(Candidate.BEST_FIRST.reversed());
        Set<String> held = new LinkedHashSet<>();
        for (int i = 0; i < Math.min(nameAt.length, MAX_COMPARED); i++) {
            int mistakes = distance.of(i);
            if (mistakes < 0) {
                continue;
            }
            int length = FunctionTable.textLength(names, nameAt[i]);
            Candidate candidate = new Candidate(mistakes, new String(names, nameAt[i], length, StandardCharsets.UTF_8));
            if (held.contains(candidate.name())) {
                continue;
            }
            if (worstFirst.size() == count) {
                if (Candidate.BEST_FIRST.compare(candidate, worstFirst.element()) >= 0) {
                    continue;
                }
                held.remove(worstFirst.remove().name());
            }
            worstFirst.add(candidate);
            held.add(candidate.name());
        }
        List<Candidate> best = new ArrayList<>(worstFirst);
        best.sort(Candidate.BEST_FIRST);
        return best.stream().map(Candidate::name).toList();
    }

    private boolean contains(int from, byte[] wanted) {
        for (int start = from; names[start] != 0; start++) {
            int same = 0;
            while (same < wanted.length && lower(names[start + same]) == wanted[same]) {
                same++;
            }
            if (same == wanted.length) {
                return true;
            }
        }
        return false;
    }

    /// The edit distance (Levenshtein's), computed only as far as it stays small.
    private int mistakes(int from, byte[] wanted) {
        int length = 0;
        while (names[from + length] != 0) {
            if (++length > wanted.length + MAX_MISTAKES) {
                return -1;
            }
        }
        if (length < wanted.length - MAX_MISTAKES) {
            return -1;
        }
        int[] row = new int[wanted.length + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= length; i++) {
            byte c = lower(names[from + i - 1]);
            int diagonal = row[0];
            row[0] = i;
            int least = i;
            for (int j = 1; j < row.length; j++) {
                int change = diagonal + (wanted[j - 1] == c ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
                least = Math.min(least, row[j]);
            }
            if (least > MAX_MISTAKES) {
                return -1;
            }
        }
        int mistakes = row[wanted.length];
        return mistakes <= Math.min(MAX_MISTAKES, 1 + wanted.length / 4) ? mistakes : -1;
    }

    private static byte[] lower(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = lower(bytes[i]);
        }
        return bytes;
    }

    private static byte lower(byte c) {
        return 'A' <= c && c <= 'Z' ? (byte) (c + 'a' - 'A') : c;
    }
}
