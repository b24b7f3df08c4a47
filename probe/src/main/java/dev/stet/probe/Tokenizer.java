package dev.stet.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Cuts an expression's text into words.
final class Tokenizer {
    /// A screen full. Everything that reads an expression is bounded by this.
    static final int MAX_LENGTH = 4096;

    /// Longer ones come before their beginnings.
    private static final List<String> SIGNS = List.of(
            "&&", "||", "==", "!=", "<=", ">=", "<<", ">>", "->", "+", "-", "*", "/", "%", "&", "|", "^", "~", "!", "<",
            ">", ".", ",", "=", "(", ")", "[", "]");

    /// In nanoseconds.
    private static final Map<String, Long> UNITS =
            Map.of("ns", 1L, "us", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L);

    private static final Map<Character, Character> ESCAPES =
            Map.of('n', '\n', 't', '\t', 'r', '\r', '0', '\0', '\\', '\\', '\'', '\'', '"', '"');

    private final String text;
    private int at;

    private Tokenizer(String text) {
        this.text = text;
    }

    /// @return at least one: the end
    static List<Token> read(String text) throws ExpressionException {
        if (text.length() > MAX_LENGTH) {
            String beginning = text.substring(0, 40) + "...";
            throw new ExpressionException(
                    beginning, 0, "longer than " + MAX_LENGTH + " characters: it has " + text.length());
        }
        Tokenizer tokenizer = new Tokenizer(text);
        List<Token> tokens = new ArrayList<>();
        tokenizer.blanks();
        while (tokenizer.at < text.length()) {
            tokens.add(tokenizer.next());
            tokenizer.blanks();
        }
        tokens.add(new Token(Token.Kind.END, "", 0, tokenizer.at, tokenizer.at));
        return tokens;
    }

    private void blanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private Token next() throws ExpressionException {
        char c = text.charAt(at);
        if (c == '\'' || c == '"') {
            return quoted(c);
        }
        if (c >= '0' && c <= '9') {
            return number();
        }
        if (isNamePart(at)) {
            return name();
        }
        Optional<String> sign =
                SIGNS.stream().filter(it -> text.startsWith(it, at)).findFirst();
        if (sign.isEmpty()) {
            throw error(at, "'" + Character.toString(text.codePointAt(at)) + "' means nothing here");
        }
        int start = at;
        at += sign.get().length();
        return new Token(Token.Kind.SIGN, sign.get(), 0, start, at);
    }

    private boolean isNamePart(int i) {
        if (i >= text.length()) {
            return false;
        }
        int c = text.codePointAt(i);
        return c == '_' || c == '$' || Character.isLetterOrDigit(c);
    }

    private void nameParts() {
        while (isNamePart(at)) {
            at += Character.charCount(text.codePointAt(at));
        }
    }

    private Token name() {
        int start = at;
        nameParts();
        while (text.startsWith("::", at) && isNamePart(at + 2)) {
            at += 2;
            nameParts();
        }
        return new Token(Token.Kind.NAME, text.substring(start, at), 0, start, at);
    }

    private Token number() throws ExpressionException {
        int start = at;
        nameParts();
        String word = text.substring(start, at).replace("_", "");
        return new Token(Token.Kind.NUMBER, word, value(word, start), start, at);
    }

    private long value(String word, int start) throws ExpressionException {
        try {
            if (word.length() > 2 && word.charAt(0) == '0' && !isDigit(word.charAt(1))) {
                return Long.parseUnsignedLong(word.substring(2), radix(word.charAt(1), start));
            }
            int digits = 0;
            while (digits < word.length() && isDigit(word.charAt(digits))) {
                digits++;
            }
            if (digits > 1 && word.charAt(0) == '0') {
                throw error(
                        start,
                        "a number that begins with 0: write " + Long.parseUnsignedLong(word, 10) + ", or 0o"
                                + word.substring(1) + " if it is octal");
            }
            long value = Long.parseUnsignedLong(word.substring(0, digits));
            return digits == word.length() ? value : time(value, word.substring(digits), start);
        } catch (NumberFormatException e) {
            throw error(start, "'" + word + "' is no number of 64 bits");
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private int radix(char letter, int start) throws ExpressionException {
        return switch (letter) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            case 'b', 'B' -> 2;
            default -> throw error(start, "a number that begins with 0: 0x is hexadecimal, 0o octal, 0b binary");
        };
    }

    private long time(long count, String unit, int start) throws ExpressionException {
        Long nanos = UNITS.get(unit);
        if (nanos == null) {
            throw error(start, "'" + unit + "' is no unit of a number; there are ns, us, ms, s");
        }
        if (count < 0 || count > Long.MAX_VALUE / nanos) {
            throw error(start, "more than 292 years");
        }
        return count * nanos;
    }

    private Token quoted(char quote) throws ExpressionException {
        int start = at++;
        StringBuilder content = new StringBuilder();
        while (at < text.length() && text.charAt(at) != quote) {
            content.append(text.charAt(at) == '\\' ? escaped() : text.charAt(at));
            at++;
        }
        if (at == text.length()) {
            throw error(start, "the text has no end: " + quote + " is missing");
        }
        at++;
        return new Token(Token.Kind.TEXT, content.toString(), 0, start, at);
    }

    /// Leaves `at` at its last character.
    private char escaped() throws ExpressionException {
        at++;
        Character plain = at < text.length() ? ESCAPES.get(text.charAt(at)) : null;
        if (plain == null) {
            throw error(at - 1, "a backslash stands before n, t, r, 0, a quote or a backslash only");
        }
        return plain;
    }

    private ExpressionException error(int place, String problem) {
        return new ExpressionException(text, place, problem);
    }
}
