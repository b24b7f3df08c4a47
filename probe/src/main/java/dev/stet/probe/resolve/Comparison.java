package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.Expression.Sign;
import dev.stet.probe.ExpressionException;
import dev.stet.probe.compile.Word;
import java.util.Optional;
import java.util.OptionalLong;

/// Compares two values: numbers, floating-point numbers, texts, names of values.
///
/// @param left where the left one is written
/// @param right where the right one is
record Comparison(Sign sign, Shapes shapes, Spot spot, Spot left, Spot right) {
    Meaning of(Meaning one, Meaning other) throws ExpressionException, NowhereException {
        if (other instanceof Meaning.Literal(var text)) {
            return literal(one, text, left);
        }
        if (one instanceof Meaning.Literal(var text)) {
            return new Comparison(mirrored(), shapes, spot, /* left= */ right, /* right= */ left)
                    .literal(other, text, right);
        }
        if (Reals.isReal(one) || Reals.isReal(other)) {
            return Meaning.Number.truth(Reals.compare(sign, one, other, spot));
        }
        Meaning.Number first = isNil(other) ? nilable(one, left) : Scalars.number(one, left);
        Meaning.Number second = isNil(one) ? nilable(other, right) : Scalars.number(other, right);
        return Arithmetic.of(sign, first, second);
    }

    private Sign mirrored() {
        return switch (sign) {
            case LESS -> Sign.GREATER;
            case LESS_OR_EQUAL -> Sign.GREATER_OR_EQUAL;
            case GREATER -> Sign.LESS;
            case GREATER_OR_EQUAL -> Sign.LESS_OR_EQUAL;
            case EQUAL, NOT_EQUAL, PLUS, MINUS, STAR, SLASH, PERCENT, AMPERSAND, BAR, CARET, TILDE, NOT -> sign;
            case LEFT, RIGHT, AND, OR -> sign;
        };
    }

    private static boolean isNil(Meaning meaning) {
        return meaning instanceof Meaning.Number(Word.Constant(long value), var kind, var rank, var names)
                && value == 0
                && kind == Shape.Kind.ADDRESS;
    }

    /// An interface or a slice of Go is nil if its first word is 0.
    private static Meaning.Number nilable(Meaning meaning, Spot spot) throws ExpressionException, NowhereException {
        if (meaning instanceof Meaning.Typed(var type, var place)
                && TypeReader.bare(type) instanceof Type.Composite composite
                && (composite.kind() == Type.Composite.Kind.INTERFACE
                        || composite.kind() == Type.Composite.Kind.SLICE)) {
            return Meaning.Number.untyped(Places.word(place, 8, false));
        }
        return Scalars.number(meaning, spot);
    }

    private Meaning literal(Meaning value, String text, Spot at) throws ExpressionException, NowhereException {
        if (value instanceof Meaning.Typed(var type, var place)) {
            Type bare = TypeReader.bare(type);
            if (bare instanceof Type.Variants variants
                    && Variants.named(variants, text).isPresent()) {
                Word holds =
                        Variants.holds(variants, Variants.named(variants, text).get(), place);
                return Meaning.Number.truth(equality(holds));
            }
            OptionalLong number = number(bare, text);
            if (number.isPresent()) {
                return Arithmetic.of(sign, Scalars.number(value, at), Meaning.Number.constant(number.getAsLong()));
            }
        }
        Optional<Stretch> stretch = Texts.find(value, shapes);
        if (stretch.isEmpty()) {
            throw at.error("this is no text: string(x) says that a word is an address of text");
        }
        return Meaning.Number.truth(equality(TextMatch.equal(stretch.get(), room(value), text, spot)));
    }

    private static OptionalLong room(Meaning value) {
        return value instanceof Meaning.Typed(var type, var ignored)
                        && TypeReader.bare(type) instanceof Type.Array array
                        && array.count() >= 0
                ? OptionalLong.of(array.count())
                : OptionalLong.empty();
    }

    /// The number that a text is, next to a character or to a value that has a name.
    private static OptionalLong number(Type bare, String text) {
        if (bare instanceof Type.Enumeration enumeration) {
            return enumeration.constants().stream()
                    .filter(it -> it.name().equals(text))
                    .mapToLong(Type.Constant::value)
                    .findFirst();
        }
        boolean character = bare instanceof Type.Base base
                && switch (base.encoding()) {
                    case CHARACTER, UTF -> true;
                    case BOOLEAN, SIGNED, UNSIGNED, FLOAT, COMPLEX, OTHER -> false;
                };
        return character && text.codePointCount(0, text.length()) == 1
                ? OptionalLong.of(text.codePointAt(0))
                : OptionalLong.empty();
    }

    private Word equality(Word same) throws ExpressionException {
        if (sign == Sign.EQUAL) {
            return same;
        }
        if (sign == Sign.NOT_EQUAL) {
            return Words.isZero(same);
        }
        throw spot.error("texts are compared with == and != only");
    }
}
