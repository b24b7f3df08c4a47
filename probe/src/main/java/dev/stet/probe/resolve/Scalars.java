package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.ExpressionException;
import dev.stet.probe.compile.Word;
import java.util.Optional;

/// Values as words to compute with.
final class Scalars {
    private Scalars() {}

    /// @throws ExpressionException if it is no number
    static Meaning.Number number(Meaning meaning, Spot spot) throws ExpressionException, NowhereException {
        return switch (meaning) {
            case Meaning.Number number -> number;
            case Meaning.Typed(var type, var place) -> number(type, place, spot);
            case Meaning.Text _, Meaning.Literal _ ->
                throw spot.error("a text is no number; compare it with another: == 'text'");
            case Meaning.Picture(var what, var ignored) -> throw spot.error(what + " can be shown, and nothing else");
        };
    }

    private static Meaning.Number number(Type type, Place place, Spot spot)
            throws ExpressionException, NowhereException {
        return switch (TypeReader.bare(type)) {
            case Type.Base base -> base(base, place, spot);
            case Type.Enumeration it -> enumeration(it, place, spot);
            case Type.Pointer _ -> number(place, 8, false, Shape.Kind.ADDRESS, spot);
            case Type.Opaque(var ignored, var size, var why) ->
                throw spot.error("nothing is known of type " + TypeText.of(type) + ": " + why);
            case Type.Composite _, Type.Variants _, Type.Array _, Type.Callable _, Type.Nothing _, Type.Alias _ ->
                throw spot.error("a " + TypeText.of(type) + " is no number");
        };
    }

    private static Meaning.Number enumeration(Type.Enumeration type, Place place, Spot spot)
            throws ExpressionException, NowhereException {
        Shape.Kind kind = type.signed() ? Shape.Kind.SIGNED : Shape.Kind.UNSIGNED;
        Meaning.Number number = number(place, type.size(), type.signed(), kind, spot);
        return new Meaning.Number(number.word(), kind, number.rank(), Optional.of(type));
    }

    private static Meaning.Number base(Type.Base type, Place place, Spot spot)
            throws ExpressionException, NowhereException {
        boolean signed = switch (type.encoding()) {
            case SIGNED -> true;
            case CHARACTER -> !type.name().startsWith("unsigned");
            case BOOLEAN, UNSIGNED, UTF, OTHER -> false;
            case FLOAT, COMPLEX ->
                throw spot.error("a " + type.name() + " can be shown and compared; nothing is computed of it");
        };
        return number(place, type.size(), signed, NumberShapes.kind(type), spot);
    }

    private static Meaning.Number number(Place place, long size, boolean signed, Shape.Kind kind, Spot spot)
            throws ExpressionException, NowhereException {
        if (size != 1 && size != 2 && size != 4 && size != 8) {
            throw spot.error("nothing is computed of a number of " + size + " bytes");
        }
        Word word = Places.word(place, (int) size, signed);
        Meaning.Rank unsigned = size == 8 ? Meaning.Rank.UNSIGNED : Meaning.Rank.SMALL;
        return new Meaning.Number(word, kind, signed ? Meaning.Rank.SIGNED : unsigned);
    }

    /// The same bits without their sign, for who wants to see bits.
    static Word bits(Meaning meaning, Spot spot) throws ExpressionException, NowhereException {
        Meaning.Number number = number(meaning, spot);
        if (!(meaning instanceof Meaning.Typed(var type, var place))) {
            return number.word();
        }
        return Places.word(place, (int) TypeReader.bare(type).size(), false);
    }

    /// The address of what is text, an array or a slice, or the address that a number is.
    static Word address(Meaning meaning, Shapes shapes, Spot spot) throws ExpressionException, NowhereException {
        if (meaning instanceof Meaning.Text(var stretch, var ignored, var max, boolean pointer)) {
            return stretch.address();
        }
        if (meaning instanceof Meaning.Typed(var type, var place)) {
            if (place instanceof Place.Nowhere(var why)) {
                throw new NowhereException(why);
            }
            Type bare = TypeReader.bare(type);
            if (bare instanceof Type.Array && place instanceof Place.Memory(var address)) {
                return address;
            }
            Optional<Stretch> text = shapes.text(type, place);
            if (text.isPresent()) {
                return text.get().address();
            }
        }
        return number(meaning, spot).word();
    }
}
