package dev.stet.probe;

import dev.stet.binary.Exit;
import dev.stet.probe.compile.Recording;
import dev.stet.probe.resolve.Resolved;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// One function, or one probe that a program's author put in, of one binary that is to be probed: where, and
/// what is taken. Two are the same only if they are one object: the planner makes one for each place.
public final class AttachPoint {
    private final Probe probe;
    private final String name;
    private final long entryOffset;
    private final OptionalLong semaphore;
    private final Ends ends;
    private final Resolved resolved;
    private final Recording recording;
    /// Made when the first record is to be read; it goes with the point.
    private volatile CallDecoder decoder;

    /// The ends of its calls.
    ///
    /// @param exits of the function itself
    /// @param borrowed exits of functions that it ends in; both are empty if the end is not followed
    /// @param noReturns why the end is not followed although it was asked for
    /// @param missed why some calls are not seen to end although others are
    record Ends(List<Exit> exits, List<Exit> borrowed, Optional<String> noReturns, Optional<String> missed) {
        static final Ends NOT_FOLLOWED = new Ends(List.of(), List.of(), Optional.empty(), Optional.empty());

        Ends {
            exits = List.copyOf(exits);
            borrowed = List.copyOf(borrowed);
        }

        boolean isFollowed() {
            return !exits.isEmpty() || !borrowed.isEmpty();
        }
    }

    AttachPoint(
            Probe probe,
            String name,
            long entryOffset,
            OptionalLong semaphore,
            Ends ends,
            Resolved resolved,
            Recording recording) {
        if (recording.follow() != ends.isFollowed()) {
            throw new IllegalArgumentException(name + ": returns without exits, or exits without returns");
        }
        this.probe = probe;
        this.name = name;
        this.entryOffset = entryOffset;
        this.semaphore = semaphore;
        this.ends = ends;
        this.resolved = resolved;
        this.recording = recording;
    }

    /// What was asked for.
    public Probe probe() {
        return probe;
    }

    /// The function as the binary spells it, or `usdt:provider:name`.
    public String name() {
        return name;
    }

    /// File offset of the instruction at which calls are seen to begin.
    public long entryOffset() {
        return entryOffset;
    }

    /// File offset of the counter that enables it, which the kernel raises while it is attached.
    public OptionalLong semaphore() {
        return semaphore;
    }

    /// The instructions by which the function is left; empty if the end is not followed. Among them are those of
    /// functions that it ends in.
    public List<Exit> exits() {
        return Stream.concat(ends.exits.stream(), ends.borrowed.stream()).toList();
    }

    /// Is it an exit of another function, whose other callers come by there, too?
    boolean isBorrowed(Exit exit) {
        return ends.borrowed.contains(exit);
    }

    /// Why the end is not followed although it was asked for.
    public Optional<String> noReturns() {
        return ends.noReturns;
    }

    /// Why some calls are not seen to end although others are.
    public Optional<String> missed() {
        return ends.missed;
    }

    /// How many instructions are probed.
    public int size() {
        return 1 + ends.exits.size() + ends.borrowed.size();
    }

    /// Do both put the same programs at the same places, and make the same of what they take?
    boolean isSame(AttachPoint other) {
        return other == this
                || (probe.equals(other.probe)
                        && name.equals(other.name)
                        && entryOffset == other.entryOffset
                        && semaphore.equals(other.semaphore)
                        && ends.equals(other.ends)
                        && recording.equals(other.recording)
                        && resolved.equals(other.resolved));
    }

    Resolved resolved() {
        return resolved;
    }

    Recording recording() {
        return recording;
    }

    /// Reads its records.
    CallDecoder decoder() {
        CallDecoder known = decoder;
        if (known == null) {
            known = new CallDecoder(this); // two threads may both make one: they are equal
            decoder = known;
        }
        return known;
    }

    @Override
    public String toString() {
        return name + " at " + entryOffset;
    }
}
