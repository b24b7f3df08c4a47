package dev.stet.binary.dwarf;

import dev.stet.binary.Location;
import dev.stet.binary.Machine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What rustc does in practice, although it promises nothing: one or two numbers are passed as C passes them,
/// each for itself; small other things as one integer; the rest by address. Where that has changed over the
/// years, the answer is that it is not known (`compiler/rustc_ty_utils/src/abi.rs`).
final class RustAbi implements CallingConvention {
    private static final int POINTER_BYTES = 8;
    private static final Location UNSPECIFIED = new Location.Unknown("Rust does not specify where it is passed");

    private final CallingConvention c;

    RustAbi(Machine machine) {
        this.c = machine == Machine.X86_64 ? new SystemV() : Aapcs64.convention();
    }

    /// How a value is passed.
    private enum Way {
        NOTHING,
        NUMBERS,
        INTEGER,
        ADDRESS,
        UNKNOWN
    }

    @Override
    public Places assign(List<Layout> parameters, List<Layout> results) {
        List<Layout> out = results.stream().map(RustAbi::asResult).toList();
        List<Layout> in = new ArrayList<>();
        int[] firsts = new int[parameters.size()];
        for (int i = 0; i < firsts.length; i++) {
            firsts[i] = in.size();
            in.addAll(asParameters(parameters.get(i)));
        }
        Places places = c.assign(in, out);
        List<Location> found = new ArrayList<>();
        for (int i = 0; i < firsts.length; i++) {
            int next = i + 1 < firsts.length ? firsts[i + 1] : in.size();
            found.add(join(parameters.get(i), places.parameters().subList(firsts[i], next)));
        }
        List<Location> given = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            Location place = places.results().get(i);
            boolean pair = way(results.get(i)) == Way.NUMBERS && place instanceof Location.Pieces;
            boolean unspecified =
                    way(results.get(i)) == Way.UNKNOWN && results.get(i).isKnown();
            given.add(pair ? join(results.get(i), halves((Location.Pieces) place)) : unspecified ? UNSPECIFIED : place);
        }
        return new Places(found, given);
    }

    private static Way way(Layout type) {
        if (!type.isKnown()) {
            return Way.UNKNOWN;
        }
        if (type.size() == 0 || type.isEmpty()) {
            return Way.NOTHING;
        }
        boolean plain = type.traits().complete()
                && !type.traits().array()
                && !type.traits().variants();
        if (plain && type.leaves().size() <= 2) {
            return Way.NUMBERS;
        }
        if (type.traits().variants()) {
            // An enum may be a number, a pair of numbers or neither, depending on its shapes.
            return type.size() > 2 * POINTER_BYTES ? Way.ADDRESS : Way.UNKNOWN;
        }
        if (type.size() <= POINTER_BYTES) {
            return Way.INTEGER;
        }
        return type.size() <= 2 * POINTER_BYTES ? Way.UNKNOWN : Way.ADDRESS;
    }

    private static List<Layout> asParameters(Layout type) {
        return switch (way(type)) {
            case NOTHING -> List.of();
            case NUMBERS -> ordered(type).stream().map(RustAbi::scalar).toList();
            case INTEGER -> List.of(scalar(new Layout.Leaf(0, type.size(), Layout.Kind.INTEGER)));
            case ADDRESS -> List.of(Layout.POINTER);
            case UNKNOWN -> List.of(Layout.UNKNOWN);
        };
    }

    private static Layout asResult(Layout type) {
        return switch (way(type)) {
            case NOTHING -> new Layout(0, 1, List.of(), Layout.Traits.SCALAR);
            case NUMBERS -> pair(type);
            case INTEGER -> scalar(new Layout.Leaf(0, type.size(), Layout.Kind.INTEGER));
            case ADDRESS -> new Layout(type.size(), 8, List.of(), new Layout.Traits(false, true, false, false, false));
            case UNKNOWN -> Layout.UNKNOWN;
        };
    }

    /// Two numbers come back in two registers, however small they are: as if each had eight bytes.
    private static Layout pair(Layout type) {
        List<Layout.Leaf> leaves = ordered(type);
        if (leaves.size() == 1) {
            return scalar(leaves.getFirst());
        }
        if (leaves.stream().anyMatch(it -> it.size() > POINTER_BYTES)) {
            return Layout.UNKNOWN;
        }
        List<Layout.Leaf> spread = List.of(
                new Layout.Leaf(0, 8, leaves.get(0).kind()),
                new Layout.Leaf(8, 8, leaves.get(1).kind()));
        return new Layout(16, 8, spread, Layout.Traits.SCALAR);
    }

    private static List<Layout.Leaf> ordered(Layout type) {
        return type.leaves().stream()
                .sorted(Comparator.comparingLong(Layout.Leaf::offset))
                .toList();
    }

    private static Layout scalar(Layout.Leaf leaf) {
        return new Layout(
                leaf.size(),
                Math.clamp(leaf.size(), 1, 16),
                List.of(new Layout.Leaf(0, leaf.size(), leaf.kind())),
                Layout.Traits.SCALAR);
    }

    private static List<Location> halves(Location.Pieces pair) {
        return pair.pieces().stream().map(Location.Piece::location).toList();
    }

    private static Location join(Layout type, List<Location> places) {
        return switch (way(type)) {
            case NOTHING -> NO_BYTES;
            case UNKNOWN -> type.isKnown() ? UNSPECIFIED : places.getFirst();
            case INTEGER -> places.getFirst();
            case ADDRESS -> new Location.Indirect(places.getFirst());
            case NUMBERS -> {
                List<Layout.Leaf> leaves = ordered(type);
                List<Location.Piece> pieces = new ArrayList<>();
                if (leaves.size() == 1 && places.size() == 2) {
                    yield CallingConvention.eightbytes(places, type.size());
                }
                for (int i = 0; i < places.size(); i++) {
                    pieces.add(new Location.Piece(
                            places.get(i), leaves.get(i).offset(), leaves.get(i).size()));
                }
                yield pieces.size() == 1 && leaves.getFirst().size() == type.size()
                        ? places.getFirst()
                        : new Location.Pieces(pieces);
            }
        };
    }
}
