package dev.stet.policy;

import java.util.SortedMap;

/// Rules by what a text begins with, or ends with. One binary search finds the last of all beginnings that is not
/// behind the text; those of the text are that one and the shorter ones that it begins with itself.
final class Beginnings {
    private static final Beginnings NONE = new Beginnings(new String[0], new int[0][], new int[0], false);

    private final String[] keys;
    private final int[][] numbers;
    private final int[] shorter;
    private final boolean backwards;

    private Beginnings(String[] keys, int[][] numbers, int[] shorter, boolean backwards) {
        this.keys = keys;
        this.numbers = numbers;
        this.shorter = shorter;
        this.backwards = backwards;
    }

    /// @param backwards the keys are [#reversed] ends
    static Beginnings of(SortedMap<String, Numbers> texts, boolean backwards) {
        if (texts.isEmpty()) {
            return NONE;
        }
        String[] keys = texts.keySet().toArray(String[]::new);
        int[][] numbers = texts.values().stream().map(Numbers::sorted).toArray(int[][]::new);
        int[] shorter = new int[keys.length];
        for (int i = 0; i < keys.length; i++) {
            int of = i - 1;
            while (of >= 0 && !keys[i].startsWith(keys[of])) {
                of = shorter[of];
            }
            shorter[i] = of;
        }
        return new Beginnings(keys, numbers, shorter, backwards);
    }

    static String reversed(String text) {
        char[] reversed = new char[text.length()];
        for (int i = 0; i < reversed.length; i++) {
            reversed[i] = text.charAt(reversed.length - 1 - i);
        }
        return new String(reversed);
    }

    /// Of all keys that the part of the text from `from` on begins with.
    void find(String text, int from, Candidates candidates) {
        int last = last(text, from);
        if (last < 0) {
            return;
        }
        int common = common(keys[last], text, from);
        for (int i = last; i >= 0; i = shorter[i]) {
            if (keys[i].length() <= common) {
                candidates.add(numbers[i]);
            }
        }
    }

    /// Of the key that is that part of the text.
    void findWhole(String text, int from, Candidates candidates) {
        int last = last(text, from);
        if (last >= 0
                && keys[last].length() == text.length() - from
                && common(keys[last], text, from) == keys[last].length()) {
            candidates.add(numbers[last]);
        }
    }

    /// The last key that is not behind the text; -1 if there is none.
    private int last(String text, int from) {
        int low = 0;
        int high = keys.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            String key = keys[middle];
            int common = common(key, text, from);
            boolean behind = common < key.length()
                    && (common == text.length() - from || key.charAt(common) > at(text, from, common));
            if (behind) {
                high = middle - 1;
            } else {
                low = middle + 1;
            }
        }
        return high;
    }

    private int common(String key, String text, int from) {
        int most = Math.min(key.length(), text.length() - from);
        int common = 0;
        while (common < most && key.charAt(common) == at(text, from, common)) {
            common++;
        }
        return common;
    }

    private char at(String text, int from, int place) {
        return text.charAt(backwards ? text.length() - 1 - place : from + place);
    }
}
