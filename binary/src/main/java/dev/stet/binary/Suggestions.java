package dev.stet.binary;

import dev.stet.binary.elf.NameReader;
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

    private final FunctionTable table;
    private final byte[] wanted;
    private final int count;

    /// @param name as somebody wrote it
    /// @param count how many names to find
    Suggestions(FunctionTable table, String name, int count) {
        this.table = table;
        this.wanted = lower(name);
        this.count = count;
    }

    private record Candidate(int mistakes, String name) {
        static final Comparator<Candidate> BEST_FIRST = Comparator.comparingInt(Candidate::mistakes)
                .thenComparingInt(c -> c.name().length())
                .thenComparing(Candidate::name);
    }

    List<String> find() throws BinaryException {
        if (wanted.length == 0 || count <= 0) {
            return List.of();
        }
        Set<String> found = new LinkedHashSet<>(best(name -> contains(name) ? 0 : -1));
        if (found.size() < count && wanted.length <= MAX_TYPED_BYTES) {
            found.addAll(best(this::mistakes));
        }
        return found.stream().limit(count).toList();
    }

    /// How many mistakes a name is away; negative if too many.
    private interface Distance {
        int of(NameReader name);
    }

    private List<String> best(Distance distance) throws BinaryException {
        PriorityQueue<Candidate> worstFirst = new PriorityQueue<>(Candidate.BEST_FIRST.reversed());
        Set<String> held = new LinkedHashSet<>();
        int[] none = table.scan((name, _) -> {
            int mistakes = distance.of(name);
            if (mistakes >= 0) {
                hold(new Candidate(mistakes, name.text()), worstFirst, held);
            }
            return false;
        });
        assert none.length == 0;
        List<Candidate> best = new ArrayList<>(worstFirst);
        best.sort(Candidate.BEST_FIRST);
        return best.stream().map(Candidate::name).toList();
    }

    private void hold(Candidate candidate, PriorityQueue<Candidate> worstFirst, Set<String> held) {
        if (held.contains(candidate.name())) {
            return;
        }
        if (worstFirst.size() == count) {
            if (Candidate.BEST_FIRST.compare(candidate, worstFirst.element()) >= 0) {
                return;
            }
            held.remove(worstFirst.remove().name());
        }
        worstFirst.add(candidate);
        held.add(candidate.name());
    }

    private boolean contains(NameReader name) {
        byte[] in = name.bytes();
        int last = name.start() + name.length() - wanted.length;
        for (int start = name.start(); start <= last; start++) {
            int same = 0;
            while (same < wanted.length && lower(in[start + same]) == wanted[same]) {
                same++;
            }
            if (same == wanted.length) {
                return true;
            }
        }
        return false;
    }

    /// The edit distance (Levenshtein's), computed only as far as it stays small.
    private int mistakes(NameReader name) {
        int length = name.length();
        if (Math.abs(length - wanted.length) > MAX_MISTAKES) {
            return -1;
        }
        int[] row = new int[wanted.length + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= length; i++) {
            byte c = lower(name.bytes()[name.start() + i - 1]);
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
