package dev.stet.agent.audit;

import dev.stet.policy.yaml.Quoted;
import java.util.List;
import java.util.Optional;

/// One JSON object, built from its beginning to its end. Whatever a text holds, it stays one string on one line
/// and of one length at most.
public final class JsonText {
    /// Longest text of one field, in characters: a path has 4096 bytes.
    public static final int MAX_TEXT = 4096;
    /// Longest list; what is more is counted.
    public static final int MAX_ITEMS = 64;
    /// Longest text in a list.
    private static final int MAX_ITEM = 400;

    private final StringBuilder out = new StringBuilder(256).append('{');

    /// The same so far; what is added to one of the two is not in the other.
    JsonText copy() {
        JsonText copy = new JsonText();
        copy.out.append(out, 1, out.length());
        return copy;
    }

    public JsonText text(String name, String value) {
        key(name);
        quote(out, value, MAX_TEXT);
        return this;
    }

    /// Left out if it is empty.
    public JsonText text(String name, Optional<String> value) {
        value.ifPresent(text -> text(name, text));
        return this;
    }

    public JsonText number(String name, long value) {
        key(name);
        out.append(value);
        return this;
    }

    public JsonText bool(String name, boolean value) {
        key(name);
        out.append(value);
        return this;
    }

    /// The first [#MAX_ITEMS] of them; with more, how many there are in `nameCount`.
    public JsonText texts(String name, List<String> values) {
        key(name);
        out.append('[');
        for (int i = 0; i < values.size() && i < MAX_ITEMS; i++) {
            out.append(i == 0 ? "" : ",");
            quote(out, values.get(i), MAX_ITEM);
        }
        out.append(']');
        return values.size() > MAX_ITEMS ? number(name + "Count", values.size()) : this;
    }

    /// An object in it.
    public JsonText object(String name, JsonText value) {
        key(name);
        out.append(value);
        return this;
    }

    private void key(String name) {
        if (out.length() > 1) {
            out.append(',');
        }
        quote(out, name, MAX_TEXT);
        out.append(':');
    }

    private static void quote(StringBuilder out, String text, int max) {
        int end = Math.min(text.length(), max);
        if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        out.append('"');
        for (int at = 0; at < end; ) {
            int c = text.codePointAt(at);
            if (c == '"' || c == '\\') {
                out.append('\\').append((char) c);
            } else if (Quoted.isPlain(c)) {
                out.appendCodePoint(c);
            } else {
                for (char half : Character.toChars(c)) {
                    out.append("\\u%04x".formatted((int) half));
                }
            }
            at += Character.charCount(c);
        }
        out.append(end < text.length() ? "…\"" : "\"");
    }

    /// The object.
    @Override
    public String toString() {
        return out + "}";
    }
}
