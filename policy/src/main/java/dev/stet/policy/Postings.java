package dev.stet.policy;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Rules by what they ask of one [Column].
final class Postings {
    private final int[] all;
    private final Map<Object, int[]> exact;
    private final Beginnings names;
    private final Beginnings beginnings;
    private final Beginnings ends;

    private Postings(Builder builder) {
        all = builder.all.sorted();
        exact = new HashMap<>();
        builder.exact.forEach((value, numbers) -> exact.put(value, numbers.sorted()));
        names = Beginnings.of(builder.names, false);
        beginnings = Beginnings.of(builder.beginnings, false);
        ends = Beginnings.of(builder.ends, true);
    }

    /// Nothing is known of it: every rule could match.
    void all(Candidates candidates) {
        candidates.add(all);
    }

    void find(Object value, Candidates candidates) {
        int[] numbers = exact.get(value);
        if (numbers != null) {
            candidates.add(numbers);
        }
        if (value instanceof String text) {
            beginnings.find(text, 0, candidates);
            ends.find(text, 0, candidates);
        }
    }

    /// For what begins at `from`.
    void find(String text, int from, Candidates candidates) {
        names.findWhole(text, from, candidates);
        beginnings.find(text, from, candidates);
        ends.find(text, from, candidates);
    }

    /// Takes what rules ask for.
    static final class Builder {
        private final Numbers all = new Numbers();
        private final Map<Object, Numbers> exact = new HashMap<>();
        private final SortedMap<String, Numbers> names = new TreeMap<>();
        private final SortedMap<String, Numbers> beginnings = new TreeMap<>();
        private final SortedMap<String, Numbers> ends = new TreeMap<>();

        void add(Demand demand, int number) {
            all.add(number);
            switch (demand.how()) {
                case EQUALS -> {
                    if (demand.column().part() == Column.Part.NAME || demand.column().part() == Column.Part.KIN_NAME) {
                        add(names, (String) demand.value(), number);
                    } else {
                        exact.computeIfAbsent(demand.value(), _ -> new Numbers()).add(number);
                    }
                }
                case BEGINS -> add(beginnings, (String) demand.value(), number);
                case ENDS -> add(ends, Beginnings.reversed((String) demand.value()), number);
            }
        }

        private static void add(SortedMap<String, Numbers> texts, String text, int number) {
            texts.computeIfAbsent(text, _ -> new Numbers()).add(number);
        }

        Postings build() {
            return new Postings(this);
        }
    }
}
