package dev.stet.probe;

import dev.stet.kernel.Bpf;
import dev.stet.kernel.Descriptor;
import dev.stet.probe.compile.ProgramWriter;
import dev.stet.probe.compile.Recording;
import dev.stet.probe.unwind.Abandoned;
import dev.stet.probe.unwind.Marker;
import dev.stet.probe.unwind.Owner;
import dev.stet.probe.unwind.Target;
import dev.stet.probe.unwind.UnderWay;
import dev.stet.probe.unwind.Unwinds;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;

/// The calls that wait in the kernel's `calls` maps for their end: which of them will never have one, is found
/// out here by reading the maps now and then. Used by one thread.
final class UnfinishedCalls {
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;
    /// Calls that one reading looks at; the rest are looked at in the next.
    private static final int MAX_READ = 1 << 17;

    private final Unwinds unwinds;
    private final LongSupplier clock;

    /// A call in a map.
    private record Entry(Descriptor map, MemorySegment key, MemorySegment record) {}

    /// A map of calls, and how large its values are.
    record Calls(Descriptor map, int valueBytes) {}

    /// Makes a call of a record.
    interface Decoder {
        Optional<Call> decode(MemorySegment record, Call.End end);
    }

    /// @param clock CLOCK_MONOTONIC
    UnfinishedCalls(Target target, LongSupplier clock) {
        unwinds = new Unwinds(target);
        this.clock = clock;
    }

    /// A probe of [Markers] was hit.
    void marked(MemorySegment record, Marker.Kind kind) {
        UnderWay call = underWay(record);
        unwinds.marked(new Marker(call.owner(), call.entry(), kind, call.frame()));
    }

    /// Events were lost, and markers may have been among them.
    void lost() {
        unwinds.lost(clock.getAsLong());
    }

    /// A call returned.
    void returned(MemorySegment record) {
        if (record.get(WORD, Recording.GOROUTINE) != 0) {
            unwinds.delivered(underWay(record), record.get(WORD, Recording.EXIT));
        }
    }

    /// A call was left, for another began in its frame.
    ///
    /// @return how, unless that was told before
    Optional<Call.End> replaced(MemorySegment record) {
        return unwinds.replaced(underWay(record), record.get(WORD, Recording.EXIT))
                .map(UnfinishedCalls::end);
    }

    private static UnderWay underWay(MemorySegment record) {
        long pidTgid = record.get(WORD, Recording.PID_TGID);
        int pid = (int) (pidTgid >>> 32);
        long goroutine = record.get(WORD, Recording.GOROUTINE);
        Owner owner = goroutine == 0 ? new Owner.NativeThread(pid, (int) pidTgid) : new Owner.Goroutine(pid, goroutine);
        long flags = 0xffL << Recording.CONDITION_SHIFT;
        return new UnderWay(
                owner,
                record.get(WORD, Recording.COOKIE) & ~flags,
                record.get(WORD, Recording.FRAME),
                record.get(WORD, Recording.ENTRY));
    }

    private static Call.End end(Abandoned abandoned) {
        Call.Cause cause = switch (abandoned.cause()) {
            case EXCEPTION -> Call.Cause.EXCEPTION;
            case FORCED_UNWIND, END -> Call.Cause.THREAD_ENDED;
            case LONGJMP -> Call.Cause.LONGJMP;
            case PANIC -> Call.Cause.PANIC;
            case GOEXIT -> Call.Cause.GOEXIT;
            case UNKNOWN -> Call.Cause.UNKNOWN;
        };
        return new Call.End.Unwound(abandoned.time(), cause);
    }

    /// What was found.
    ///
    /// @param left calls that are to be told of
    /// @param removed how many were taken out, those of histograms too
    record Sweep(List<Call> left, int removed) {}

    /// Reads the maps, takes out the calls that will never end, and makes calls of them.
    Sweep sweep(List<Calls> maps, Decoder decoder) throws IOException {
        long readAt = clock.getAsLong();
        Map<UnderWay, Entry> entries = new HashMap<>();
        for (Calls calls : maps) {
            read(calls, entries);
        }
        List<Call> left = new ArrayList<>();
        int removed = 0;
        for (Abandoned abandoned : unwinds.sweep(new ArrayList<>(entries.keySet()), readAt, clock.getAsLong())) {
            Entry entry = entries.get(abandoned.call());
            if (entry != null && takeOut(entry)) {
                removed++;
                decoder.decode(entry.record, end(abandoned)).ifPresent(left::add);
            }
        }
        return new Sweep(left, removed);
    }

    /// Takes calls out of the maps that nobody is to be told of.
    ///
    /// @param whose by their cookies
    static void forget(List<Calls> maps, LongPredicate whose) throws IOException {
        for (Calls calls : maps) {
            forget(calls.map, whose);
        }
    }

    private static void forget(Descriptor map, LongPredicate whose) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(ProgramWriter.KEY_BYTES, 8);
            List<byte[]> dead = new ArrayList<>();
            // A key that goes meanwhile makes the walk begin again: bounded, for what is left is swept the next time.
            boolean more = Bpf.nextKey(map, MemorySegment.NULL, key);
            for (int seen = 0; more && seen < MAX_READ; seen++) {
                if (whose.test(key.get(WORD, ProgramWriter.KEY_COOKIE))) {
                    dead.add(key.toArray(ValueLayout.JAVA_BYTE));
                }
                more = Bpf.nextKey(map, key, key);
            }
            for (byte[] each : dead) {
                MemorySegment.copy(each, 0, key, ValueLayout.JAVA_BYTE, 0, each.length);
                var ignored = Bpf.delete(map, key);
            }
        }
    }

    private static void read(Calls calls, Map<UnderWay, Entry> entries) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(ProgramWriter.KEY_BYTES, 8);
            MemorySegment value = arena.allocate(calls.valueBytes, 8);
            boolean more = Bpf.nextKey(calls.map, MemorySegment.NULL, key);
            for (int seen = 0; more && seen < MAX_READ; seen++) {
                if (Bpf.lookup(calls.map, key, value) && value.get(WORD, Recording.ENTRY) != 0) {
                    entries.put(underWay(value), new Entry(calls.map, copy(key), copy(value)));
                }
                more = Bpf.nextKey(calls.map, key, key);
            }
        }
    }

    /// Takes a call out of its map, unless another has its place by now.
    private static boolean takeOut(Entry entry) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(entry.key.byteSize(), 8).copyFrom(entry.key);
            MemorySegment value = arena.allocate(entry.record.byteSize(), 8);
            return Bpf.lookup(entry.map, key, value)
                    && value.get(WORD, Recording.ENTRY) == entry.record.get(WORD, Recording.ENTRY)
                    && Bpf.delete(entry.map, key);
        }
    }

    private static MemorySegment copy(MemorySegment bytes) {
        return MemorySegment.ofArray(new long[(int) (bytes.byteSize() + 7) / 8])
                .asSlice(0, bytes.byteSize())
                .copyFrom(bytes);
    }
}
