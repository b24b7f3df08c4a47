package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.compile.Word;
import dev.stet.probe.compile.Word.Operator;
import java.util.Optional;

/// Tells the shapes of Rust's enums apart.
final class Variants {
    /// Shapes to tell the one without a tag from.
    private static final int MAX = 64;

    private Variants() {}

    static Optional<Type.Variant> named(Type.Variants type, String name) {
        return type.variants().stream().filter(it -> it.name().equals(name)).findFirst();
    }

    /// 1 if the value has this shape, else 0.
    ///
    /// @throws NowhereException if the tag cannot be had
    static Word holds(Type.Variants type, Type.Variant variant, Place place) throws NowhereException {
        if (type.tag().isEmpty()) {
            return Word.of(1);
        }
        int size = size(type.tag().get());
        Word tag = Places.word(Places.from(place, type.tag().get().offset()), size, false);
        if (variant.tag().isPresent()) {
            return Words.of(Operator.EQUAL, tag, number(variant, size));
        }
        Word other = Word.of(1);
        int seen = 0;
        for (Type.Variant each : type.variants()) {
            if (each.tag().isPresent()) {
                if (++seen > MAX) {
                    throw new NowhereException("one of more than " + MAX + " shapes");
                }
                Word differs = Words.of(Operator.NOT_EQUAL, tag, number(each, size));
                other = other instanceof Word.Constant ? differs : new Word.Both(other, differs);
            }
        }
        return other;
    }

    private static Word number(Type.Variant variant, int size) {
        return Words.extended(Word.of(variant.tag().orElseThrow()), size, false);
    }

    /// The niche of a number of 16 bytes is in its low half.
    private static int size(Type.Field field) throws NowhereException {
        long size = TypeReader.bare(field.type()).size();
        if (size != 1 && size != 2 && size != 4 && size != 8 && size != 16) {
            throw new NowhereException("told apart by " + size + " bytes");
        }
        return (int) Math.min(size, 8);
    }
}
