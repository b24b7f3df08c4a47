package dev.stet.probe.redact;

import java.util.Optional;

/// Passwords in SQL: `IDENTIFIED BY '...'`, `PASSWORD '...'`, `PASSWORD('...')`. (`PASSWORD = '...'` is a key with a
/// value.)
final class SqlSecrets {
    private static final int MAX_SPACES = 8;
    /// Between IDENTIFIED and BY: `WITH mysql_native_password`.
    private static final int MAX_BETWEEN = 48;

    private SqlSecrets() {}

    /// @param at a quote
    static Optional<Secret> at(CharSequence text, int at, int floor) {
        int end = at;
        while (end > floor
                && at - end < MAX_SPACES
                && (Scan.isEnd(text.charAt(end - 1)) || text.charAt(end - 1) == '(')) {
            end--;
        }
        if (end == at || end <= floor) {
            return Optional.empty();
        }
        boolean is = isWord(text, end, floor, "password")
                || (isWord(text, end, floor, "by") && identified(text, end - 2, floor));
        int to = is ? Quotes.end(text, at + 1, text.charAt(at)) : at;
        return to > at + 1 && !Scan.has(text, at + 1, "<redacted: ")
                ? Optional.of(new Secret(at + 1, to, "password"))
                : Optional.empty();
    }

    private static boolean isWord(CharSequence text, int end, int floor, String word) {
        int from = end - word.length();
        return from >= floor
                && Scan.hasIgnoringCase(text, from, word)
                && !Scan.isWord(Scan.at(text, from - 1))
                && Scan.at(text, from - 1) != '_';
    }

    private static boolean identified(CharSequence text, int to, int floor) {
        for (int end = to; end > floor && to - end < MAX_BETWEEN && Scan.at(text, end) != ';'; end--) {
            if (isWord(text, end, floor, "identified")) {
                return true;
            }
        }
        return false;
    }
}
