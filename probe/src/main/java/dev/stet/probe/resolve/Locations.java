package dev.stet.probe.resolve;

import dev.stet.binary.Location;
import dev.stet.probe.compile.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Where the binary says a value is, as words of a program.
///
/// @param keep what is to be known of the entry at another moment: the identity, or a word that is saved
record Locations(UnaryOperator<Word> keep) {
    /// A value on the stack of up to this size is saved itself, not its place, which the callee may use again.
    private static final int MAX_SAVED = 32;

    Place place(Location location, long size) {
        return switch (location) {
            case Location.Register(var name, int _) -> register(name, 0, 8);
            case Location.Memory(var base, long offset) -> memory(base, offset, size);
            case Location.Indirect(var pointer) -> indirect(pointer);
            case Location.Pieces(var pieces) -> pieces(pieces);
            case Location.Constant(long value) -> Place.Words.of(Word.of(value));
            case Location.Absent(var why) -> new Place.Nowhere(why);
            case Location.Unknown(var why) -> new Place.Nowhere(why);
        };
    }

    private Place register(String name, long offset, int size) {
        int at = Registers.offset(name);
        return at < 0
                ? new Place.Nowhere("in " + name + ", which probes cannot see")
                : new Place.Words(List.of(new Place.Part(offset, size, keep.apply(new Word.Register(at)))));
    }

    private Place memory(Location.Register base, long offset, long size) {
        int at = Registers.offset(base.name());
        if (at < 0) {
            return new Place.Nowhere("at an address in " + base.name() + ", which probes cannot see");
        }
        Word address = new Word.Register(at).plus(offset);
        if (size < 1 || size > MAX_SAVED || keep.apply(address).equals(address)) {
            return new Place.Memory(keep.apply(address));
        }
        List<Place.Part> parts = new ArrayList<>();
        for (long done = 0; done < size; done += 8) {
            int part = (int) Math.min(8, size - done);
            parts.add(new Place.Part(done, part, keep.apply(address.plus(done).load())));
        }
        return new Place.Words(parts);
    }

    private Place indirect(Location pointer) {
        return switch (place(pointer, 8)) {
            case Place.Memory(var address) -> new Place.Memory(address.load());
            case Place.Words(var parts) -> new Place.Memory(parts.getFirst().word());
            case Place.Nowhere nowhere -> nowhere;
        };
    }

    private Place pieces(List<Location.Piece> pieces) {
        List<Place.Part> parts = new ArrayList<>();
        String why = "optimised out";
        for (Location.Piece piece : pieces) {
            switch (place(piece.location(), piece.size())) {
                case Place.Words(var inner) ->
                    inner.forEach(part -> parts.add(new Place.Part(
                            piece.offset() + part.offset(), (int) Math.min(part.size(), piece.size()), part.word())));
                case Place.Memory(var address) -> {
                    for (long done = 0; done < Math.min(piece.size(), MAX_SAVED); done += 8) {
                        int part = (int) Math.min(8, piece.size() - done);
                        parts.add(new Place.Part(piece.offset() + done, part, address.plus(done).load()));
                    }
                }
                case Place.Nowhere(var reason) -> why = reason;
            }
        }
        return parts.isEmpty() ? new Place.Nowhere(why) : new Place.Words(parts);
    }
}
