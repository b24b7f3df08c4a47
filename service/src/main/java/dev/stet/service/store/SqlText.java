package dev.stet.service.store;

import java.util.Locale;
import java.util.Set;

/// One look at a question before SQLite has it: is it one, and one that only reads? SQLite is told to
/// refuse the rest, too; but a few statements that write elsewhere or switch things are no writing to
/// it, and of several statements its Java library leaves out all but the first.
final class SqlText {
    /// More than anybody writes; what SQLite does between two looks at the clock is bounded by it, too.
    static final int MAX_CHARACTERS = 16 * 1024;

    private static final Set<String> READING = Set.of("select", "with", "values", "explain");

    private final String sql;
    private int at;

    private SqlText(String sql) {
        this.sql = sql;
    }

    /// @throws QueryException if it is not
    static void check(String sql) throws QueryException {
        if (sql.length() > MAX_CHARACTERS) {
            throw refused("a question has " + MAX_CHARACTERS + " characters at most, and this has " + sql.length());
        }
        if (sql.indexOf('\0') >= 0) {
            throw refused("a question has no zero bytes");
        }
        new SqlText(sql).check();
    }

    private void check() throws QueryException {
        skipBlank();
        int begin = at;
        while (at < sql.length() && Character.isLetter(sql.charAt(at))) {
            at++;
        }
        String first = sql.substring(begin, at).toLowerCase(Locale.ROOT);
        if (first.isEmpty() && at == sql.length()) {
            throw new QueryException(
                    QueryException.Kind.WRONG, "there is no question; try: SELECT * FROM events LIMIT 10");
        }
        if (!READING.contains(first)) {
            throw refused("a question begins with SELECT, WITH, VALUES or EXPLAIN: it cannot change anything");
        }
        skipStatement();
        while (at < sql.length() && sql.charAt(at) == ';') {
            at++;
            skipBlank();
        }
        if (at < sql.length()) {
            throw refused("one question at a time: there is more behind the semicolon");
        }
    }

    private void skipStatement() {
        while (at < sql.length() && sql.charAt(at) != ';') {
            switch (sql.charAt(at)) {
                case '\'', '"', '`' -> skipQuoted(sql.charAt(at));
                case '[' -> skipQuoted(']');
                default -> {
                    int before = at;
                    skipBlank();
                    if (at == before) {
                        at++;
                    }
                }
            }
        }
    }

    /// A quote in it is written twice, which is two quoted texts to us.
    private void skipQuoted(char end) {
        int close = sql.indexOf(end, at + 1);
        at = close < 0 ? sql.length() : close + 1;
    }

    /// Spaces and comments.
    private void skipBlank() {
        boolean skipped = true;
        while (skipped && at < sql.length()) {
            skipped = true;
            if (Character.isWhitespace(sql.charAt(at)) || sql.charAt(at) == '\ufeff') {
                at++;
            } else if (sql.startsWith("--", at)) {
                int end = sql.indexOf('\n', at);
                at = end < 0 ? sql.length() : end + 1;
            } else if (sql.startsWith("/*", at)) {
                int end = sql.indexOf("*/", at + 2);
                at = end < 0 ? sql.length() : end + 2;
            } else {
                skipped = false;
            }
        }
    }

    private static QueryException refused(String why) {
        return new QueryException(QueryException.Kind.REFUSED, why);
    }
}
