package dev.stet.binary.dwarf;

import java.util.Arrays;

/// A list of numbers that takes no more than the numbers.
final class Longs {
    private long[] values = new long[16];
    private int size;

    void add(long value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size + (size >> 1));
        }
        values[size++] = value;
    }

    int size() {
        return size;
    }

    long get(int i) {
        return values[i];
    }

    long[] toArray() {
        return Arrays.copyOf(values, size);
    }

    /// Of an ascending list: is it one of them?
    boolean contains(long value) {
        int i = indexOfLast(value);
        return i >= 0 && values[i] == value;
    }

    /// The last that is not above `value`, of an ascending list.
    ///
    /// @return -1 if all are
    int indexOfLast(long value) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (values[middle] <= value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }
}
