package dev.stet.facts;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// All the ways at once in which a text can have matched a pattern so far, one bit a place in the pattern. For the
/// patterns and texts on which going back takes too long: here nothing is ever tried twice.
final class GlobAutomaton {
    /// One part of a pattern.
    interface Element {
        boolean takes(char c);
    }

    private final Element[] elements;
    private final long[] stars;
    private final Map<Character, long[]> takers = new HashMap<>();
    private long steps;

    /// @param stars which elements take any number of characters; no two of them follow each other
    GlobAutomaton(Element[] elements, boolean[] stars) {
        this.elements = elements;
        this.stars = new long[elements.length / Long.SIZE + 1];
        for (int i = 0; i < elements.length; i++) {
            if (stars[i]) {
                set(this.stars, i);
            }
        }
    }

    boolean matches(String text) {
        long[] places = new long[stars.length];
        set(places, 0);
        skipStars(places);
        for (int in = 0; in < text.length(); in++) {
            long[] taking = takers.computeIfAbsent(text.charAt(in), this::takers);
            long carry = 0;
            for (int word = 0; word < places.length; word++) {
                long taken = places[word] & taking[word];
                long passed = taken & ~stars[word];
                places[word] = taken & stars[word] | passed << 1 | carry;
                carry = passed >>> Long.SIZE - 1;
                steps++;
            }
            skipStars(places);
        }
        return (places[elements.length / Long.SIZE] & 1L << elements.length) != 0;
    }

    /// A star may take nothing.
    private void skipStars(long[] places) {
        long carry = 0;
        for (int word = 0; word < places.length; word++) {
            long skipped = places[word] & stars[word];
            places[word] |= skipped << 1 | carry;
            // No two stars follow each other: a place that was reached by skipping one is not that of another.
            carry = skipped >>> Long.SIZE - 1;
        }
    }

    private long[] takers(char c) {
        long[] taking = new long[stars.length];
        for (int i = 0; i < elements.length; i++) {
            if (elements[i].takes(c)) {
                set(taking, i);
            }
        }
        steps += elements.length;
        return taking;
    }

    /// How much work it was: words of bits, and elements that were compared with a character.
    long steps() {
        return steps;
    }

    private static void set(long[] bits, int at) {
        bits[at / Long.SIZE] |= 1L << at;
    }

    @Override
    public String toString() {
        return elements.length + " elements, stars " + Arrays.toString(stars);
    }
}
