package dev.stet.probe;

/// A word of an expression's text.
///
/// @param text a name, a sign, or what is between quotes, without backslashes
/// @param value of a number; a time is in nanoseconds
/// @param at where it begins, in characters
/// @param end behind its last character
record Token(Kind kind, String text, long value, int at, int end) {
    /// What it is.
    enum Kind {
        NAME,
        NUMBER,
        TEXT,
        SIGN,
        END
    }

    boolean is(String sign) {
        return kind == Kind.SIGN && text.equals(sign);
    }

    /// For a message.
    String shown() {
        return switch (kind) {
            case NAME, SIGN -> "'" + text + "'";
            case NUMBER -> "a number";
            case TEXT -> "a text";
            case END -> "the end";
        };
    }
}
