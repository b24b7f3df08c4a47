package dev.stet.probe;

import dev.stet.probe.Expression.Argument;
import dev.stet.probe.Expression.Sign;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads expressions from text; docs/expressions.md has the grammar. Texts come from people and from files of
/// packs: whatever they are, reading ends soon, and fails in one way.
public final class ExpressionParser {
    /// Longer than any line that a person writes.
    private static final int MAX_TEXT = 4096;
    /// Parentheses within each other.
    private static final int MAX_DEPTH = 32;
    /// Names, numbers and signs in one text.
    private static final int MAX_NODES = 512;
    /// What one record has bits for.
    private static final int MAX_CAPTURES = 64;

    private static final Map<String, Long> UNITS = Map.of("ns", 1L, "us", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L);
    /// From the weakest to the strongest; of two that begin alike the longer comes first.
    private static final List<List<Sign>> LEVELS = List.of(
            List.of(Sign.OR),
            List.of(Sign.AND),
            List.of(Sign.EQUAL, Sign.NOT_EQUAL, Sign.LESS_OR_EQUAL, Sign.GREATER_OR_EQUAL, Sign.LESS, Sign.GREATER),
            List.of(Sign.BAR),
            List.of(Sign.CARET),
            List.of(Sign.AMPERSAND),
            List.of(Sign.LEFT, Sign.RIGHT),
            List.of(Sign.PLUS, Sign.MINUS),
            List.of(Sign.STAR, Sign.SLASH, Sign.PERCENT));
    private static final int COMPARISONS = 2;

    private final String text;
    private int at;
    private int depth;
    private int nodes;

    private ExpressionParser(String text) throws ExpressionException {
        this.text = text;
        if (text.length() > MAX_TEXT) {
            throw new ExpressionException("", 0, "longer than " + MAX_TEXT + " characters");
        }
    }

    /// Reads a list of captures. One without a name is called as it is written; a function of one value by that
    /// value.
    ///
    /// @param text empty for none
    public static List<Capture> captures(String text) throws ExpressionException {
        ExpressionParser parser = new ExpressionParser(text);
        List<Capture> captures = new ArrayList<>();
        parser.blanks();
        if (parser.at == text.length()) {
            return captures;
        }
        do {
            if (captures.size() == MAX_CAPTURES) {
                throw parser.error("more than " + MAX_CAPTURES + " captures");
            }
            captures.add(parser.capture());
        } while (parser.take(","));
        parser.end();
        return captures;
    }

    /// Reads one capture whose name is known.
    public static Capture capture(String name, String text) throws ExpressionException {
        ExpressionParser parser = new ExpressionParser(text);
        Expression expression = parser.expression();
        parser.end();
        return new Capture(name, expression, text.strip());
    }

    /// Reads what calls must fulfil.
    public static Capture condition(String text) throws ExpressionException {
        return capture("where", text);
    }

    private Capture capture() throws ExpressionException {
        blanks();
        int start = at;
        String given = captureName();
        blanks();
        if (!given.isEmpty() && at < text.length() && text.charAt(at) == '=' && !text.startsWith("==", at)) {
            at++;
            blanks();
            int begin = at;
            Expression value = expression();
            return new Capture(given, value, text.substring(begin, at).strip());
        }
        at = start;
        Expression unnamed = expression();
        String source = text.substring(start, at).strip();
        return new Capture(name(unnamed, source), unnamed, source);
    }

    /// Names may have dots, as `http.request.method`.
    private String captureName() {
        int start = at;
        while (at < text.length() && (isNamePart(text.charAt(at)) || (at > start && text.charAt(at) == '.'))) {
            at++;
        }
        return text.substring(start, at);
    }

    private static String name(Expression expression, String source) {
        if (expression instanceof Expression.Call(var _, var arguments, int _) && !arguments.isEmpty()) {
            Expression first = arguments.getFirst().value();
            if (first instanceof Expression.Name(var name, int _)) {
                return name;
            }
        }
        return source;
    }

    private Expression expression() throws ExpressionException {
        return level(0);
    }

    private Expression level(int level) throws ExpressionException {
        if (level == LEVELS.size()) {
            return prefix();
        }
        Expression left = level(level + 1);
        while (true) {
            blanks();
            int place = at;
            Optional<Sign> sign = sign(LEVELS.get(level));
            if (sign.isEmpty()) {
                return left;
            }
            left = count(new Expression.Binary(sign.get(), left, level(level + 1), place));
            if (level == COMPARISONS) {
                return left;
            }
        }
    }

    private Optional<Sign> sign(List<Sign> signs) {
        for (Sign sign : signs) {
            if (text.startsWith(sign.text(), at) && !isLonger(sign)) {
                at += sign.text().length();
                return Optional.of(sign);
            }
        }
        return Optional.empty();
    }

    /// Is it the beginning of another sign, as `<` of `<<` and `|` of `||`?
    private boolean isLonger(Sign sign) {
        String longer = switch (sign) {
            case LESS, GREATER, BAR, AMPERSAND -> sign.text();
            case PLUS, MINUS, STAR, SLASH, PERCENT, CARET, TILDE, NOT, LEFT, RIGHT -> "";
            case EQUAL, NOT_EQUAL, LESS_OR_EQUAL, GREATER_OR_EQUAL, AND, OR -> "";
        };
        return !longer.isEmpty() && text.startsWith(longer, at + sign.text().length());
    }

    private Expression prefix() throws ExpressionException {
        blanks();
        int place = at;
        Optional<Sign> sign = sign(List.of(Sign.MINUS, Sign.TILDE, Sign.NOT, Sign.STAR, Sign.AMPERSAND));
        if (sign.isEmpty()) {
            return postfix();
        }
        deeper();
        Expression operand = prefix();
        depth--;
        return count(new Expression.Unary(sign.get(), operand, place));
    }

    private Expression postfix() throws ExpressionException {
        Expression value = primary();
        while (true) {
            blanks();
            int place = at;
            if (take("->") || take(".")) {
                value = count(new Expression.Member(value, field(), place));
            } else if (take("[")) {
                deeper();
                Expression index = expression();
                depth--;
                expect("]");
                value = count(new Expression.Index(value, index, place));
            } else {
                return value;
            }
        }
    }

    private String field() throws ExpressionException {
        blanks();
        String field = word();
        if (field.isEmpty()) {
            throw error("expected a field's name");
        }
        return field;
    }

    private Expression primary() throws ExpressionException {
        blanks();
        int place = at;
        if (at == text.length()) {
            throw error("expected a value");
        }
        char c = text.charAt(at);
        if (c == '\'' || c == '"') {
            return count(new Expression.Text(quoted(c), place));
        }
        if (c >= '0' && c <= '9') {
            return count(new Expression.Number(number(), place));
        }
        if (take("(")) {
            deeper();
            Expression inner = expression();
            depth--;
            expect(")");
            return inner;
        }
        String word = name();
        if (word.isEmpty()) {
            throw error("expected a value");
        }
        return take("(") ? call(word, place) : count(new Expression.Name(word, place));
    }

    private Expression call(String function, int place) throws ExpressionException {
        List<Argument> arguments = new ArrayList<>();
        deeper();
        blanks();
        if (!take(")")) {
            do {
                arguments.add(argument());
            } while (take(","));
            expect(")");
        }
        depth--;
        return count(new Expression.Call(function, arguments, place));
    }

    private Argument argument() throws ExpressionException {
        blanks();
        int start = at;
        String key = word();
        blanks();
        if (!key.isEmpty() && text.startsWith("=", at) && !text.startsWith("==", at)) {
            at++;
            return new Argument(Optional.of(key), expression());
        }
        at = start;
        return new Argument(Optional.empty(), expression());
    }

    private String quoted(char quote) throws ExpressionException {
        StringBuilder inner = new StringBuilder();
        int start = at++;
        while (at < text.length() && text.charAt(at) != quote) {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
                inner.append(escaped(text.charAt(at++)));
            } else {
                inner.append(text.charAt(at++));
            }
        }
        if (at == text.length()) {
            at = start;
            throw error("a quote that is not closed");
        }
        at++;
        return inner.toString();
    }

    private static char escaped(char c) {
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case '0' -> '\0';
            default -> c;
        };
    }

    private long number() throws ExpressionException {
        int start = at;
        String word = word();
        for (Map.Entry<String, Long> unit : UNITS.entrySet()) {
            String digits = word.substring(0, Math.max(word.length() - unit.getKey().length(), 0));
            if (word.endsWith(unit.getKey()) && !digits.isEmpty() && digits.chars().allMatch(Character::isDigit)) {
                return times(digits, unit.getValue(), start);
            }
        }
        try {
            boolean hex = word.startsWith("0x") || word.startsWith("0X");
            return hex ? Long.parseUnsignedLong(word.substring(2), 16) : Long.parseUnsignedLong(word);
        } catch (NumberFormatException e) {
            at = start;
            throw error("expected a number");
        }
    }

    private long times(String digits, long unit, int start) throws ExpressionException {
        try {
            return Math.multiplyExact(Long.parseLong(digits), unit);
        } catch (ArithmeticException | NumberFormatException e) {
            at = start;
            throw error("a time that is too long");
        }
    }

    /// A name, with pairs of colons.
    private String name() {
        int start = at;
        String word = word();
        while (!word.isEmpty() && text.startsWith("::", at)) {
            at += 2;
            word = word();
        }
        return text.substring(start, at);
    }

    private String word() {
        int start = at;
        while (at < text.length() && isNamePart(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$';
    }

    private boolean take(String sign) {
        blanks();
        if (!text.startsWith(sign, at)) {
            return false;
        }
        at += sign.length();
        return true;
    }

    private void expect(String sign) throws ExpressionException {
        if (!take(sign)) {
            throw error("expected '" + sign + "'");
        }
    }

    private void end() throws ExpressionException {
        blanks();
        if (at < text.length()) {
            throw error("expected the end, or ','");
        }
    }

    private void blanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private void deeper() throws ExpressionException {
        if (++depth > MAX_DEPTH) {
            throw error("more than " + MAX_DEPTH + " levels within each other");
        }
    }

    private Expression count(Expression expression) throws ExpressionException {
        if (++nodes > MAX_NODES) {
            throw error("more than " + MAX_NODES + " parts");
        }
        return expression;
    }

    private ExpressionException error(String problem) {
        return new ExpressionException(text, at, problem);
    }
}
