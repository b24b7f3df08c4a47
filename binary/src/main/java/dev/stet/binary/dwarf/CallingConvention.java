package dev.stet.binary.dwarf;

import dev.stet.binary.Location;
import java.util.ArrayList;
import java.util.List;

/// Where a caller puts arguments and finds results, by nothing but their types.
interface CallingConvention {
    /// @param parameters where they are at the first instruction
    /// @param results where they are at the return
    record Places(List<Location> parameters, List<Location> results) {
        public Places {
            parameters = List.copyOf(parameters);
            results = List.copyOf(results);
        }
    }

    Places assign(List<Layout> parameters, List<Layout> results);

    Location NO_BYTES = new Location.Absent("it has no bytes");
    Location UNKNOWN_TYPE = new Location.Unknown("its type is not known");
    Location BEHIND_UNKNOWN = new Location.Unknown("what comes before it has a type that is not known");

    /// Of the bytes of a value, 8 in each place.
    static Location eightbytes(List<? extends Location> places, long size) {
        if (places.size() == 1) {
            return places.getFirst();
        }
        List<Location.Piece> pieces = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            pieces.add(new Location.Piece(places.get(i), 8L * i, Math.min(8, size - 8L * i)));
        }
        return new Location.Pieces(pieces);
    }

    static long padded(long at, long align) {
        return (at + align - 1) / align * align;
    }
}
