package dev.stet.binary.names;

/// A place in a mangled name. Reading behind the end gives NUL, which no grammar uses.
final class Cursor {
    /// The deepest of 780,000 names of LLVM, Clang, V8, HotSpot and rustc needs 39. One level takes some ten
    /// frames; half a megabyte of stack bears it.
    private static final int MAX_DEPTH = 200;

    /// Those names need 330 at most; conversion operators read what follows twice, and can nest.
    private static final int MAX_STEPS = 1 << 16;

    /// Numbers in names count parameters, substitutions and characters.
    private static final int MAX_NUMBER = 1 << 24;

    private final String text;
    private final int end;
    private int at;
    private int depth;
    private int steps;

    Cursor(String text, int from, int end) {
        this.text = text;
        this.at = from;
        this.end = end;
    }

    int at() {
        return at;
    }

    void at(int place) {
        at = place;
    }

    boolean atEnd() {
        return at >= end;
    }

    int left() {
        return end - at;
    }

    char peek() {
        return at < end ? text.charAt(at) : 0;
    }

    char peek(int ahead) {
        return ahead < end - at ? text.charAt(at + ahead) : 0;
    }

    char next() throws Undecodable {
        if (at >= end) {
            throw Undecodable.name();
        }
        return text.charAt(at++);
    }

    boolean take(char c) {
        if (at < end && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    boolean take(String word) {
        if (word.length() <= end - at && text.startsWith(word, at)) {
            at += word.length();
            return true;
        }
        return false;
    }

    void expect(char c) throws Undecodable {
        if (!take(c)) {
            throw Undecodable.name();
        }
    }

    void skip(int count) throws Undecodable {
        if (count > end - at) {
            throw Undecodable.name();
        }
        at += count;
    }

    boolean atDigit() {
        return isDigit(peek());
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isLower(char c) {
        return c >= 'a' && c <= 'z';
    }

    static boolean isUpper(char c) {
        return c >= 'A' && c <= 'Z';
    }

    /// A number of one digit at least.
    int number() throws Undecodable {
        if (!atDigit()) {
            throw Undecodable.name();
        }
        int value = 0;
        while (atDigit()) {
            value = value * 10 + (next() - '0');
            if (value > MAX_NUMBER) {
                throw Undecodable.name();
            }
        }
        return value;
    }

    /// `_` is 0, `0_` is 1, and so on: how the C++ ABI counts parameters and unnamed types.
    int index() throws Undecodable {
        if (take('_')) {
            return 0;
        }
        int value = number() + 1;
        expect('_');
        return value;
    }

    /// The next characters; counts are checked against what is there.
    String text(int length) throws Undecodable {
        int from = at;
        skip(length);
        return text.substring(from, at);
    }

    /// What was read since a place.
    String since(int from) {
        return text.substring(from, at);
    }

    void enter() throws Undecodable {
        if (++depth > MAX_DEPTH || ++steps > MAX_STEPS) {
            throw Undecodable.name();
        }
    }

    void leave() {
        depth--;
    }
}
