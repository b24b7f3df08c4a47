package dev.stet.binary.dwarf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.Location;
import dev.stet.binary.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Compares where Go's convention puts parameters with what the compiler wrote down.
///
/// The types are enough for most functions. One that is shared by instances of a generic function also takes
/// a dictionary, of which debug information does not tell, so all that follows is one register further
/// (`src/cmd/compile/internal/noder/reader.go: shapeSig`).
final class GoPlaces {
    private final Machine machine;
    private final Die function;
    private final List<ParameterDies.Each> parameters;

    GoPlaces(Machine machine, Die function, List<ParameterDies.Each> parameters) {
        this.machine = machine;
        this.function = function;
        this.parameters = parameters;
    }

    /// @return what agrees with the compiler's lists, or else with the types alone, or what the lists say
    CallingConvention.Places check(CallingConvention go, List<Layout> types, List<Layout> results)
            throws BinaryException {
        CallingConvention.Places plain = go.assign(types, results);
        List<Optional<Location>> listed = listed(types, plain);
        if (isShared()) {
            // First, or behind the receiver.
            for (int hidden = 0; hidden <= Math.min(1, types.size()); hidden++) {
                CallingConvention.Places shifted = shifted(go, types, results, hidden);
                if (agrees(shifted, listed)) {
                    return shifted;
                }
            }
        }
        return agrees(plain, listed) ? plain : corrected(plain, listed);
    }

    private boolean isShared() throws BinaryException {
        return Names.name(function).contains("[go.shape.");
    }

    private static CallingConvention.Places shifted(
            CallingConvention go, List<Layout> types, List<Layout> results, int hidden) {
        List<Layout> all = new ArrayList<>(types);
        all.add(hidden, Layout.POINTER);
        CallingConvention.Places places = go.assign(all, results);
        List<Location> without = new ArrayList<>(places.parameters());
        without.remove(hidden);
        return new CallingConvention.Places(without, places.results());
    }

    private List<Optional<Location>> listed(List<Layout> types, CallingConvention.Places plain) throws BinaryException {
        List<Optional<Location>> all = new ArrayList<>();
        long entry = FunctionDies.entry(function);
        for (ParameterDies.Each each : parameters) {
            Optional<byte[]> code = Optional.empty();
            if (each.own().isPresent() && LocationLists.isList(each.own().get(), At.LOCATION)) {
                code = LocationLists.at(each.own().get(), At.LOCATION, entry);
            }
            Optional<Location> place = code.isPresent() ? read(code.get()) : Optional.empty();
            long size = types.get(all.size()).size();
            Location expected = plain.parameters().get(all.size());
            all.add(place.filter(it -> bytes(it) <= size && !isPart(it, expected, size)));
        }
        return all;
    }

    private Optional<Location> read(byte[] code) throws BinaryException {
        Expression.FrameBase frame = new Expression.FrameBase(Registers.returnAddressBytes(machine), true);
        return Expression.read(machine, frame, function.unit.wide, code, true) instanceof Expression.Result.At(var at)
                        && (at instanceof Location.Register
                                || at instanceof Location.Pieces
                                || at instanceof Location.Memory)
                ? Optional.of(at)
                : Optional.empty();
    }

    /// Go 1.19 lists the words of an interface twice each; such a list is of no use.
    private static long bytes(Location place) {
        return place instanceof Location.Pieces it
                ? it.pieces().stream().mapToLong(Location.Piece::size).sum()
                : 0;
    }

    /// Go 1.15 says of a text on the stack where its length is: the last of the parts that are used.
    private static boolean isPart(Location place, Location whole, long size) {
        return place instanceof Location.Memory(var base, long at)
                && whole instanceof Location.Memory(var expected, long from)
                && base.equals(expected)
                && at > from
                && at < from + size;
    }

    private static boolean agrees(CallingConvention.Places places, List<Optional<Location>> listed) {
        for (int i = 0; i < listed.size(); i++) {
            if (listed.get(i).isPresent()
                    && !agrees(places.parameters().get(i), listed.get(i).get())) {
                return false;
            }
        }
        return true;
    }

    /// The list may leave out parts that are not used.
    private static boolean agrees(Location types, Location list) {
        return switch (list) {
            case Location.Register register ->
                at(types, 0).filter(register::equals).isPresent();
            case Location.Memory memory -> memory.equals(types) || types instanceof Location.Absent;
            case Location.Pieces pieces ->
                pieces.pieces().stream()
                        .allMatch(piece -> !(piece.location() instanceof Location.Register)
                                || at(types, piece.offset())
                                        .filter(piece.location()::equals)
                                        .isPresent());
            case Location.Indirect _, Location.Constant _, Location.Absent _, Location.Unknown _ -> true;
        };
    }

    private static Optional<Location> at(Location types, long offset) {
        if (types instanceof Location.Pieces pieces) {
            return pieces.pieces().stream()
                    .filter(it -> it.offset() == offset)
                    .map(Location.Piece::location)
                    .findFirst();
        }
        return offset == 0 ? Optional.of(types) : Optional.empty();
    }

    private static CallingConvention.Places corrected(CallingConvention.Places plain, List<Optional<Location>> listed) {
        List<Location> all = new ArrayList<>();
        for (int i = 0; i < listed.size(); i++) {
            all.add(listed.get(i)
                    .orElse(new Location.Unknown("the types and the compiler's lists of places do not agree")));
        }
        return new CallingConvention.Places(all, plain.results());
    }
}
