package dev.stet.probe.redact;

/// Reading text a character at a time. Nothing here looks further than it is told to.
final class Scan {
    private Scan() {}

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    static boolean isWord(char c) {
        return isLetter(c) || isDigit(c);
    }

    /// Of base64 in either alphabet.
    static boolean isBase64(char c) {
        return isWord(c) || c == '+' || c == '/' || c == '-' || c == '_';
    }

    static boolean isSpace(char c) {
        return c == ' ' || c == '\t';
    }

    static boolean isQuote(char c) {
        return c == '"' || c == '\'' || c == '`';
    }

    /// White space, and what else no value without quotes goes across.
    static boolean isEnd(char c) {
        return c <= ' ' || c == 0x7f;
    }

    /// The character, or NUL outside of the text.
    static char at(CharSequence text, int at) {
        return at >= 0 && at < text.length() ? text.charAt(at) : 0;
    }

    /// Is this there?
    static boolean has(CharSequence text, int at, String what) {
        if (at < 0 || at > text.length() - what.length()) {
            return false;
        }
        for (int i = 0; i < what.length(); i++) {
            if (text.charAt(at + i) != what.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// Is this there, in whatever case?
    ///
    /// @param what in lower case, ASCII
    static boolean hasIgnoringCase(CharSequence text, int at, String what) {
        if (at < 0 || at > text.length() - what.length()) {
            return false;
        }
        for (int i = 0; i < what.length(); i++) {
            char c = text.charAt(at + i);
            if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != what.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// The end of the base64 from here on.
    static int base64End(CharSequence text, int from) {
        int at = from;
        while (at < text.length() && isBase64(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /// Is one of these characters a digit?
    static boolean anyDigit(CharSequence text, int from, int to) {
        for (int at = from; at < to; at++) {
            if (isDigit(text.charAt(at))) {
                return true;
            }
        }
        return false;
    }
}
