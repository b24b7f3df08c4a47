package dev.stet.probe.resolve;

import dev.stet.binary.Location;
import dev.stet.probe.compile.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Where a parameter or result is, said in words.
///
/// Parameters at a return are where they were at the entry: their registers were kept then. So were
/// arguments on the stack, word by word; large ones are still where they were, in what is the callee's to
/// change. They are found from the stack pointer of now, which is the same at both ends of a call, and
/// right even if Go has moved the stack between.
///
/// @param kept what keeps a word of the entry; for a result, and at the entry, nothing is to be kept
/// @param keeping does it keep anything?
record Locations(UnaryOperator<Word> kept, boolean keeping) {
    /// Arguments on the stack of which words are kept, in bytes.
    private static final long MAX_KEPT = 32;

    /// Of a value: the pieces that compilers make of one.
    private static final int MAX_PIECES = 64;

    /// As they are now.
    static final Locations NOW = new Locations(UnaryOperator.identity(), false);

    static Locations of(Moment moment) {
        return switch (moment) {
            case Moment.Entry _ -> NOW;
            case Moment.Return it -> new Locations(it::kept, true);
        };
    }

    /// @param size of the value, in bytes; -1 if it is not known
    Place place(Location location, long size) {
        return switch (location) {
            case Location.Register(var name, int ignored) ->
                Registers.named(name)
                        .<Place>map(it -> Place.Words.of(kept.apply(it)))
                        .orElseGet(() -> new Place.Nowhere("in " + name + ", which probes cannot see"));
            case Location.Memory memory -> memory(memory, size);
            case Location.Indirect(var pointer) -> behind(place(pointer, 8));
            case Location.Pieces(var pieces) -> pieces(pieces);
            case Location.Constant(long value) -> Place.Words.of(Word.of(value));
            case Location.Absent(var why) -> new Place.Nowhere(why);
            case Location.Unknown(var why) -> new Place.Nowhere(why);
        };
    }

    private Place memory(Location.Memory memory, long size) {
        Optional<Word> base = Registers.named(memory.base().name());
        if (base.isEmpty()) {
            return new Place.Nowhere("where " + memory.base().name() + " points, which probes cannot see");
        }
        boolean stack = base.get().equals(Registers.STACK_POINTER);
        Word address = (stack ? base.get() : kept.apply(base.get())).plus(memory.offset());
        if (!keeping || !stack || size < 1 || size > MAX_KEPT) {
            return new Place.Memory(address);
        }
        List<Place.Part> parts = new ArrayList<>();
        for (long at = 0; at < size; at += 8) {
            parts.add(new Place.Part(at, 8, kept.apply(address.plus(at).load())));
        }
        return new Place.Words(parts);
    }

    private static Place behind(Place pointer) {
        try {
            return new Place.Memory(Places.word(pointer, 8, false));
        } catch (NowhereException e) {
            return new Place.Nowhere(e.getMessage());
        }
    }

    /// What has no place leaves a hole; if it is all so, the value is nowhere.
    private Place pieces(List<Location.Piece> pieces) {
        List<Place.Part> parts = new ArrayList<>();
        Optional<String> why = Optional.empty();
        for (Location.Piece piece : pieces.subList(0, Math.min(pieces.size(), MAX_PIECES))) {
            switch (place(piece.location(), piece.size())) {
                case Place.Words(var words) -> words.forEach(it -> parts.add(shifted(it, piece)));
                case Place.Memory(var address) -> loads(address, piece, parts);
                case Place.Nowhere(var reason) -> why = Optional.of(reason);
            }
        }
        return parts.isEmpty() && why.isPresent() ? new Place.Nowhere(why.get()) : new Place.Words(parts);
    }

    private static Place.Part shifted(Place.Part part, Location.Piece piece) {
        long size = Math.clamp(piece.size() - part.offset(), 1, part.size());
        return new Place.Part(piece.offset() + part.offset(), (int) size, part.word());
    }

    private void loads(Word address, Location.Piece piece, List<Place.Part> parts) {
        long at = 0;
        while (at < piece.size() && parts.size() < MAX_PIECES) {
            int bytes = (int) Math.min(8, Long.highestOneBit(piece.size() - at));
            parts.add(new Place.Part(
                    piece.offset() + at, bytes, kept.apply(address.plus(at).load(bytes, false))));
            at += bytes;
        }
    }
}
