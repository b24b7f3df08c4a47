package dev.stet.agent.json;

/// What others have written, made fit to be shown.
public final class SafeText {
    private SafeText() {}

    /// Text of a target's making, with whatever would move a terminal's cursor, or turn the direction of
    /// writing, made visible.
    public static String plain(String text) {
        StringBuilder safe = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isUnsafe(c)) {
                if (safe == null) {
                    safe = new StringBuilder(text.length() + 16).append(text, 0, i);
                }
                switch (c) {
                    case '\n' -> safe.append("\\n");
                    case '\t' -> safe.append("\\t");
                    case '\r' -> safe.append("\\r");
                    default -> escape(safe, c);
                }
            } else if (safe != null) {
                safe.append(c);
            }
        }
        return safe == null ? text : safe.toString();
    }

    /// Controls, separators of lines, and marks of direction (Unicode `Bidi_Control`).
    static boolean isUnsafe(char c) {
        return c < 0x20
                || (c >= 0x7f && c < 0xa0)
                || c == 0x061c
                || c == 0x200e
                || c == 0x200f
                || (c >= 0x2028 && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069)
                || c == 0xfeff;
    }

    /// A backslash, `u`, and four digits.
    static void escape(StringBuilder out, char c) {
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            out.append(Character.forDigit((c >> shift) & 0xf, 16));
        }
    }
}
