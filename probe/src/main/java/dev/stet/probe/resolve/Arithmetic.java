package dev.stet.probe.resolve;

import dev.stet.probe.Expression.Sign;
import dev.stet.probe.compile.Word;
import dev.stet.probe.compile.Word.Operator;
import dev.stet.probe.resolve.Meaning.Number;
import dev.stet.probe.resolve.Meaning.Rank;
import java.util.Optional;

/// What signs do with two numbers, as words of 64 bits.
final class Arithmetic {
    private Arithmetic() {}

    static Number of(Sign sign, Number left, Number right) {
        boolean unsigned = isUnsigned(left.rank(), right.rank());
        return switch (sign) {
            case PLUS -> number(sign, Operator.ADD, left, right);
            case MINUS -> number(sign, Operator.SUBTRACT, left, right);
            case STAR -> number(sign, Operator.MULTIPLY, left, right);
            case SLASH -> number(sign, unsigned ? Operator.DIVIDE_UNSIGNED : Operator.DIVIDE_SIGNED, left, right);
            case PERCENT ->
                number(sign, unsigned ? Operator.REMAINDER_UNSIGNED : Operator.REMAINDER_SIGNED, left, right);
            case AMPERSAND -> number(sign, Operator.AND, left, right);
            case BAR -> number(sign, Operator.OR, left, right);
            case CARET -> number(sign, Operator.XOR, left, right);
            case LEFT -> number(sign, Operator.SHIFT_LEFT, left, right);
            case RIGHT ->
                number(sign, unsigned ? Operator.SHIFT_RIGHT_UNSIGNED : Operator.SHIFT_RIGHT_SIGNED, left, right);
            case EQUAL -> truth(Operator.EQUAL, left, right);
            case NOT_EQUAL -> truth(Operator.NOT_EQUAL, left, right);
            case LESS -> truth(less(unsigned), left, right);
            case GREATER -> truth(less(unsigned), right, left);
            case LESS_OR_EQUAL -> truth(lessOrEqual(unsigned), left, right);
            case GREATER_OR_EQUAL -> truth(lessOrEqual(unsigned), right, left);
            case AND -> Number.truth(new Word.Both(left.word(), right.word()));
            case OR -> Number.truth(new Word.Either(left.word(), right.word()));
            case TILDE, NOT -> throw new IllegalArgumentException(sign.text() + " is of one number");
        };
    }

    private static Operator less(boolean unsigned) {
        return unsigned ? Operator.LESS_UNSIGNED : Operator.LESS_SIGNED;
    }

    private static Operator lessOrEqual(boolean unsigned) {
        return unsigned ? Operator.LESS_OR_EQUAL_UNSIGNED : Operator.LESS_OR_EQUAL_SIGNED;
    }

    private static boolean isUnsigned(Rank left, Rank right) {
        return left == Rank.UNSIGNED
                || right == Rank.UNSIGNED
                || (left == Rank.WORD && right == Rank.SMALL)
                || (left == Rank.SMALL && right == Rank.WORD);
    }

    private static Number truth(Operator operator, Number left, Number right) {
        return Number.truth(Words.of(operator, left.word(), right.word()));
    }

    private static Number number(Sign sign, Operator operator, Number left, Number right) {
        Rank rank = rank(left.rank(), right.rank());
        boolean flags = sign == Sign.AMPERSAND || sign == Sign.BAR;
        return new Number(
                Words.of(operator, left.word(), right.word()),
                kind(sign, rank, left, right),
                rank,
                flags ? left.names().or(right::names) : Optional.empty());
    }

    private static Rank rank(Rank left, Rank right) {
        if (isUnsigned(left, right)) {
            return Rank.UNSIGNED;
        }
        if (left == Rank.WORD || right == Rank.WORD) {
            return Rank.WORD;
        }
        return left == Rank.CONSTANT && right == Rank.CONSTANT ? Rank.CONSTANT : Rank.SIGNED;
    }

    private static Shape.Kind kind(Sign sign, Rank rank, Number left, Number right) {
        boolean sum = sign == Sign.PLUS || sign == Sign.MINUS;
        if (sum && (left.kind() == Shape.Kind.DURATION || right.kind() == Shape.Kind.DURATION)) {
            return Shape.Kind.DURATION;
        }
        if (left.kind() == Shape.Kind.ADDRESS || right.kind() == Shape.Kind.ADDRESS) {
            return Shape.Kind.WORD;
        }
        return switch (rank) {
            case CONSTANT, SIGNED -> Shape.Kind.SIGNED;
            case UNSIGNED -> Shape.Kind.UNSIGNED;
            case SMALL, WORD -> Shape.Kind.WORD;
        };
    }
}
