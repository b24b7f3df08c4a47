package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import dev.stet.probe.compile.Word;

/// Members that are some bits of a word.
final class BitFields {
    private BitFields() {}

    /// The member's value in a word of its own.
    static Meaning.Typed member(Type.Field field, Place place) throws NowhereException {
        Type type = TypeReader.read(field.type());
        long begin = field.offset() + field.bitOffset() / 8;
        int shift = field.bitOffset() % 8;
        int bytes = bytes(shift + field.bits());
        if (field.bits() > 64 || bytes > 8) {
            return new Meaning.Typed(type, new Place.Nowhere("a bit field in more than 8 bytes"));
        }
        // Where the bits lie within one aligned unit, no more than it is read: behind it may be no memory.
        long aligned = begin & -bytes;
        boolean within = begin - aligned + (shift + field.bits() + 7) / 8 <= bytes;
        long at = within ? aligned : begin;
        int low = (int) (8 * (begin - at)) + shift;
        if (place instanceof Place.Nowhere) {
            return new Meaning.Typed(type, place);
        }
        Word unit = Places.word(Places.from(place, at), bytes, false);
        return new Meaning.Typed(type, Place.Words.of(Words.bits(unit, low, field.bits(), isSigned(type))));
    }

    private static int bytes(int bits) {
        int bytes = (bits + 7) / 8;
        return bytes <= 2 ? bytes : bytes <= 4 ? 4 : bytes <= 8 ? 8 : 16;
    }

    private static boolean isSigned(Type type) {
        Type bare = TypeReader.bare(type);
        return (bare instanceof Type.Enumeration it && it.signed())
                || (bare instanceof Type.Base base
                        && switch (base.encoding()) {
                            case SIGNED -> true;
                            case CHARACTER -> !base.name().startsWith("unsigned");
                            case BOOLEAN, UNSIGNED, FLOAT, COMPLEX, UTF, OTHER -> false;
                        });
    }
}
