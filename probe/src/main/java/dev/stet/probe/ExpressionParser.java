package dev.stet.probe;

import dev.stet.probe.Expression.Sign;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads expressions from text; docs/expressions.md has the grammar. What names mean is decided later, for
/// each function of a program; what functions the language has is known here.
public final class ExpressionParser {
    /// Parentheses, brackets and signs within each other.
    static final int MAX_DEPTH = 32;

    /// Names, numbers, signs and calls of one expression.
    static final int MAX_NODES = 512;

    /// Captures of one list: what a record has room for.
    static final int MAX_CAPTURES = 64;

    /// From the loosest to the tightest.
    private static final List<List<Sign>> LEVELS = List.of(
            List.of(Sign.OR),
            List.of(Sign.AND),
            List.of(Sign.EQUAL, Sign.NOT_EQUAL, Sign.LESS, Sign.LESS_OR_EQUAL, Sign.GREATER, Sign.GREATER_OR_EQUAL),
            List.of(Sign.BAR),
            List.of(Sign.CARET),
            List.of(Sign.AMPERSAND),
            List.of(Sign.LEFT, Sign.RIGHT),
            List.of(Sign.PLUS, Sign.MINUS),
            List.of(Sign.STAR, Sign.SLASH, Sign.PERCENT));

    private static final int COMPARISONS = 2;

    private static final Map<String, Sign> PREFIXES =
            Map.of("-", Sign.MINUS, "~", Sign.TILDE, "!", Sign.NOT, "*", Sign.STAR, "&", Sign.AMPERSAND);

    private final String text;
    private final List<Token> tokens;
    private int next;
    private int depth;
    private int nodes;

    private ExpressionParser(String text) throws ExpressionException {
        this.text = text;
        this.tokens = Tokenizer.read(text);
    }

    /// Reads a list of captures. One without a name is called as it is written; a cast such as `string(name)`
    /// is called by what is cast.
    ///
    /// @param text empty for none
    /// @throws ExpressionException if it is not one, with the place
    public static List<Capture> captures(String text) throws ExpressionException {
        ExpressionParser parser = new ExpressionParser(text);
        List<Capture> captures = new ArrayList<>();
        if (parser.peek().kind() == Token.Kind.END) {
            return captures;
        }
        do {
            if (captures.size() == MAX_CAPTURES) {
                throw parser.error(parser.peek(), "more than " + MAX_CAPTURES + " captures");
            }
            captures.add(parser.capture());
        } while (parser.take(","));
        parser.end("',' or the end");
        return captures;
    }

    /// Reads one capture whose name is known.
    ///
    /// @throws ExpressionException if it is not one expression, with the place
    public static Capture capture(String name, String text) throws ExpressionException {
        ExpressionParser parser = new ExpressionParser(text);
        Expression expression = parser.expression();
        parser.end("the end");
        return new Capture(name, expression, text);
    }

    /// Reads a condition: which calls to take. It is called `where`.
    ///
    /// @throws ExpressionException if it is not one expression, with the place
    public static Capture condition(String text) throws ExpressionException {
        return capture("where", text);
    }

    private Capture capture() throws ExpressionException {
        Optional<String> given = givenName();
        nodes = 0;
        int start = peek().at();
        Expression expression = expression();
        String source = text.substring(start, tokens.get(next - 1).end());
        return capture(given.orElseGet(() -> name(expression).orElse(source)), source);
    }

    /// What a capture without a name is called, if not as it is written.
    private static Optional<String> name(Expression expression) {
        return expression instanceof Expression.Call call
                        && ExpressionFunction.of(call.function()).named()
                ? call.arguments().stream()
                        .filter(it -> it.key().isEmpty())
                        .findFirst()
                        .flatMap(it -> path(it.value()))
                : Optional.empty();
    }

    /// A name, with dots or without, before `=`.
    private Optional<String> givenName() {
        int at = next;
        while (tokens.get(at).kind() == Token.Kind.NAME && tokens.get(at + 1).is(".")) {
            at += 2;
        }
        if (tokens.get(at).kind() != Token.Kind.NAME || !tokens.get(at + 1).is("=")) {
            return Optional.empty();
        }
        String name = text.substring(peek().at(), tokens.get(at).end());
        next = at + 2;
        return Optional.of(name);
    }

    /// The text of a name and its fields; empty if it is anything else.
    private static Optional<String> path(Expression expression) {
        return switch (expression) {
            case Expression.Name(var name, var ignored) -> Optional.of(name);
            case Expression.Member(var of, var field, var ignored) -> path(of).map(it -> it + "." + field);
            case Expression.Binary _,
                    Expression.Call _,
                    Expression.Index _,
                    Expression.Number _,
                    Expression.Text _,
                    Expression.Unary _ -> Optional.empty();
        };
    }

    private Expression expression() throws ExpressionException {
        deeper(peek());
        Expression expression = level(0);
        depth--;
        return expression;
    }

    private Expression level(int level) throws ExpressionException {
        if (level == LEVELS.size()) {
            return prefix();
        }
        Expression left = level(level + 1);
        Optional<Sign> sign = sign(level);
        while (sign.isPresent()) {
            Token token = advance();
            left = new Expression.Binary(sign.get(), left, level(level + 1), counted(token));
            sign = sign(level);
            if (sign.isPresent() && level == COMPARISONS) {
                throw error(peek(), "comparisons cannot follow each other: join them with &&");
            }
        }
        return left;
    }

    private Optional<Sign> sign(int level) {
        return peek().kind() != Token.Kind.SIGN
                ? Optional.empty()
                : LEVELS.get(level).stream().filter(it -> peek().is(it.text())).findFirst();
    }

    private Expression prefix() throws ExpressionException {
        Token token = peek();
        Sign sign = token.kind() == Token.Kind.SIGN ? PREFIXES.get(token.text()) : null;
        if (sign == null) {
            return postfix(primary());
        }
        deeper(advance());
        Expression operand = prefix();
        depth--;
        return new Expression.Unary(sign, operand, counted(token));
    }

    private Expression postfix(Expression primary) throws ExpressionException {
        Expression value = primary;
        while (true) {
            Token token = peek();
            if (take("[")) {
                Expression index = expression();
                expect("]");
                value = new Expression.Index(value, index, counted(token));
            } else if (take(".") || take("->")) {
                Token field = field(value);
                value = new Expression.Member(value, field.text(), counted(field));
            } else {
                return value;
            }
        }
    }

    private Token field(Expression of) throws ExpressionException {
        Token field = advance();
        boolean isNumber = field.kind() == Token.Kind.NUMBER;
        if (of instanceof Expression.Number) {
            throw error(field, "a number has no fields; numbers are whole: write 1500us in place of 1.5ms");
        }
        if (field.kind() != Token.Kind.NAME
                && !(isNumber && field.text().chars().allMatch(Character::isDigit))) {
            throw error(field, "expected the name of a field, found " + field.shown());
        }
        return field;
    }

    private Expression primary() throws ExpressionException {
        Token token = advance();
        return switch (token.kind()) {
            case NUMBER -> new Expression.Number(token.value(), counted(token));
            case TEXT -> new Expression.Text(token.text(), counted(token));
            case NAME -> take("(") ? call(token) : new Expression.Name(token.text(), counted(token));
            case SIGN -> {
                if (!token.is("(")) {
                    throw error(token, "expected a value, found " + token.shown());
                }
                Expression inner = expression();
                expect(")");
                yield inner;
            }
            case END -> throw error(token, "expected a value, found the end");
        };
    }

    private Expression call(Token name) throws ExpressionException {
        ExpressionFunction function = ExpressionFunction.of(name.text());
        if (function == null) {
            var names = ExpressionFunction.names();
            throw error(name, "no function '" + name.text() + "'" + Alike.suggestion(name.text(), names));
        }
        List<Expression.Argument> arguments = new ArrayList<>();
        if (!take(")")) {
            do {
                arguments.add(argument());
            } while (take(","));
            expect(")");
        }
        String problem = function.problem(name.text(), arguments);
        if (!problem.isEmpty()) {
            throw error(name, problem);
        }
        return new Expression.Call(name.text(), arguments, counted(name));
    }

    private Expression.Argument argument() throws ExpressionException {
        boolean named = peek().kind() == Token.Kind.NAME && tokens.get(next + 1).is("=");
        Optional<String> key = named ? Optional.of(advance().text()) : Optional.empty();
        if (named) {
            expect("=");
        }
        return new Expression.Argument(key, expression());
    }

    private void deeper(Token token) throws ExpressionException {
        if (++depth > MAX_DEPTH) {
            throw error(token, "deeper than " + MAX_DEPTH + " levels");
        }
    }

    /// One more node, at this place.
    private int counted(Token token) throws ExpressionException {
        if (++nodes > MAX_NODES) {
            throw error(token, "more than " + MAX_NODES + " names, numbers and signs");
        }
        return token.at();
    }

    private Token peek() {
        return tokens.get(next);
    }

    /// The end stays where it is.
    private Token advance() {
        Token token = tokens.get(next);
        next = Math.min(next + 1, tokens.size() - 1);
        return token;
    }

    private boolean take(String sign) {
        boolean there = peek().is(sign);
        if (there) {
            next++;
        }
        return there;
    }

    private void expect(String sign) throws ExpressionException {
        if (!take(sign)) {
            throw error(peek(), "expected '" + sign + "', found " + peek().shown());
        }
    }

    private void end(String expected) throws ExpressionException {
        if (peek().kind() != Token.Kind.END) {
            throw error(peek(), "expected " + expected + ", found " + peek().shown());
        }
    }

    private ExpressionException error(Token token, String problem) {
        return new ExpressionException(text, token.at(), problem);
    }
}
