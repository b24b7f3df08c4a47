package dev.stet.agent.suggest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads JSON (RFC 8259) that other programs write, and of its objects keeps the fields of some names
/// only: what a large cluster says of its pods is a hundred times what is asked. Time is linear in the
/// bytes, and memory in what is kept.
final class ForeignJson {
    /// Deeper than this nothing is that anybody wants; each level is one call.
    private static final int MAX_DEPTH = 64;
    /// Values that are kept.
    private static final int MAX_VALUES = 1_000_000;
    /// Bytes of one text, the rest of which is left out: twice the longest path.
    private static final int MAX_TEXT = 8192;

    private final byte[] bytes;
    private final int end;
    private final Set<String> wanted;
    private int at;
    private int kept;

    private ForeignJson(byte[] bytes, int from, int end, Set<String> wanted) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
        this.wanted = wanted;
    }

    /// Reads one object.
    ///
    /// @param wanted names of fields, on any level; below a field of another name nothing is kept
    static ForeignValue.Fields read(byte[] bytes, int from, int end, Set<String> wanted)
            throws MalformedEvidenceException {
        ForeignJson reader = new ForeignJson(bytes, from, end, wanted);
        ForeignValue value = reader.value(0, true);
        reader.blanks();
        if (reader.at < end) {
            throw reader.malformed("something follows the value");
        }
        if (value instanceof ForeignValue.Fields fields) {
            return fields;
        }
        throw new MalformedEvidenceException("it is JSON, but no object");
    }

    private MalformedEvidenceException malformed(String what) {
        return new MalformedEvidenceException("it is no JSON, at byte %d: %s".formatted(at, what));
    }

    private ForeignValue value(int depth, boolean keep) throws MalformedEvidenceException {
        blanks();
        if (depth > MAX_DEPTH) {
            throw malformed("nested deeper than " + MAX_DEPTH);
        }
        if (keep && ++kept > MAX_VALUES) {
            throw malformed("more than " + MAX_VALUES + " values");
        }
        return switch (peek()) {
            case '{' -> fields(depth, keep);
            case '[' -> items(depth, keep);
            case '"' -> new ForeignValue.Text(text(keep));
            case 't' -> word("true", new ForeignValue.Truth(true));
            case 'f' -> word("false", new ForeignValue.Truth(false));
            case 'n' -> word("null", new ForeignValue.Nothing());
            default -> number();
        };
    }

    private ForeignValue word(String word, ForeignValue value) throws MalformedEvidenceException {
        for (int i = 0; i < word.length(); i++) {
            expect(word.charAt(i));
        }
        return value;
    }

    /// Of a name that is there twice the first counts.
    private ForeignValue fields(int depth, boolean keep) throws MalformedEvidenceException {
        Map<String, ForeignValue> fields = new HashMap<>();
        expect('{');
        blanks();
        boolean first = true;
        while (peek() != '}') {
            if (!first) {
                expect(',');
                blanks();
            }
            first = false;
            String name = text(keep);
            blanks();
            expect(':');
            boolean wants = keep && wanted.contains(name);
            ForeignValue value = value(depth + 1, wants);
            if (wants) {
                fields.putIfAbsent(name, value);
            }
            blanks();
        }
        expect('}');
        return new ForeignValue.Fields(fields);
    }

    private ForeignValue items(int depth, boolean keep) throws MalformedEvidenceException {
        List<ForeignValue> items = new ArrayList<>();
        expect('[');
        blanks();
        boolean first = true;
        while (peek() != ']') {
            if (!first) {
                expect(',');
            }
            first = false;
            ForeignValue value = value(depth + 1, keep);
            if (keep) {
                items.add(value);
            }
            blanks();
        }
        expect(']');
        return new ForeignValue.Items(items);
    }

    private ForeignValue number() throws MalformedEvidenceException {
        int from = at;
        while (at < end && "+-.eE0123456789".indexOf(bytes[at]) >= 0) {
            at++;
        }
        if (at == from || at - from > 400) {
            throw malformed("no value begins here");
        }
        return new ForeignValue.Number(new String(bytes, from, at - from, StandardCharsets.US_ASCII));
    }

    private String text(boolean keep) throws MalformedEvidenceException {
        expect('"');
        int from = at;
        while (peek() != '"' && peek() != '\\' && peek() >= 0x20) {
            at++;
        }
        if (peek() == '"') {
            String plain = keep ? decoded(from, at) : "";
            at++;
            return plain;
        }
        StringBuilder text = new StringBuilder(keep ? decoded(from, at) : "");
        for (int c = peek(); c != '"'; c = peek()) {
            if (c < 0x20) {
                throw malformed("a control character in a text");
            }
            from = at;
            if (c == '\\') {
                at++;
                append(text, keep, Character.toString(escaped()));
            } else {
                while (peek() != '"' && peek() != '\\' && peek() >= 0x20) {
                    at++;
                }
                append(text, keep, keep ? decoded(from, at) : "");
            }
        }
        at++;
        return text.toString();
    }

    private static void append(StringBuilder text, boolean keep, String more) {
        if (keep && text.length() < MAX_TEXT) {
            text.append(more);
        }
    }

    /// Bytes that are no UTF-8 become `U+FFFD`, which is in no path and no name.
    private String decoded(int from, int to) {
        return new String(bytes, from, Math.min(to - from, MAX_TEXT), StandardCharsets.UTF_8);
    }

    private char escaped() throws MalformedEvidenceException {
        int c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> (char) c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hex();
            default -> throw malformed("an escape that JSON has not");
        };
    }

    private char hex() throws MalformedEvidenceException {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0) {
                throw malformed("an escape that JSON has not");
            }
            code = code << 4 | digit;
            at++;
        }
        return (char) code;
    }

    private void blanks() {
        while (at < end && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\t' || bytes[at] == '\r')) {
            at++;
        }
    }

    private int peek() throws MalformedEvidenceException {
        if (at >= end) {
            throw malformed("it ends too early");
        }
        return bytes[at] & 0xff;
    }

    private void expect(char wanted) throws MalformedEvidenceException {
        if (peek() != wanted) {
            throw malformed("'" + wanted + "' is missing");
        }
        at++;
    }
}
