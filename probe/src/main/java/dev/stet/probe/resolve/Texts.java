package dev.stet.probe.resolve;

import dev.stet.binary.Type;
import java.util.Optional;

/// Finds the text that a value is.
final class Texts {
    private Texts() {}

    /// @return empty if it is none
    /// @throws NowhereException if it cannot be had
    static Optional<Stretch> find(Meaning value, Shapes shapes) throws NowhereException {
        return switch (value) {
            case Meaning.Text text -> Optional.of(text.stretch());
            case Meaning.Typed(var type, var place) -> find(type, place, shapes);
            case Meaning.Number _, Meaning.Literal _, Meaning.Picture _ -> Optional.empty();
        };
    }

    private static Optional<Stretch> find(Type type, Place place, Shapes shapes) throws NowhereException {
        if (place instanceof Place.Nowhere(var why)) {
            throw new NowhereException(why);
        }
        Optional<Stretch> found = shapes.text(type, place);
        // A pointer to a string is as good.
        return found.isEmpty()
                        && TypeReader.bare(type) instanceof Type.Pointer pointer
                        && TypeReader.bare(pointer.target()) instanceof Type.Composite
                ? shapes.text(TypeReader.read(pointer.target()), new Place.Memory(Places.word(place, 8, false)))
                : found;
    }
}
