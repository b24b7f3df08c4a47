package dev.stet.service;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The members of a JSON object of Stet's own writing, each value as it is written. What is inside of a
/// value is skipped and not looked at, so this costs a pass over the text and no more.
public final class JsonMembers {
    private final String text;
    private int at = 1;

    private JsonMembers(String text) {
        this.text = text;
    }

    /// Names and raw values in the order in which they are written; empty if it is no object.
    public static Map<String, String> of(String object) {
        Map<String, String> members = new LinkedHashMap<>();
        if (object.startsWith("{") && object.endsWith("}")) {
            new JsonMembers(object).read(members);
        }
        return members;
    }

    /// The values of a JSON list of Stet's own writing, as they are written; empty if it is no list.
    public static List<String> items(String list) {
        List<String> items = new ArrayList<>();
        if (list.startsWith("[") && list.endsWith("]")) {
            JsonMembers reader = new JsonMembers(list);
            while (reader.at < list.length() - 1) {
                int begin = reader.at;
                reader.skipValue();
                items.add(list.substring(begin, Math.min(reader.at, list.length())));
                reader.at++; // the comma
            }
        }
        return items;
    }

    /// The text that a raw value is: of a JSON string what it says, of anything else its digits or its
    /// JSON.
    public static String plain(String raw) {
        return raw.startsWith("\"") ? unquoted(raw) : raw;
    }

    /// The whole number that a raw value is.
    public static Optional<Long> number(String raw) {
        try {
            return Optional.of(Long.parseLong(raw));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private void read(Map<String, String> members) {
        while (at < text.length() - 1) {
            int begin = at;
            skipText();
            String name = plain(text.substring(begin, Math.min(at, text.length())));
            at++; // the colon
            int value = at;
            skipValue();
            if (value > text.length()) {
                return; // it was cut off
            }
            members.put(name, text.substring(value, Math.min(at, text.length())));
            at++; // the comma
        }
    }

    private void skipValue() {
        int depth = 0;
        while (at < text.length()) {
            switch (text.charAt(at)) {
                case '"' -> {
                    skipText();
                    continue;
                }
                case '{', '[' -> depth++;
                case '}', ']' -> {
                    if (depth == 0) {
                        return;
                    }
                    depth--;
                }
                case ',' -> {
                    if (depth == 0) {
                        return;
                    }
                }
                default -> {
                    // part of a word or a number
                }
            }
            at++;
        }
    }

    private void skipText() {
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        at++;
    }

    private static String unquoted(String raw) {
        StringBuilder out = new StringBuilder(raw.length());
        int end = raw.length() - 1;
        int i = 1;
        while (i < end) {
            char c = raw.charAt(i);
            if (c != '\\' || i + 1 >= end) {
                out.append(c);
                i++;
                continue;
            }
            char escaped = raw.charAt(i + 1);
            i += 2;
            switch (escaped) {
                case 'n' -> out.append('\n');
                case 't' -> out.append('\t');
                case 'r' -> out.append('\r');
                case 'u' -> {
                    int after = Math.min(i + 4, end);
                    out.append(unit(raw.substring(i, after)));
                    i = after;
                }
                default -> out.append(escaped);
            }
        }
        return out.toString();
    }

    private static char unit(String hex) {
        try {
            return (char) Integer.parseInt(hex, 16);
        } catch (NumberFormatException e) {
            return '\ufffd';
        }
    }
}
