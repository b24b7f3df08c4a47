package dev.stet.probe;

import java.util.List;
import java.util.Optional;

/// What a person wants to know of a call, as written: names are not looked up yet, for the same expression may
/// be about many functions of many programs. Text form: [ExpressionParser]. docs/expressions.md says what
/// each name and function means.
public sealed interface Expression {
    /// Where it begins in the text it was read from, counted in characters from 0; for messages.
    int at();

    /// A parameter, a built-in word such as `arg1`, `ret`, `latency`, `pid`, or an enumerator.
    record Name(String name, int at) implements Expression {}

    /// A number; a time such as `10ms` is in nanoseconds.
    record Number(long value, int at) implements Expression {}

    /// Text between quotes.
    record Text(String text, int at) implements Expression {}

    /// A member of a structure, or of what a pointer points to: `a.b` and `a->b` are the same.
    record Member(Expression of, String field, int at) implements Expression {}

    /// An element of an array or a slice, or of what a pointer points to: `a[2]`.
    record Index(Expression of, Expression index, int at) implements Expression {}

    /// A cast or a function: `string(arg1)`, `bytes(arg2, len=arg3)`.
    record Call(String function, List<Argument> arguments, int at) implements Expression {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /// @param key empty for a positional one
    record Argument(Optional<String> key, Expression value) {}

    /// `-x`, `~x`, `!x`, `*x`, `&x`.
    record Unary(Sign sign, Expression operand, int at) implements Expression {}

    /// `x + y` and the like.
    ///
    /// @param at where the sign is
    record Binary(Sign sign, Expression left, Expression right, int at) implements Expression {}

    /// The signs, as C writes them.
    enum Sign {
        PLUS("+"),
        MINUS("-"),
        STAR("*"),
        SLASH("/"),
        PERCENT("%"),
        AMPERSAND("&"),
        BAR("|"),
        CARET("^"),
        TILDE("~"),
        NOT("!"),
        LEFT("<<"),
        RIGHT(">>"),
        EQUAL("=="),
        NOT_EQUAL("!="),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        GREATER(">"),
        GREATER_OR_EQUAL(">="),
        AND("&&"),
        OR("||");

        private final String text;

        Sign(String text) {
            this.text = text;
        }

        /// As it is written.
        public String text() {
            return text;
        }
    }
}
