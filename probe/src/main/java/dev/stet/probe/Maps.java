package dev.stet.probe;

import dev.stet.kernel.Bpf;
import dev.stet.kernel.Bpf.MapType;
import dev.stet.kernel.Descriptor;
import dev.stet.kernel.PerCpu;
import dev.stet.probe.compile.Counter;
import dev.stet.probe.compile.HistogramWriter;
import dev.stet.probe.compile.ProgramWriter;
import dev.stet.probe.compile.Recording;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The kernel's maps that all programs share. Their number is bounded, whatever is probed: one of each kind, and of
/// those in which calls wait two for each size of record, of which there are a dozen.
final class Maps implements AutoCloseable {
    /// Places in processes whose values are counted in the kernel.
    static final int MAX_HISTOGRAMS = 1 << 14;
    /// Calls that may be under way at once, for each size of record. An element takes its memory when it is used.
    private static final int MAX_CALLS = 1 << 16;
    /// What calls of one size of record may take together, in bytes; large records wait in smaller numbers.
    private static final int MAX_CALL_BYTES = 256 << 20;
    /// The same for kernels whose hashes take all their memory at once.
    private static final int MAX_CALLS_PREALLOCATED = 1 << 12;

    private static final int MAX_CALL_BYTES_PREALLOCATED = 16 << 20;
    /// Places in processes that a rate is kept of; the one not hit for longest makes room.
    private static final int MAX_RATES = 1 << 14;
    /// Places in processes whose hits are counted; an element takes its memory at the first hit, and some of it for
    /// each CPU.
    static final int MAX_HITS = 1 << 17;

    private static final int MAX_HITS_PREALLOCATED = 1 << 13;
    /// Records that wait have the next of these sizes or, beyond, a power of two: few maps, little waste.
    private static final int SIZE_STEP = 64;

    private final boolean preallocate;
    private final List<Descriptor> opened = new ArrayList<>();
    private final Map<String, Descriptor> common;
    private final Map<Integer, Map<String, Descriptor>> calls = new TreeMap<>();
    private boolean closed;

    /// @param preallocate what kernels before 6.1 want of hashes
    /// @param ringBytes of the ring, a power of two
    Maps(boolean preallocate, int ringBytes) throws IOException {
        this.preallocate = preallocate;
        int counts = Counter.values().length;
        int rated = ProgramWriter.RATE_VALUE_BYTES;
        int measured = HistogramWriter.VALUE_BYTES;
        try {
            common = Map.of(
                    ProgramWriter.RING,
                    create("stet_ring", MapType.RINGBUF, 0, 0, ringBytes),
                    ProgramWriter.COUNTERS,
                    create("stet_counters", MapType.PERCPU_ARRAY, 4, 8, counts),
                    ProgramWriter.RATES,
                    create("stet_rates", MapType.LRU_HASH, 8, rated, MAX_RATES),
                    ProgramWriter.HISTOGRAMS,
                    create("stet_histograms", MapType.PERCPU_HASH, 8, measured, MAX_HISTOGRAMS),
                    ProgramWriter.NO_HISTOGRAM,
                    create("stet_zero", MapType.ARRAY, 4, measured, 1),
                    ProgramWriter.HITS,
                    create("stet_hits", MapType.PERCPU_HASH, 8, 8, preallocate ? MAX_HITS_PREALLOCATED : MAX_HITS));
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private Descriptor create(String name, MapType type, int keyBytes, int valueBytes, int entries) throws IOException {
        Descriptor map = Bpf.createMap(name, type, keyBytes, valueBytes, entries, preallocate);
        opened.add(map);
        return map;
    }

    Descriptor ring() {
        return common.get(ProgramWriter.RING);
    }

    Descriptor hits() {
        return common.get(ProgramWriter.HITS);
    }

    Descriptor histograms() {
        return common.get(ProgramWriter.HISTOGRAMS);
    }

    /// What the programs of a recording use, by the names that they use.
    synchronized Map<String, Descriptor> of(Recording recording) throws IOException {
        if (!recording.follow()) {
            return common;
        }
        Map<String, Descriptor> all = new HashMap<>(common);
        all.putAll(calls(recording.bytes()));
        return all;
    }

    /// Where records of about this size wait.
    private Map<String, Descriptor> calls(int bytes) throws IOException {
        int size = bytes <= 4 * SIZE_STEP
                ? (bytes + SIZE_STEP - 1) / SIZE_STEP * SIZE_STEP
                : Integer.highestOneBit(bytes - 1) << 1;
        Map<String, Descriptor> known = calls.get(size);
        if (known == null) {
            if (closed) {
                throw new IOException("Stet is stopping");
            }
            int most = preallocate
                    ? Math.min(MAX_CALLS_PREALLOCATED, MAX_CALL_BYTES_PREALLOCATED / size)
                    : Math.min(MAX_CALLS, MAX_CALL_BYTES / size);
            known = Map.of(
                    ProgramWriter.CALLS,
                    create("stet_calls", MapType.HASH, ProgramWriter.KEY_BYTES, size, most),
                    ProgramWriter.ZEROS,
                    create("stet_zeros", MapType.ARRAY, 4, size, 1));
            calls.put(size, known);
        }
        return known;
    }

    /// Every map in which calls wait.
    synchronized List<UnfinishedCalls.Calls> calls() {
        return calls.entrySet().stream()
                .map(each -> new UnfinishedCalls.Calls(each.getValue().get(ProgramWriter.CALLS), each.getKey()))
                .toList();
    }

    /// What the programs have counted so far.
    Map<Counter, Long> counts() throws IOException {
        Map<Counter, Long> counts = new EnumMap<>(Counter.class);
        Descriptor counters = common.get(ProgramWriter.COUNTERS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(4, 4);
            MemorySegment values = arena.allocate(PerCpu.bytes(8), 8);
            for (Counter counter : Counter.values()) {
                key.set(ValueLayout.JAVA_INT, 0, counter.index());
                boolean found = Bpf.lookupPerCpu(counters, key, 8, values);
                counts.put(counter, found ? sum(values) : 0);
            }
        }
        return counts;
    }

    private static long sum(MemorySegment values) {
        return values.elements(ValueLayout.JAVA_LONG)
                .mapToLong(each -> each.get(ValueLayout.JAVA_LONG, 0))
                .sum();
    }

    @Override
    public synchronized void close() {
        closed = true;
        opened.forEach(Descriptor::close);
    }
}
