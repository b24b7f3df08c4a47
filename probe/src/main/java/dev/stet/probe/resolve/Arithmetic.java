package dev.stet.probe.resolve;

import dev.stet.probe.Expression.Sign;
import dev.stet.probe.compile.Word;
import dev.stet.probe.compile.Word.Operator;

/// Calculating with two numbers. What is of no sign of its own takes the other's.
final class Arithmetic {
    private Arithmetic() {}

    static Meaning.Number of(Sign sign, Meaning.Number left, Meaning.Number right, int at) throws Mistake {
        boolean unsigned = isUnsigned(left, right);
        Word one = left.word();
        Word two = right.word();
        return switch (sign) {
            case PLUS -> number(sum(one, two), left, right);
            case MINUS ->
                number(
                        two instanceof Word.Constant(long value) ? one.plus(-value) : one.calculate(Operator.SUBTRACT, two),
                        left,
                        right);
            case STAR -> number(one.calculate(Operator.MULTIPLY, two), left, right);
            case SLASH ->
                number(one.calculate(unsigned ? Operator.DIVIDE_UNSIGNED : Operator.DIVIDE_SIGNED, two), left, right);
            case PERCENT ->
                number(
                        one.calculate(unsigned ? Operator.REMAINDER_UNSIGNED : Operator.REMAINDER_SIGNED, two),
                        left,
                        right);
            case AMPERSAND -> number(one.calculate(Operator.AND, two), left, right);
            case BAR -> number(one.calculate(Operator.OR, two), left, right);
            case CARET -> number(one.calculate(Operator.XOR, two), left, right);
            case LEFT -> number(one.calculate(Operator.SHIFT_LEFT, two), left, left);
            case RIGHT ->
                number(
                        one.calculate(
                                left.sign() == Meaning.Sign.SIGNED
                                        ? Operator.SHIFT_RIGHT_SIGNED
                                        : Operator.SHIFT_RIGHT_UNSIGNED,
                                two),
                        left,
                        left);
            case EQUAL -> Evaluation.truth(one.calculate(Operator.EQUAL, two));
            case NOT_EQUAL -> Evaluation.truth(one.calculate(Operator.NOT_EQUAL, two));
            case LESS -> Evaluation.truth(one.calculate(less(unsigned), two));
            case GREATER -> Evaluation.truth(two.calculate(less(unsigned), one));
            case LESS_OR_EQUAL -> Evaluation.truth(one.calculate(lessOrEqual(unsigned), two));
            case GREATER_OR_EQUAL -> Evaluation.truth(two.calculate(lessOrEqual(unsigned), one));
            case TILDE, NOT, AND, OR -> throw new Mistake(at, "'" + sign.text() + "' cannot stand here");
        };
    }

    private static Word sum(Word one, Word two) {
        if (two instanceof Word.Constant(long value)) {
            return one.plus(value);
        }
        return one instanceof Word.Constant(long value) ? two.plus(value) : one.calculate(Operator.ADD, two);
    }

    /// A number with a known type of 8 bytes without a sign makes the whole so; beside an untyped word any known
    /// type does.
    private static boolean isUnsigned(Meaning.Number left, Meaning.Number right) {
        return left.sign() == Meaning.Sign.UNSIGNED || right.sign() == Meaning.Sign.UNSIGNED;
    }

    private static Operator less(boolean unsigned) {
        return unsigned ? Operator.LESS_UNSIGNED : Operator.LESS_SIGNED;
    }

    private static Operator lessOrEqual(boolean unsigned) {
        return unsigned ? Operator.LESS_OR_EQUAL_UNSIGNED : Operator.LESS_OR_EQUAL_SIGNED;
    }

    private static Meaning.Number number(Word word, Meaning.Number left, Meaning.Number right) {
        boolean unsigned = isUnsigned(left, right);
        boolean untyped = left.sign() == Meaning.Sign.UNKNOWN || right.sign() == Meaning.Sign.UNKNOWN;
        if (untyped) {
            return Meaning.Number.untyped(word);
        }
        return new Meaning.Number(
                word,
                64,
                unsigned ? Shape.Kind.UNSIGNED : Shape.Kind.SIGNED,
                unsigned ? Meaning.Sign.UNSIGNED : Meaning.Sign.SIGNED);
    }
}
