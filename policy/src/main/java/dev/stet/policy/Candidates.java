package dev.stet.policy;

import java.util.Arrays;

/// The numbers of rules that could match a process, to be asked for in ascending order.
final class Candidates {
    private static final int[] NONE = {};

    private final int[] always;
    private int[] found = NONE;
    private int count;
    private int at;
    private int atAlways;

    /// @param always numbers that are among them in any case, ascending
    Candidates(int[] always) {
        this.always = always;
    }

    void add(int[] numbers) {
        if (numbers.length > found.length - count) {
            found = Arrays.copyOf(found, Math.max(8, Math.max(2 * count, count + numbers.length)));
        }
        System.arraycopy(numbers, 0, found, count, numbers.length);
        count += numbers.length;
    }

    /// No more are added.
    void sort() {
        Arrays.sort(found, 0, count);
    }

    /// The next, each once; -1 if there is none.
    int next() {
        int one = at < count ? found[at] : Integer.MAX_VALUE;
        int other = atAlways < always.length ? always[atAlways] : Integer.MAX_VALUE;
        int next = Math.min(one, other);
        if (next == Integer.MAX_VALUE) {
            return -1;
        }
        while (at < count && found[at] == next) {
            at++;
        }
        if (other == next) {
            atAlways++;
        }
        return next;
    }
}
