package dev.stet.probe;

import dev.stet.binary.Exit;
import dev.stet.facts.Function;
import java.util.List;
import java.util.Optional;

/// One function of one binary that is to be probed, and where.
///
/// @param probe what to take; [Probe#returns] only if there are exits
/// @param convention of the binary
/// @param function which
/// @param entryOffset file offset of the instruction at which calls are seen to begin
/// @param exits the others; empty if the end is not followed
/// @param noReturns why the end is not followed although it was asked for
/// @param missed why some calls are not seen to end although others are
public record AttachPoint(
        Probe probe,
        Convention convention,
        Function function,
        long entryOffset,
        List<Exit> exits,
        Optional<String> noReturns,
        Optional<String> missed) {
    public AttachPoint {
        exits = List.copyOf(exits);
        if (probe.returns() == exits.isEmpty()) {
            throw new IllegalArgumentException(function.name() + ": returns without exits, or exits without returns");
        }
    }

    /// Of which all ends are seen, or none.
    public AttachPoint(
            Probe probe,
            Convention convention,
            Function function,
            long entryOffset,
            List<Exit> exits,
            Optional<String> noReturns) {
        this(probe, convention, function, entryOffset, exits, noReturns, Optional.empty());
    }

    /// How many instructions are probed.
    public int size() {
        return 1 + exits.size();
    }
}
