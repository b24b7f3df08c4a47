package dev.stet.facts;

import java.util.ArrayList;
import java.util.List;

/// A shell-like pattern: `*` any run of characters, `?` any one character, `[abc]`, `[a-z]` and `[!a-z]` one
/// of a set, `\` the next character itself. In a path pattern `*`, `?` and sets stop at `/` and `**` crosses
/// it; in a name pattern nothing stops them, for Go's function names contain `/`. Matching takes at most
/// length x length steps on any pattern.
public final class Glob {
    /// Times the two lengths: how long going back is tried. Nearly every pattern needs less than once.
    private static final int PATIENCE = 8;

    private final String pattern;
    private final boolean path;
    private final String prefix;
    private final String suffix;
    private final boolean literal;

    private Glob(String pattern, boolean path) {
        this.pattern = pattern;
        this.path = path;
        String first = null;
        StringBuilder run = new StringBuilder();
        for (int at = 0; at < pattern.length(); at = next(at)) {
            char c = pattern.charAt(at);
            if (c == '*' || c == '?' || c == '[') {
                first = first == null ? run.toString() : first;
                run.setLength(0);
                var ignored = next(at); // refuses what is not finished
            } else {
                run.append(c == '\\' ? pattern.charAt(next(at) - 1) : c);
            }
        }
        literal = first == null;
        prefix = literal ? shared(run) : first;
        suffix = literal ? "" : run.toString();
    }

    private String shared(StringBuilder run) {
        return run.compareTo(new StringBuilder(pattern)) == 0 ? pattern : run.toString();
    }

    /// A pattern for paths.
    ///
    /// @throws IllegalArgumentException if a set or an escape is not finished; the message says where
    public static Glob path(String pattern) {
        return new Glob(pattern, true);
    }

    /// A pattern for names of functions and files.
    ///
    /// @throws IllegalArgumentException if a set or an escape is not finished; the message says where
    public static Glob name(String pattern) {
        return new Glob(pattern, false);
    }

    /// Has the text any character that means something in a pattern?
    public static boolean isPattern(String text) {
        return text.chars().anyMatch(c -> c == '*' || c == '?' || c == '[' || c == '\\');
    }

    /// What every text that matches begins with; may be empty.
    public String prefix() {
        return prefix;
    }

    /// What every text that matches ends with, behind [#prefix]; may be empty.
    public String suffix() {
        return suffix;
    }

    /// Does it match one text only, its [#prefix]?
    public boolean isLiteral() {
        return literal;
    }

    /// Does the whole text match?
    public boolean matches(String text) {
        if (literal) {
            return text.equals(prefix);
        }
        if (text.length() < prefix.length() + suffix.length() || !text.startsWith(prefix) || !text.endsWith(suffix)) {
            return false;
        }
        Answer answer = goingBack(text);
        return answer == Answer.TOO_LONG ? automaton().matches(text) : answer == Answer.YES;
    }

    private enum Answer {
        YES,
        NO,
        /// It would take too long.
        TOO_LONG
    }

    /// Tries what a star may take, from the shortest on.
    private Answer goingBack(String text) {
        int patience = PATIENCE * (pattern.length() + text.length());
        int at = 0;
        int in = 0;
        // The last star of each kind: where the pattern goes on, and how much text the star has taken. Going back to
        // the last one is enough, but for a `*` that met a `/`: then the `**` before it takes one more.
        int star = -1;
        int starText = 0;
        int doubleStar = -1;
        int doubleStarText = 0;
        while (in < text.length()) {
            if (--patience < 0) {
                return Answer.TOO_LONG;
            }
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                int after = afterStars(at);
                if (!path || after - at > 1) {
                    doubleStar = after;
                    doubleStarText = in;
                    star = -1;
                } else {
                    star = after;
                    starText = in;
                }
                at = after;
            } else if (at < pattern.length() && one(at, text.charAt(in))) {
                at = next(at);
                in++;
            } else if (star >= 0 && text.charAt(starText) != '/') {
                at = star;
                in = ++starText;
            } else if (doubleStar >= 0) {
                at = doubleStar;
                in = ++doubleStarText;
                star = -1;
            } else {
                return Answer.NO;
            }
        }
        return afterStars(at) == pattern.length() ? Answer.YES : Answer.NO;
    }

    private int afterStars(int at) {
        int after = at;
        while (after < pattern.length() && pattern.charAt(after) == '*') {
            after++;
        }
        return after;
    }

    /// The pattern as an automaton, which takes length x length steps at most.
    GlobAutomaton automaton() {
        List<GlobAutomaton.Element> elements = new ArrayList<>();
        boolean[] stars = new boolean[pattern.length()];
        int at = 0;
        while (at < pattern.length()) {
            if (pattern.charAt(at) == '*') {
                int after = afterStars(at);
                boolean crosses = !path || after - at > 1;
                stars[elements.size()] = true;
                elements.add(c -> crosses || c != '/');
                at = after;
            } else {
                int place = at;
                elements.add(c -> one(place, c));
                at = next(at);
            }
        }
        return new GlobAutomaton(elements.toArray(GlobAutomaton.Element[]::new), stars);
    }

    /// Does the pattern's element at `at` match one character?
    private boolean one(int at, char c) {
        char p = pattern.charAt(at);
        return switch (p) {
            case '?' -> !path || c != '/';
            case '\\' -> pattern.charAt(at + 1) == c;
            case '[' -> (!path || c != '/') && set(at, c);
            default -> p == c;
        };
    }

    private boolean set(int open, char c) {
        int close = next(open) - 1;
        int at = open + 1;
        boolean negated = pattern.charAt(at) == '!' || pattern.charAt(at) == '^';
        if (negated) {
            at++;
        }
        boolean found = false;
        while (at < close) {
            char low = pattern.charAt(at);
            if (at + 2 < close && pattern.charAt(at + 1) == '-') {
                found |= low <= c && c <= pattern.charAt(at + 2);
                at += 3;
            } else {
                found |= low == c;
                at++;
            }
        }
        return found != negated;
    }

    /// Where the element after the one at `at` begins.
    private int next(int at) {
        char p = pattern.charAt(at);
        if (p == '\\') {
            if (at + 1 == pattern.length()) {
                throw new IllegalArgumentException("'\\' at the end of '" + pattern + "' escapes nothing");
            }
            return at + 2;
        }
        if (p != '[') {
            return at + 1;
        }
        int first = at + 1;
        if (first < pattern.length() && (pattern.charAt(first) == '!' || pattern.charAt(first) == '^')) {
            first++;
        }
        // A `]` right after the opening is a member of the set.
        int close = pattern.indexOf(']', first + 1);
        if (close < 0) {
            throw new IllegalArgumentException("'[' at " + (at + 1) + " of '" + pattern + "' has no ']'");
        }
        return close + 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Glob that && that.pattern.equals(pattern) && that.path == path;
    }

    @Override
    public int hashCode() {
        return pattern.hashCode();
    }

    /// The pattern as it was written.
    @Override
    public String toString() {
        return pattern;
    }
}
