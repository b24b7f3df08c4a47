package dev.stet.probe.redact;

import java.util.Optional;
import java.util.Set;

/// Values whose key says that they are private: `password=x`, `"password": "x"`, `Authorization: x`,
/// `PASSWORD = 'x'`. Found by what is between, and from there backwards to the key and forwards to the value.
final class KeyValues {
    /// Of a longer key only the end is looked at.
    private static final int MAX_KEY = 64;
    /// Spaces between key, colon and value.
    private static final int MAX_SPACES = 8;
    private static final int MIN_TOKEN = 16;
    /// HTML has `accesskey="p"`.
    private static final int MIN_API_KEY = 4;

    /// Headers whose value is the rest of the line.
    private static final Set<String> LINES = Set.of("authorization", "cookie");

    /// What is private after a colon, or with spaces around `=`, whatever it looks like. The others are words of
    /// prose and of programs: `unexpected token: '}'`, `session = open()`.
    private static final Set<String> STRONG =
            Set.of("authorization", "cookie", "password", "secret", "api key", "private key", "credential");

    /// What stands where a secret would.
    private static final Set<String> NONE = Set.of(
            "null", "NULL", "nil", "None", "none", "true", "false", "True", "False", "undefined", "?", "%s", "%v");

    private final Names names;

    KeyValues(Names names) {
        this.names = names;
    }

    /// What is before the value.
    ///
    /// @param from of the key's characters, which end at `to`
    /// @param quote that is around the key, or 0
    private record Key(int from, int to, char quote, boolean spaced) {}

    /// @param at a `:` or `=`
    /// @param floor what is before is known already
    Optional<Secret> at(CharSequence text, int at, int floor) {
        char after = Scan.at(text, at + 1);
        char before = Scan.at(text, at - 1);
        boolean operator = after == ':' || before == ':' || before == '!' || before == '<' || before == '>';
        if (operator && !(text.charAt(at) == '=' && before == ':')) {
            return Optional.empty();
        }
        Optional<Key> key = key(text, before == ':' ? at - 1 : at, floor);
        if (key.isEmpty()) {
            return Optional.empty();
        }
        String name = text.subSequence(key.get().from, key.get().to).toString();
        Optional<String> what = names.ofName(name);
        return what.flatMap(label -> value(text, at, key.get(), label));
    }

    private Optional<Key> key(CharSequence text, int at, int floor) {
        int to = at;
        while (to > floor && at - to < MAX_SPACES && Scan.isSpace(text.charAt(to - 1))) {
            to--;
        }
        boolean spaced = to < at;
        char quote = to > floor && Scan.isQuote(text.charAt(to - 1)) ? text.charAt(to - 1) : 0;
        if (quote != 0) {
            to--;
            to -= Scan.at(text, to - 1) == '\\' && to > floor ? 1 : 0;
        }
        int from = to;
        while (from > floor && to - from < MAX_KEY && isKey(text.charAt(from - 1))) {
            from--;
        }
        return names.mayBePrivate(text, from, to) ? Optional.of(new Key(from, to, quote, spaced)) : Optional.empty();
    }

    private static boolean isKey(char c) {
        return Scan.isWord(c) || c == '_' || c == '-' || c == '.' || c == '[' || c == ']';
    }

    private static Optional<Secret> value(CharSequence text, int at, Key key, String what) {
        int from = at + 1;
        from += Scan.at(text, from) == '=' ? 1 : 0;
        for (int spaces = 0; spaces < MAX_SPACES && Scan.isSpace(Scan.at(text, from)); spaces++) {
            from++;
        }
        int opening = Scan.at(text, from) == '\\' && Scan.isQuote(Scan.at(text, from + 1)) ? from + 1 : from;
        char quote = Scan.at(text, opening);
        int end;
        if (Scan.isQuote(quote)) {
            from = opening + 1;
            end = Quotes.end(text, from, quote);
        } else if (quote == '{' || quote == '[') {
            return Optional.empty();
        } else if (LINES.contains(what) && key.quote == 0) {
            end = lineEnd(text, from, Scan.at(text, key.from - 1));
        } else {
            end = bareEnd(text, from, key.quote != 0);
        }
        boolean prose = key.quote == 0 && (text.charAt(at) == ':' || (key.spaced && !Scan.isQuote(quote)));
        boolean is = end - from >= (what.equals("api key") ? MIN_API_KEY : 1)
                && !isNothing(text, from, end)
                && (!prose || STRONG.contains(what) || isTelling(text, from, end, what));
        return is ? Optional.of(new Secret(from, end, what)) : Optional.empty();
    }

    /// A header in quotes, as on a command line, ends with them.
    private static int lineEnd(CharSequence text, int from, char quote) {
        int at = from;
        while (at < text.length()
                && text.charAt(at) != '\n'
                && text.charAt(at) != '\r'
                && text.charAt(at) != 0
                && !(Scan.isQuote(quote) && text.charAt(at) == quote)) {
            at++;
        }
        return at;
    }

    /// @param json is it a member of a JSON object, which ends with a comma or bracket?
    private static int bareEnd(CharSequence text, int from, boolean json) {
        int at = from;
        while (at < text.length() && !Scan.isEnd(text.charAt(at)) && !endsBare(text.charAt(at), json)) {
            at++;
        }
        while (at > from && !json && (text.charAt(at - 1) == ',' || isClosing(text.charAt(at - 1)))) {
            at--;
        }
        return at;
    }

    private static boolean endsBare(char c, boolean json) {
        return c == '&' || c == ';' || Scan.isQuote(c) || (json && (c == ',' || isClosing(c)));
    }

    private static boolean isClosing(char c) {
        return c == ')' || c == ']' || c == '}';
    }

    /// A placeholder, or what was redacted before.
    private static boolean isNothing(CharSequence text, int from, int end) {
        if (Scan.has(text, from, "<redacted: ") || NONE.contains(shortText(text, from, end))) {
            return true;
        }
        boolean parameter = text.charAt(from) == '$' && end > from + 1;
        boolean stars = true;
        for (int at = from; at < end && (parameter || stars); at++) {
            parameter &= at == from || Scan.isDigit(text.charAt(at));
            stars &= text.charAt(at) == '*';
        }
        return parameter || stars;
    }

    private static String shortText(CharSequence text, int from, int end) {
        return end - from > 10 ? "" : text.subSequence(from, end).toString();
    }

    /// Does it look like one, where the key alone does not settle it?
    private static boolean isTelling(CharSequence text, int from, int end, String what) {
        return switch (what) {
            case "pin", "cvv", "card number", "one-time code" -> Scan.isDigit(text.charAt(from));
            default -> end - from >= MIN_TOKEN && Scan.anyDigit(text, from, end);
        };
    }
}
