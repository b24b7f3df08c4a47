package dev.stet.policy.yaml;

import java.util.List;
import java.util.stream.Collectors;

/// Text from outside made fit for one line of a message: nothing in it can start a line, colour a terminal,
/// turn the direction of writing, or fill a log.
public final class Quoted {
    /// Longest shown, in characters: a path is seldom longer.
    public static final int MAX = 200;

    private static final int MAX_ITEMS = 20;

    private Quoted() {}

    /// In quotes, at most [#MAX] characters of it: `'/usr/bin/redis'`.
    public static String of(String text) {
        return "'" + bare(text) + "'";
    }

    /// Each in quotes, at most the first 20 of them: `['redis', '--port']`.
    public static String of(List<String> texts) {
        String shown = texts.stream().limit(MAX_ITEMS).map(Quoted::of).collect(Collectors.joining(", "));
        return texts.size() > MAX_ITEMS
                ? "[" + shown + ", … %d more]".formatted(texts.size() - MAX_ITEMS)
                : "[" + shown + "]";
    }

    /// Without quotes.
    public static String bare(String text) {
        StringBuilder shown = new StringBuilder(Math.min(text.length(), MAX) + 16);
        int at = 0;
        while (at < text.length() && at < MAX) {
            int c = text.codePointAt(at);
            if (isPlain(c)) {
                shown.appendCodePoint(c);
            } else {
                shown.append("\\u{").append(Integer.toHexString(c)).append('}');
            }
            at += Character.charCount(c);
        }
        return at < text.length() ? shown.append('…').toString() : shown.toString();
    }

    /// May a character be shown as it is? Not what begins a line, colours a terminal or turns the direction of writing.
    public static boolean isPlain(int c) {
        if (c < 0x7f) {
            return c >= ' ';
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
