package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.ExpressionException;
import dev.stet.probe.compile.Word;
import dev.stet.probe.compile.Word.Operator;
import java.util.Optional;

/// Elements of arrays, of slices, and of what pointers point to. An index that is not below the length is a
/// failure, as a bad pointer is: what lies behind must not look like an element.
final class Indexing {
    private final TypeNames names;
    private final Spot spot;

    Indexing(TypeNames names, Spot spot) {
        this.names = names;
        this.spot = spot;
    }

    Meaning element(Meaning whole, Word index) throws ExpressionException, NowhereException {
        return switch (whole) {
            case Meaning.Typed typed -> element(typed, index);
            case Meaning.Number number ->
                new Meaning.Number(moved(number.word(), index, 8).load(), Shape.Kind.WORD, Meaning.Rank.WORD);
            case Meaning.Text(var stretch, var ignored, var max, var pointer) -> character(stretch, index);
            case Meaning.Literal _, Meaning.Picture _ -> throw spot.error("this has no elements");
        };
    }

    private static Word moved(Word address, Word index, long size) {
        return Words.of(Operator.ADD, address, Words.of(Operator.MULTIPLY, index, Word.of(size)));
    }

    private Meaning element(Meaning.Typed whole, Word index) throws ExpressionException, NowhereException {
        return switch (TypeReader.bare(whole.type())) {
            case Type.Array array -> array(array, whole.place(), index);
            case Type.Pointer pointer -> pointer(whole, pointer, index);
            case Type.Composite composite -> composite(composite, whole, index);
            case Type.Alias _,
                    Type.Base _,
                    Type.Callable _,
                    Type.Enumeration _,
                    Type.Nothing _,
                    Type.Opaque _,
                    Type.Variants _ -> throw none(whole);
        };
    }

    private ExpressionException none(Meaning.Typed whole) {
        return spot.error("a " + TypeText.of(whole.type()) + " has no elements");
    }

    private long size(Type element) throws ExpressionException {
        if (element.size() < 1) {
            throw spot.error("the size of a " + TypeText.of(element) + " is not known");
        }
        return element.size();
    }

    private Meaning array(Type.Array array, Place place, Word index) throws ExpressionException, NowhereException {
        Type element = TypeReader.read(array.element());
        long size = size(element);
        if (index instanceof Word.Constant(long number)) {
            if (number < 0 || (array.count() >= 0 && number >= array.count())) {
                throw spot.error("there is no element " + number + " in an array of " + array.count());
            }
            return new Meaning.Typed(element, Places.from(place, Math.multiplyExact(size, Math.min(number, 1 << 30))));
        }
        return switch (place) {
            case Place.Memory(var address) -> {
                Place at = new Place.Memory(moved(address, index, size));
                Word within = Words.of(Operator.LESS_UNSIGNED, index, Word.of(array.count()));
                yield new Meaning.Typed(element, array.count() < 0 ? at : Places.onlyIf(within, at));
            }
            case Place.Words _ -> throw spot.error("this array is in registers: its index must be a number");
            case Place.Nowhere _ -> new Meaning.Typed(element, place);
        };
    }

    private Meaning pointer(Meaning.Typed whole, Type.Pointer pointer, Word index)
            throws ExpressionException, NowhereException {
        boolean reference = switch (pointer.kind()) {
            case REFERENCE, RVALUE_REFERENCE -> true;
            case POINTER -> Shaper.isReference(pointer) || isIndexable(pointer);
            case MAP, CHANNEL, FUNCTION -> throw spot.error("maps and channels cannot be looked into");
        };
        if (reference) {
            return element(Members.behind(pointer, whole.place()), index);
        }
        Type element = TypeReader.read(pointer.target());
        long size = size(element);
        Place place = whole.place() instanceof Place.Nowhere
                ? whole.place()
                : new Place.Memory(moved(Places.word(whole.place(), 8, false), index, size));
        return new Meaning.Typed(element, place);
    }

    /// Go indexes through pointers to arrays.
    private static boolean isIndexable(Type.Pointer pointer) {
        return pointer.name().startsWith("*") && TypeReader.bare(pointer.target()) instanceof Type.Array;
    }

    private Meaning composite(Type.Composite type, Meaning.Typed whole, Word index)
            throws ExpressionException, NowhereException {
        Source source = switch (whole.place()) {
            case Place.Memory(var address) -> MemorySource.of(new Takes(), address, type.size());
            case Place.Words(var parts) -> new WordSource(new Takes(), parts, 0);
            case Place.Nowhere(var why) -> throw new NowhereException(why);
        };
        Optional<Known> known = Library.recognise(type, source, names);
        if (known.isPresent() && known.get() instanceof Known.Row(var address, var bytes, var element)) {
            long size = size(element);
            Word at = Words.of(Operator.MULTIPLY, index, Word.of(size));
            Word within = Words.of(Operator.LESS_UNSIGNED, at, bytes);
            Word positive = Words.of(Operator.LESS_UNSIGNED, index, Word.of(1L << 32));
            Place place = new Place.Memory(Words.of(Operator.ADD, address, at));
            boolean small = index instanceof Word.Constant(long number) && number >= 0 && number < 1L << 32;
            return new Meaning.Typed(element, Places.onlyIf(small ? within : new Word.Both(positive, within), place));
        }
        if (known.isPresent() && known.get() instanceof Known.Text(var stretch)) {
            return character(stretch, index);
        }
        throw none(whole);
    }

    private static Meaning character(Stretch stretch, Word index) {
        Place at = new Place.Memory(Words.of(Operator.ADD, stretch.address(), index));
        Type type = new Type.Base("char", 1, Type.Encoding.UTF);
        return new Meaning.Typed(
                type,
                stretch.length()
                        .map(length -> Places.onlyIf(Words.of(Operator.LESS_UNSIGNED, index, length), at))
                        .orElse(at));
    }
}
