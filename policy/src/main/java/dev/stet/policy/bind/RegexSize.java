package dev.stet.policy.bind;

import java.util.ArrayDeque;
import java.util.Deque;

/// About how long a regular expression is with its counted repetitions written out. Asked before it is compiled,
/// for the compiler writes them out: `((a{1000}){1000}){1000}` would take all memory.
final class RegexSize {
    /// Larger than any limit, and small enough for a product of two.
    private static final long HUGE = 1 << 30;

    private final String text;
    private final Deque<Long> outer = new ArrayDeque<>();
    private long size;
    /// Of the element that a repetition would be of.
    private long last;
    private int at;

    private RegexSize(String text) {
        this.text = text;
    }

    /// In elements; each is a few instructions at most. What is no expression has some size, too.
    static long of(String text) {
        return new RegexSize(text).scan();
    }

    private long scan() {
        while (at < text.length()) {
            char c = text.charAt(at++);
            switch (c) {
                case '(' -> {
                    outer.push(size);
                    size = 0;
                    last = 0;
                }
                case ')' -> close();
                case '{' -> repeat(count());
                case '*', '+', '?' -> repeat(2);
                case '\\' -> escape();
                case '[' -> set();
                default -> element(1);
            }
        }
        while (!outer.isEmpty()) {
            close();
        }
        return size;
    }

    private void element(long of) {
        last = of;
        size = Math.min(HUGE, size + of);
    }

    private void close() {
        long group = size + 1;
        size = outer.isEmpty() ? 0 : outer.pop();
        element(Math.min(HUGE, group));
    }

    private void repeat(long times) {
        size = Math.min(HUGE, size + last * times);
        last = Math.min(HUGE, last * Math.max(1, times));
    }

    /// The larger number of `{2,5}`; 0 if there is none. Stays behind the brace: what follows may be anything.
    private long count() {
        long largest = 0;
        long number = 0;
        for (int digit = at; digit < text.length() && text.charAt(digit) != '}'; digit++) {
            char c = text.charAt(digit);
            number = c >= '0' && c <= '9' ? Math.min(100_000, number * 10 + (c - '0')) : 0;
            largest = Math.max(largest, number);
        }
        return largest;
    }

    private void escape() {
        if (text.startsWith("Q", at)) {
            int end = text.indexOf("\\E", at);
            int next = end < 0 ? text.length() : end + 2;
            element(next - at);
            last = 1;
            at = next;
        } else {
            at++;
            element(1);
        }
    }

    private void set() {
        if (text.startsWith("^", at)) {
            at++;
        }
        if (text.startsWith("]", at)) {
            at++;
        }
        while (at < text.length() && text.charAt(at) != ']') {
            if (text.charAt(at) == '\\') {
                at++;
            } else if (text.startsWith("[:", at) && text.indexOf(":]", at + 2) >= 0) {
                at = text.indexOf(":]", at + 2) + 1;
            }
            at++;
        }
        at++;
        element(1);
    }
}
