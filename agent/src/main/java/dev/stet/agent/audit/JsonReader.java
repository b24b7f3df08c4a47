package dev.stet.agent.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the JSON of one line, and only such as [JsonText] writes: no spaces, whole numbers, no key twice. What is
/// written in another way was not written by Stet.
public final class JsonReader {
    private static final int MAX_DEPTH = 8;

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /// @throws MalformedRecordException if it is no object of ours
    public static JsonValue.Fields read(String text) throws MalformedRecordException {
        JsonReader reader = new JsonReader(text);
        JsonValue.Fields fields = reader.fields(0);
        if (reader.at != text.length()) {
            throw new MalformedRecordException("something follows the object");
        }
        return fields;
    }

    private JsonValue value(int depth) throws MalformedRecordException {
        return switch (peek()) {
            case '{' -> fields(depth + 1);
            case '[' -> items(depth + 1);
            case '"' -> new JsonValue.Text(string());
            case 't' -> word("true", new JsonValue.Truth(true));
            case 'f' -> word("false", new JsonValue.Truth(false));
            default -> number();
        };
    }

    private JsonValue word(String word, JsonValue value) throws MalformedRecordException {
        for (int i = 0; i < word.length(); i++) {
            expect(word.charAt(i));
        }
        return value;
    }

    private JsonValue.Fields fields(int depth) throws MalformedRecordException {
        checkDepth(depth);
        Map<String, JsonValue> fields = new LinkedHashMap<>();
        expect('{');
        while (peek() != '}') {
            if (!fields.isEmpty()) {
                expect(',');
            }
            String name = string();
            expect(':');
            if (fields.put(name, value(depth)) != null) {
                throw new MalformedRecordException("a field is there twice");
            }
        }
        expect('}');
        return new JsonValue.Fields(fields);
    }

    private JsonValue items(int depth) throws MalformedRecordException {
        checkDepth(depth);
        List<JsonValue> items = new ArrayList<>();
        expect('[');
        while (peek() != ']') {
            if (!items.isEmpty()) {
                expect(',');
            }
            items.add(value(depth));
        }
        expect(']');
        return new JsonValue.Items(items);
    }

    private static void checkDepth(int depth) throws MalformedRecordException {
        if (depth > MAX_DEPTH) {
            throw new MalformedRecordException("nested deeper than " + MAX_DEPTH);
        }
    }

    private JsonValue number() throws MalformedRecordException {
        int from = at;
        while (at < text.length() && (Character.digit(text.charAt(at), 10) >= 0 || text.charAt(at) == '-')) {
            at++;
        }
        try {
            return new JsonValue.Whole(Long.parseLong(text, from, at, 10));
        } catch (NumberFormatException e) {
            throw new MalformedRecordException("character " + (from + 1) + " begins no value");
        }
    }

    private String string() throws MalformedRecordException {
        expect('"');
        StringBuilder value = new StringBuilder();
        for (char c = next(); c != '"'; c = next()) {
            if (c < ' ') {
                throw new MalformedRecordException("a control character in a text");
            }
            value.append(c == '\\' ? escaped() : c);
        }
        return value.toString();
    }

    private char escaped() throws MalformedRecordException {
        char c = next();
        if (c == '"' || c == '\\') {
            return c;
        }
        if (c == 'u' && at + 4 <= text.length()) {
            try {
                int code = Integer.parseInt(text, at, at + 4, 16);
                at += 4;
                if (code >= 0) {
                    return (char) code;
                }
            } catch (NumberFormatException e) {
                // told below
            }
        }
        throw new MalformedRecordException("an escape that Stet does not write");
    }

    private char peek() throws MalformedRecordException {
        if (at >= text.length()) {
            throw new MalformedRecordException("it ends too early");
        }
        return text.charAt(at);
    }

    private char next() throws MalformedRecordException {
        char c = peek();
        at++;
        return c;
    }

    private void expect(char wanted) throws MalformedRecordException {
        if (next() != wanted) {
            throw new MalformedRecordException("character " + at + " is not '" + wanted + "'");
        }
    }
}
