package dev.stet.probe.resolve;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A name that is a position: `arg1`, `word2`, `ret`, `ret1`, `retword1`.
///
/// @param kind `arg`, `word`, `ret` or `retword`
/// @param number from 0, which is none
record Positional(String kind, int number) {
    /// More words than this nobody passes.
    static final int MAX = 64;

    private static final Pattern NAME = Pattern.compile("(arg|word|ret|retword)([0-9]{1,4})");

    static Optional<Positional> of(String name) {
        if (name.equals("ret")) {
            return Optional.of(new Positional("ret", 1));
        }
        Matcher matcher = NAME.matcher(name);
        return matcher.matches()
                ? Optional.of(new Positional(matcher.group(1), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    boolean isResult() {
        return kind.startsWith("ret");
    }

    boolean isWord() {
        return kind.endsWith("word");
    }

    boolean isPossible() {
        return number >= 1 && number <= MAX;
    }

    /// The one behind it.
    String next(int distance) {
        return kind + (number + distance);
    }
}
