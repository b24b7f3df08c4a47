package dev.stet.policy;

import java.util.Arrays;

/// A growing list of rules' numbers.
final class Numbers {
    private int[] numbers = new int[2];
    private int count;

    void add(int number) {
        if (count == numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * count);
        }
        numbers[count++] = number;
    }

    /// Ascending, each once.
    int[] sorted() {
        int[] sorted = Arrays.copyOf(numbers, count);
        Arrays.sort(sorted);
        int kept = 0;
        for (int number : sorted) {
            if (kept == 0 || sorted[kept - 1] != number) {
                sorted[kept++] = number;
            }
        }
        return kept == count ? sorted : Arrays.copyOf(sorted, kept);
    }
}
