package dev.stet.probe;

import dev.stet.probe.Capture.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads captures from text.
///
/// ```
/// captures   = capture { "," capture }
/// capture    = [ name "=" ] shown
/// shown      = format "(" value ")" | value
/// format     = "int" | "long" | "hex" | "bool" | "str" | "string" | "gostr"
/// value      = term { ("+" | "-") number }
/// term       = "arg" N | "ret" [ N ] | "*" term | "(" value ")" | load "(" value ")"
/// load       = "u8" | "u16" | "u32" | "u64" | "i8" | "i16" | "i32" | "i64"
/// ```
public final class CaptureParser {
    /// Argument words: six in registers and ten on the stack are more than anybody reads by number.
    private static final int MAX_INDEX = 16;
    /// Parentheses and stars within each other; each costs a read of the target's memory at every call.
    private static final int MAX_DEPTH = 8;

    private final String text;
    private int at;

    private CaptureParser(String text) {
        this.text = text;
    }

    /// Reads a list of captures. An unnamed one is called by its word, `arg1`, or as it is written.
    ///
    /// @param text empty for none
    /// @throws CaptureSyntaxException if it is not one, with the place
    public static List<Capture> captures(String text) throws CaptureSyntaxException {
        CaptureParser parser = new CaptureParser(text);
        List<Capture> captures = new ArrayList<>();
        parser.blanks();
        if (parser.at == text.length()) {
            return captures;
        }
        do {
            captures.add(parser.capture());
        } while (parser.take(","));
        parser.end();
        return captures;
    }

    /// Reads one capture whose name is known.
    public static Capture capture(String name, String text) throws CaptureSyntaxException {
        CaptureParser parser = new CaptureParser(text);
        Capture shown = parser.shown(name);
        parser.end();
        return shown;
    }

    private Capture capture() throws CaptureSyntaxException {
        blanks();
        int start = at;
        String given = word();
        if (!given.isEmpty() && take("=")) {
            return shown(given);
        }
        at = start;
        Capture unnamed = shown("");
        String name = switch (unnamed.expression()) {
            case Expression.Argument(int index) -> "arg" + index;
            case Expression.Result(int index) -> index == 1 ? "ret" : "ret" + index;
            case Expression.Plus _, Expression.Memory _ ->
                text.substring(start, at).strip();
        };
        return new Capture(name, unnamed.expression(), unnamed.format());
    }

    private Capture shown(String name) throws CaptureSyntaxException {
        blanks();
        int start = at;
        Format format = switch (word().toLowerCase(Locale.ROOT)) {
            case "int" -> Format.INT;
            case "long" -> Format.LONG;
            case "hex" -> Format.HEX;
            case "bool" -> Format.BOOL;
            case "str", "string" -> Format.TEXT;
            case "gostr" -> Format.GO_TEXT;
            default -> Format.WORD;
        };
        if (format == Format.WORD) {
            at = start;
            return new Capture(name, value(0), format);
        }
        expect("(");
        Expression value = value(0);
        expect(")");
        return new Capture(name, value, format);
    }

    private Expression value(int depth) throws CaptureSyntaxException {
        Expression value = term(depth);
        while (true) {
            if (take("+")) {
                value = new Expression.Plus(value, number());
            } else if (take("-")) {
                value = new Expression.Plus(value, -number());
            } else {
                return value;
            }
        }
    }

    private Expression term(int depth) throws CaptureSyntaxException {
        if (depth > MAX_DEPTH) {
            throw error("at most " + MAX_DEPTH + " reads within each other");
        }
        blanks();
        if (take("*")) {
            return new Expression.Memory(term(depth + 1), 8, false);
        }
        if (take("(")) {
            Expression inner = value(depth + 1);
            expect(")");
            return inner;
        }
        int start = at;
        String word = word();
        if (word.matches("arg[0-9]{1,2}")) {
            return new Expression.Argument(index(word.substring(3), start));
        }
        if (word.matches("ret([0-9]{1,2})?")) {
            return new Expression.Result(word.equals("ret") ? 1 : index(word.substring(3), start));
        }
        if (word.matches("[ui](8|16|32|64)")) {
            expect("(");
            Expression address = value(depth + 1);
            expect(")");
            int bytes = Integer.parseInt(word.substring(1)) / 8;
            return new Expression.Memory(address, bytes, word.charAt(0) == 'i');
        }
        at = start;
        throw error("expected arg1 to arg" + MAX_INDEX + ", ret, *, u8 to u64 or i8 to i64");
    }

    private int index(String digits, int start) throws CaptureSyntaxException {
        int index = Integer.parseInt(digits);
        if (index < 1 || index > MAX_INDEX) {
            at = start;
            throw error("words are numbered from 1 to " + MAX_INDEX);
        }
        return index;
    }

    private long number() throws CaptureSyntaxException {
        blanks();
        int start = at;
        String word = word();
        try {
            return Long.decode(word);
        } catch (NumberFormatException e) {
            at = start;
            throw error("expected a number");
        }
    }

    private String word() {
        blanks();
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        return text.substring(start, at);
    }

    private boolean take(String sign) {
        blanks();
        if (!text.startsWith(sign, at)) {
            return false;
        }
        at += sign.length();
        return true;
    }

    private void expect(String sign) throws CaptureSyntaxException {
        if (!take(sign)) {
            throw error("expected '" + sign + "'");
        }
    }

    private void end() throws CaptureSyntaxException {
        blanks();
        if (at < text.length()) {
            throw error("expected the end, or ','");
        }
    }

    private void blanks() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private CaptureSyntaxException error(String expected) {
        return new CaptureSyntaxException(text, at, expected);
    }
}
