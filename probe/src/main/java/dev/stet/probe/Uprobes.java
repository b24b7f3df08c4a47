package dev.stet.probe;

import dev.stet.binary.Exit;
import dev.stet.facts.ProcessIdentity;
import dev.stet.kernel.Bpf;
import dev.stet.kernel.Descriptor;
import dev.stet.kernel.OpenFile;
import dev.stet.kernel.RingReader;
import dev.stet.kernel.SyscallException;
import dev.stet.kernel.UprobeMulti;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/// Attaches probes and reads what they saw. Attaching is safe from any number of threads; one thread drains.
public final class Uprobes implements AutoCloseable {
    /// Calls that may be under way at once, for each shape of probe. An element takes its memory when it is used.
    private static final int MAX_CALLS = 1 << 16;
    /// Closed attachments are still known for a while, for the records that were under way.
    private static final int REMEMBERED = 4096;

    private final Options options;
    private final Descriptor ring;
    private final Descriptor counters;
    private final RingReader reader;
    private final Map<Object, Programs> programs = new HashMap<>();
    private final FunctionIds functions;
    private final AtomicInteger nextId = new AtomicInteger(1);
    private final Map<Integer, Attachment> attachments = new LinkedHashMap<>();
    private final LongAdder stale = new LongAdder();
    private boolean closed;

    /// @param ringBytes of the ring, a power of two
    /// @param maxText bytes of a text that are taken, a multiple of 8
    /// @param threadPointer where task_struct has the FS base, for Go before 1.17
    public record Options(int ringBytes, int maxText, OptionalInt threadPointer) {}

    /// The programs and maps of one shape of probe.
    private record Programs(Map<String, Descriptor> maps, Descriptor entry, Optional<Descriptor> exit) {}

    public Uprobes(Options options) throws IOException {
        this.options = options;
        functions = new FunctionIds(options.maxText);
        ring = Bpf.createMap("stet_ring", Bpf.MapType.RINGBUF, 0, 0, options.ringBytes, false);
        counters = Bpf.createMap("stet_counters", Bpf.MapType.ARRAY, 4, 8, Counter.values().length, false);
        reader = new RingReader(ring, options.ringBytes);
    }

    /// Attaches probes to one file in one process: at most two links for each shape of probe.
    ///
    /// @param program the name of the program that the process runs
    /// @param file the very file that was analysed
    /// @param path its path for people
    /// @throws SyscallException if the kernel refuses altogether: the process is gone, the file is on a file system that
    ///     cannot be probed
    public Attachment attach(
            ProcessIdentity process, String program, OpenFile file, String path, List<AttachPoint> points)
            throws IOException {
        int id = nextId.getAndIncrement();
        Map<Programs, List<AttachPoint>> byPrograms = new LinkedHashMap<>();
        for (AttachPoint point : points) {
            byPrograms.computeIfAbsent(programs(point), _ -> new ArrayList<>()).add(point);
        }
        List<Descriptor> links = new ArrayList<>();
        List<AttachPoint> attached = new ArrayList<>();
        List<Plan.Refusal> refusals = new ArrayList<>();
        // Known before the first record can come.
        Attachment[] attachment = {new Attachment(id, process, program, path, points, List.of(), List.of())};
        remember(attachment[0]);
        try {
            for (var entry : byPrograms.entrySet()) {
                link(entry.getKey(), entry.getValue(), new Where(id, process.pid(), file, path), links, attached, refusals);
            }
        } catch (IOException | RuntimeException e) {
            links.forEach(Descriptor::close);
            throw e;
        }
        attachment[0] = new Attachment(id, process, program, path, attached, refusals, links);
        remember(attachment[0]);
        return attachment[0];
    }

    private record Where(int id, int pid, OpenFile file, String path) {}

    /// One link for the exits, then one for the entries: whoever is seen to come in is seen to go out. If an instruction
    /// cannot be probed the kernel refuses the whole link, so the points are halved until it is found.
    private void link(
            Programs programs,
            List<AttachPoint> points,
            Where where,
            List<Descriptor> links,
            List<AttachPoint> attached,
            List<Plan.Refusal> refusals)
            throws IOException {
        List<Descriptor> made = new ArrayList<>();
        try {
            if (programs.exit.isPresent()) {
                made.add(exits(programs.exit.get(), points, where));
            }
            made.add(entries(programs.entry, points, where));
            links.addAll(made);
            attached.addAll(points);
        } catch (SyscallException e) {
            made.forEach(Descriptor::close);
            if (e.errno() != SyscallException.ENOTSUPP) {
                throw e;
            }
            if (points.size() == 1) {
                refusals.add(new Plan.Refusal(points.getFirst().function().name(), e.getMessage()));
                return;
            }
            int half = points.size() / 2;
            link(programs, points.subList(0, half), where, links, attached, refusals);
            link(programs, points.subList(half, points.size()), where, links, attached, refusals);
        }
    }

    private Descriptor entries(Descriptor program, List<AttachPoint> points, Where where) throws IOException {
        long[] offsets = new long[points.size()];
        long[] cookies = new long[points.size()];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = points.get(i).function().fileOffset();
            cookies[i] = cookie(where, points.get(i));
        }
        return UprobeMulti.attach(program, where.pid, where.file.selfPath(), offsets, cookies);
    }

    private Descriptor exits(Descriptor program, List<AttachPoint> points, Where where) throws IOException {
        int count = points.stream().mapToInt(point -> point.exits().size()).sum();
        long[] offsets = new long[count];
        long[] cookies = new long[count];
        int at = 0;
        for (AttachPoint point : points) {
            long cookie = cookie(where, point);
            for (Exit exit : point.exits()) {
                offsets[at] = exit.fileOffset();
                cookies[at] = cookie
                        | (exit.kind() == Exit.Kind.TAIL_JUMP ? Integer.toUnsignedLong(Layout.TAIL_BIT) : 0);
                at++;
            }
        }
        return UprobeMulti.attach(program, where.pid, where.file.selfPath(), offsets, cookies);
    }

    private long cookie(Where where, AttachPoint point) {
        return (long) where.id << 32 | functions.idOf(point, where.path);
    }

    private synchronized Programs programs(AttachPoint point) throws IOException {
        Layout layout = new Layout(point.convention(), point.probe(), options.maxText);
        Object shape = layout.shape();
        Programs known = programs.get(shape);
        if (known == null) {
            if (closed) {
                throw new IOException("Stet is stopping");
            }
            known = load(layout);
            programs.put(shape, known);
        }
        return known;
    }

    private Programs load(Layout layout) throws IOException {
        boolean returns = layout.probe().returns();
        Map<String, Descriptor> maps = new HashMap<>(Map.of(ProgramWriter.RING, ring, ProgramWriter.COUNTERS, counters));
        if (returns) {
            int key = ProgramWriter.KEY_BYTES;
            int value = layout.bytes();
            maps.put(ProgramWriter.CALLS, Bpf.createMap("stet_calls", Bpf.MapType.HASH, key, value, MAX_CALLS, false));
            maps.put(ProgramWriter.ZEROS, Bpf.createMap("stet_zeros", Bpf.MapType.ARRAY, 4, value, 1, false));
        }
        var settings = new ProgramWriter.Settings(true, OptionalLong.empty(), options.threadPointer);
        var kind = new Bpf.ProgramKind(true, true);
        Descriptor entry = Bpf.loadProgram(
                "stet_entry",
                kind,
                ProgramWriter.entry(layout, settings).encode(name -> maps.get(name).fd()));
        Optional<Descriptor> exit = Optional.empty();
        if (returns) {
            exit = Optional.of(Bpf.loadProgram(
                    "stet_exit",
                    kind,
                    ProgramWriter.exit(layout, settings).encode(name -> maps.get(name).fd())));
        }
        return new Programs(maps, entry, exit);
    }

    private void remember(Attachment attachment) {
        synchronized (attachments) {
            attachments.remove(attachment.id());
            attachments.put(attachment.id(), attachment);
        }
    }

    /// Forgets attachments that were closed, but for the latest.
    public void forget(Attachment attachment) {
        synchronized (attachments) {
            if (attachments.size() > REMEMBERED) {
                attachments.remove(attachment.id());
            }
        }
    }

    /// Gives every call that was recorded to the sink, oldest first.
    ///
    /// @return how many
    public int drain(Consumer<Call> sink) {
        return reader.drain((data, at, length) -> decode(data, at, length).ifPresent(sink));
    }

    private Optional<Call> decode(MemorySegment data, long at, int length) {
        long cookie = data.get(ValueLayout.JAVA_LONG, at + Layout.COOKIE);
        Attachment attachment;
        synchronized (attachments) {
            attachment = attachments.get((int) (cookie >>> 32));
        }
        FunctionIds.Traced traced = functions.byId((int) cookie & ~Layout.TAIL_BIT);
        if (attachment == null || attachment.isStaleAt(data.get(ValueLayout.JAVA_LONG, at + Layout.ENTRY))) {
            stale.increment();
            return Optional.empty();
        }
        return Optional.of(traced.decoder().decode(attachment, data.asSlice(at, length)));
    }

    /// Waits until there may be calls, for so long at most, or until [#wake].
    public void await(long millis) throws IOException {
        reader.await(millis);
    }

    /// Ends the wait of [#await], now and for ever.
    public void wake() {
        reader.wake();
    }

    /// Calls that were left out because their process had run exec by then.
    public long stale() {
        return stale.sum();
    }

    /// What the programs have counted so far.
    public Totals totals() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(4, 4);
            MemorySegment value = arena.allocate(8, 8);
            long[] counts = new long[Counter.values().length];
            for (Counter counter : Counter.values()) {
                key.set(ValueLayout.JAVA_INT, 0, counter.index());
                if (Bpf.lookup(counters, key, value)) {
                    counts[counter.index()] = value.get(ValueLayout.JAVA_LONG, 0);
                }
            }
            long unseen = counts[Counter.CALLS_FULL.index()];
            long followed = counts[Counter.ENTERED.index()] + unseen;
            return new Totals(
                    followed + counts[Counter.NOTED.index()],
                    followed,
                    counts[Counter.RETURNED.index()],
                    counts[Counter.LOST_AT_EXIT.index()] + counts[Counter.LOST_AT_ENTRY.index()] + unseen,
                    counts[Counter.UNMATCHED.index()],
                    counts[Counter.RESTARTED.index()]);
        }
    }

    /// Closes programs and maps. Attachments must have been closed, and the draining thread have ended.
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (Programs each : programs.values()) {
            each.entry.close();
            each.exit.ifPresent(Descriptor::close);
            each.maps.values().forEach(Descriptor::close);
        }
        reader.close();
        counters.close();
        ring.close();
    }
}
