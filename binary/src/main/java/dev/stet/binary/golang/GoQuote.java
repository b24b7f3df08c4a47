package dev.stet.binary.golang;

import java.nio.charset.StandardCharsets;

/// Text between Go's quotes (Go: `src/strconv/quote.go`).
final class GoQuote {
    private static final String LETTERS = "abfnrtv\\'\"";
    private static final String MEANT = "\u0007\b\f\n\r\t\u000b\\'\"";

    private GoQuote() {}

    /// @return the text as it is if it is not quoted, or not properly
    static String unquote(String text) {
        int last = text.length() - 1;
        if (last < 1 || text.charAt(0) != text.charAt(last)) {
            return text;
        }
        String inner = text.substring(1, last);
        return switch (text.charAt(0)) {
            case '`' -> inner;
            case '"' -> unescape(inner, text);
            default -> text;
        };
    }

    private static String unescape(String inner, String whole) {
        // Escapes may be bytes of a character, so the result is collected as bytes.
        StringBuilder bytes = new StringBuilder(inner.length());
        for (int i = 0; i < inner.length(); ) {
            int slash = inner.indexOf('\\', i);
            int plainEnd = slash < 0 ? inner.length() : slash;
            bytes.append(utf8(inner.substring(i, plainEnd)));
            if (slash < 0) {
                break;
            }
            int taken = escape(inner, slash + 1, bytes);
            if (taken == 0) {
                return whole;
            }
            i = slash + 1 + taken;
        }
        return new String(bytes.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /// @return how many characters behind the backslash it takes; 0 if it is none of Go's
    private static int escape(String text, int at, StringBuilder bytes) {
        char kind = at < text.length() ? text.charAt(at) : 0;
        int simple = LETTERS.indexOf(kind);
        if (simple >= 0) {
            bytes.append(MEANT.charAt(simple));
            return 1;
        }
        int digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
        if (digits == 0 || at + 1 + digits > text.length()) {
            return 0;
        }
        int value = 0;
        for (int i = at + 1; i <= at + digits; i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (digit < 0) {
                return 0;
            }
            value = value << 4 | digit;
        }
        if (kind == 'x') {
            bytes.append((char) value);
        } else if (Character.isValidCodePoint(value)) {
            bytes.append(utf8(Character.toString(value)));
        } else {
            return 0;
        }
        return digits + 1;
    }

    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
