package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.Expression.Sign;
import dev.stet.probe.ExpressionException;
import dev.stet.probe.compile.Word;
import dev.stet.probe.compile.Word.Operator;
import java.util.Optional;

/// Compares floating-point numbers, which kernels' programs cannot: as whole numbers of the same order
/// (IEEE 754). Nothing compares with what is no number, but that differs from all.
final class Reals {
    private final int size;
    private final Spot spot;

    private Reals(int size, Spot spot) {
        this.size = size;
        this.spot = spot;
    }

    static boolean isReal(Meaning meaning) {
        return type(meaning).isPresent();
    }

    private static Optional<Type.Base> type(Meaning meaning) {
        return meaning instanceof Meaning.Typed(var type, var ignored)
                        && TypeReader.bare(type) instanceof Type.Base base
                        && base.encoding() == Type.Encoding.FLOAT
                ? Optional.of(base)
                : Optional.empty();
    }

    /// @param sign a comparison
    /// @return 1 or 0
    static Word compare(Sign sign, Meaning left, Meaning right, Spot spot)
            throws ExpressionException, NowhereException {
        long size = type(left).or(() -> type(right)).orElseThrow().size();
        if (size != 4 && size != 8) {
            throw spot.error("floating-point numbers of " + size + " bytes are not compared");
        }
        Reals reals = new Reals((int) size, spot);
        Word one = reals.key(left);
        Word other = reals.key(right);
        Word numbers = both(reals.isNumber(left, one), reals.isNumber(right, other));
        return switch (sign) {
            case NOT_EQUAL -> Words.isZero(both(numbers, Words.of(Operator.EQUAL, one, other)));
            case EQUAL -> both(numbers, Words.of(Operator.EQUAL, one, other));
            case LESS -> both(numbers, Words.of(Operator.LESS_SIGNED, one, other));
            case LESS_OR_EQUAL -> both(numbers, Words.of(Operator.LESS_OR_EQUAL_SIGNED, one, other));
            case GREATER -> both(numbers, Words.of(Operator.LESS_SIGNED, other, one));
            case GREATER_OR_EQUAL -> both(numbers, Words.of(Operator.LESS_OR_EQUAL_SIGNED, other, one));
            case PLUS, MINUS, STAR, SLASH, PERCENT, AMPERSAND, BAR, CARET, TILDE, NOT, LEFT, RIGHT, AND, OR ->
                throw new IllegalArgumentException(sign.text());
        };
    }

    private static Word both(Word left, Word right) {
        if (left instanceof Word.Constant) {
            return right;
        }
        return right instanceof Word.Constant ? left : new Word.Both(left, right);
    }

    private long infinity() {
        return size == 4 ? 0x7f80_0000L : 0x7ff0_0000_0000_0000L;
    }

    /// The least number: minus zero.
    private long least() {
        return size == 4 ? Integer.MIN_VALUE : Long.MIN_VALUE;
    }

    private Word isNumber(Meaning meaning, Word key) {
        return isReal(meaning)
                ? both(
                        Words.of(Operator.LESS_OR_EQUAL_SIGNED, Word.of(-infinity()), key),
                        Words.of(Operator.LESS_OR_EQUAL_SIGNED, key, Word.of(infinity())))
                : Word.of(1);
    }

    /// Negative numbers are size and sign: the larger the bits, the less the number.
    private Word key(Meaning meaning) throws ExpressionException, NowhereException {
        Optional<Type.Base> type = type(meaning);
        if (type.isPresent() && type.get().size() == size && meaning instanceof Meaning.Typed typed) {
            Word bits = Places.word(typed.place(), size, true);
            return new Word.Choice(
                    Words.of(Operator.LESS_SIGNED, bits, Word.of(0)),
                    Words.of(Operator.SUBTRACT, Word.of(least()), bits),
                    bits);
        }
        if (meaning instanceof Meaning.Number(Word.Constant(long value), var kind, var rank, var names)) {
            long bits = size == 4 ? Float.floatToIntBits((float) value) : Double.doubleToLongBits((double) value);
            return Word.of(bits < 0 ? least() - bits : bits);
        }
        throw spot.error("a floating-point number is compared with a written number, or with one of its own size");
    }
}
