package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.compile.Word;
import dev.stet.probe.compile.Word.Operator;
import java.util.Optional;

/// Values as numbers to compute with.
final class Numbers {
    private Numbers() {}

    /// The number that a meaning is, widened to 64 bits.
    static Meaning.Number of(Meaning meaning, int at) throws Mistake {
        return switch (meaning) {
            case Meaning.Number(var word, int width, var kind, var sign) ->
                new Meaning.Number(widened(word, width, sign == Meaning.Sign.SIGNED), 64, kind, sign);
            case Meaning.Value(var type, var place) -> of(type, place, at);
            case Meaning.Nil _ -> Meaning.Number.untyped(Word.of(0));
            case Meaning.Content _, Meaning.Fixed _ -> throw new Mistake(at, "text is no number");
            case Meaning.Ready _ -> throw new Mistake(at, "this can be shown, but not computed with");
            case Meaning.Enumerator(var name) -> throw new Mistake(at, "there is no '" + name + "' here");
        };
    }

    private static Meaning.Number of(Type type, Place place, int at) throws Mistake {
        if (place instanceof Place.Nowhere(var why)) {
            throw new Mistake(at, "its value cannot be had: " + why);
        }
        Type bare = TypeReader.bare(type);
        boolean signed = switch (bare) {
            case Type.Base base -> signed(base, at);
            case Type.Enumeration enumeration -> enumeration.signed();
            case Type.Pointer _ -> false;
            case Type.Composite _, Type.Array _, Type.Variants _, Type.Callable _, Type.Nothing _, Type.Opaque _ ->
                throw new Mistake(at, "a value of type " + Members.named(type) + " is no number");
            case Type.Alias _ -> throw new AssertionError("bare types are no aliases");
        };
        int size = bare instanceof Type.Pointer ? 8 : Math.clamp(bare.size(), 0, 9);
        if (size != 1 && size != 2 && size != 4 && size != 8) {
            throw new Mistake(at, "a number of " + bare.size() + " bytes cannot be computed with");
        }
        Optional<Word> word = Shapes.word(type, place, 0, size);
        if (word.isEmpty()) {
            throw new Mistake(at, "its value cannot be had: optimised out");
        }
        boolean wide = size == 8 && !signed;
        return new Meaning.Number(
                signed ? signedLoad(word.get(), size) : word.get(),
                64,
                kind(bare, signed),
                wide ? Meaning.Sign.UNSIGNED : Meaning.Sign.SIGNED);
    }

    private static Shape.Kind kind(Type bare, boolean signed) {
        if (bare instanceof Type.Pointer) {
            return Shape.Kind.ADDRESS;
        }
        return signed ? Shape.Kind.SIGNED : Shape.Kind.UNSIGNED;
    }

    private static boolean signed(Type.Base base, int at) throws Mistake {
        return switch (base.encoding()) {
            case SIGNED -> true;
            case CHARACTER -> !base.name().startsWith("unsigned");
            case BOOLEAN, UNSIGNED, UTF -> false;
            case FLOAT, COMPLEX, OTHER ->
                throw new Mistake(at, "a value of type '" + base.name() + "' cannot be computed with in the kernel");
        };
    }

    private static Word signedLoad(Word word, int size) {
        return word instanceof Word.Load(var address, int bytes, var _) && bytes == size
                ? new Word.Load(address, size, true)
                : widened(word, 8 * size, true);
    }

    /// The lowest bits of a word, with or without their sign.
    static Word widened(Word word, int width, boolean signed) {
        if (width == 64) {
            return word;
        }
        if (word instanceof Word.Constant(long value)) {
            int shift = 64 - width;
            return Word.of(signed ? value << shift >> shift : value << shift >>> shift);
        }
        Word high = word.calculate(Operator.SHIFT_LEFT, Word.of(64L - width));
        return high.calculate(signed ? Operator.SHIFT_RIGHT_SIGNED : Operator.SHIFT_RIGHT_UNSIGNED, Word.of(64L - width));
    }
}
