package dev.stet.probe.resolve;

import dev.stet.probe.compile.Word;
import dev.stet.probe.compile.Word.Operator;
import java.util.List;

/// Parts of values, wherever they are.
final class Places {
    /// Fails always.
    static final Word FAILURE = Word.of(1).calculate(Operator.DIVIDE_UNSIGNED, Word.of(0));

    private Places() {}

    /// What begins at an offset of a value.
    ///
    /// @param offset in bytes
    static Place from(Place place, long offset) {
        return switch (place) {
            case Place.Memory(var address) -> new Place.Memory(address.plus(offset));
            case Place.Words(var parts) ->
                offset == 0
                        ? place
                        : new Place.Words(parts.stream()
                                .filter(it -> it.offset() + it.size() > offset)
                                .map(it -> from(it, offset))
                                .toList());
            case Place.Nowhere _ -> place;
        };
    }

    private static Place.Part from(Place.Part part, long offset) {
        long dropped = offset - part.offset();
        return dropped <= 0
                ? new Place.Part(-dropped, part.size(), part.word())
                : new Place.Part(0, (int) (part.size() - dropped), Words.shiftedRight(part.word(), 8 * dropped));
    }

    /// The first bytes of a value as a word.
    ///
    /// @param size 1, 2, 4 or 8
    /// @param signed is it extended with its sign? Else with zeros
    /// @throws NowhereException if they are not to be had
    static Word word(Place place, int size, boolean signed) throws NowhereException {
        return switch (place) {
            case Place.Memory(var address) -> address.load(size, signed && size < 8);
            case Place.Words(var parts) -> word(parts, size, signed);
            case Place.Nowhere(var why) -> throw new NowhereException(why);
        };
    }

    private static Word word(List<Place.Part> parts, int size, boolean signed) throws NowhereException {
        for (Place.Part part : parts) {
            if (part.offset() == 0) {
                if (part.size() < size) {
                    throw new NowhereException("spread over several registers");
                }
                return Words.extended(part.word(), size, signed);
            }
        }
        throw new NowhereException("in a register that probes cannot see");
    }

    /// The same place, and a failure unless the condition holds: a wrong address must not look like a value.
    static Place onlyIf(Word condition, Place place) {
        return switch (place) {
            case Place.Memory(var address) -> new Place.Memory(onlyIf(condition, address));
            case Place.Words(var parts) ->
                new Place.Words(parts.stream()
                        .map(it -> new Place.Part(it.offset(), it.size(), onlyIf(condition, it.word())))
                        .toList());
            case Place.Nowhere _ -> place;
        };
    }

    private static Word onlyIf(Word condition, Word word) {
        return new Word.Choice(condition, word, FAILURE);
    }
}
