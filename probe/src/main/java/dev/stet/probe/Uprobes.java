package dev.stet.probe;

import dev.stet.binary.Condition;
import dev.stet.binary.Exit;
import dev.stet.binary.Type;
import dev.stet.bpf.Assembler;
import dev.stet.bpf.Program;
import dev.stet.facts.ProcessIdentity;
import dev.stet.kernel.Bpf;
import dev.stet.kernel.Btf;
import dev.stet.kernel.Descriptor;
import dev.stet.kernel.OpenFile;
import dev.stet.kernel.PerCpu;
import dev.stet.kernel.PerfUprobe;
import dev.stet.kernel.RingReader;
import dev.stet.kernel.SyscallException;
import dev.stet.kernel.UprobeMulti;
import dev.stet.kernel.VerifierException;
import dev.stet.probe.compile.Counter;
import dev.stet.probe.compile.HistogramWriter;
import dev.stet.probe.compile.ProgramWriter;
import dev.stet.probe.compile.Recording;
import dev.stet.probe.compile.TooComplexException;
import dev.stet.probe.decode.GoTypes;
import dev.stet.probe.unwind.Marker;
import dev.stet.probe.unwind.Target;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Attaches probes and reads what they saw. Attaching is safe from any number of threads; one thread drains.
public final class Uprobes implements AutoCloseable {
    /// Calls that may be under way at once, for each shape of probe. An element takes its memory when it is
    /// used.
    private static final int MAX_CALLS = 1 << 16;
    /// Closed attachments are still known for a while, for the records that were under way.
    private static final int REMEMBERED = 4096;
    /// The same for kernels whose hashes take all their memory at once.
    private static final int MAX_CALLS_PREALLOCATED = 1 << 12;
    /// Places in processes that a rate is kept of; the one not hit for longest makes room.
    private static final int MAX_RATES = 1 << 14;
    /// Places in processes whose values are counted in the kernel.
    private static final int MAX_HISTOGRAMS = 1 << 14;
    /// Records in the `calls` maps have the next of these sizes or, beyond, a power of two: few maps, little waste.
    private static final int SIZE_STEP = 64;
    /// Perf events in one process: each costs every context switch of its thread (hazards A4).
    private static final int MAX_PERF_EVENTS = 256;

    private final Options options;
    private final Descriptor ring;
    private final Descriptor counters;
    private final Descriptor histograms;
    private final RingReader reader;
    private final Map<Recording, Shape> shapes = new HashMap<>();
    private final Map<Integer, Map<String, Descriptor>> callMaps = new HashMap<>();
    private final Map<String, Descriptor> commonMaps;
    private OptionalInt fsBase;
    private final FunctionIds functions;
    private final UnfinishedCalls unfinished;
    private final AtomicLong swept = new AtomicLong();
    private long lostBefore;
    private final AtomicInteger nextId = new AtomicInteger(1);
    private final Map<Integer, Attachment> attachments = new LinkedHashMap<>();
    private final SequencedSet<Integer> closedIds = new LinkedHashSet<>();
    private final AtomicInteger unswept = new AtomicInteger();

    private boolean closed;

    /// How breakpoints get into a process.
    public enum Mechanism {
        /// One uprobe_multi link for each file and program: from Linux 6.6.
        MULTI,
        /// One perf event for each instruction and thread: any kernel, but few at a time.
        PERF
    }

    /// @param ringBytes of the ring, a power of two
    /// @param redaction what is taken away from values before anybody sees them
    /// @param types knows Go's types by their addresses
    /// @param target answers what is asked to find out which calls will never end
    public record Options(Mechanism mechanism, int ringBytes, Redaction redaction, TypesOf types, Target target) {}

    /// Knows the types that running Go programs describe.
    public interface TypesOf {
        /// The type whose description is at this address of the attachment's process; empty if it is none.
        Optional<Type> at(Attachment attachment, long address);
    }

    /// What all probes of one shape share. With perf events, which have no cookies, each function has
    /// programs of its own, and only the maps are shared.
    private record Shape(Recording recording, Map<String, Descriptor> maps, Optional<Loaded> programs) {}

    private record Loaded(Descriptor entry, Optional<Descriptor> exit) {}

    public Uprobes(Options options) throws IOException {
        this.options = options;
        functions = new FunctionIds(options.redaction);
        unfinished = new UnfinishedCalls(options.target, System::nanoTime);
        ring = Bpf.createMap("stet_ring", Bpf.MapType.RINGBUF, 0, 0, options.ringBytes, false);
        int counts = Counter.values().length;
        counters = Bpf.createMap("stet_counters", Bpf.MapType.PERCPU_ARRAY, 4, 8, counts, false);
        boolean old = options.mechanism == Mechanism.PERF;
        int rated = ProgramWriter.RATE_VALUE_BYTES;
        int measured = HistogramWriter.VALUE_BYTES;
        histograms = Bpf.createMap("stet_histograms", Bpf.MapType.PERCPU_HASH, 8, measured, MAX_HISTOGRAMS, old);
        commonMaps = Map.of(
                ProgramWriter.RING,
                ring,
                ProgramWriter.COUNTERS,
                counters,
                ProgramWriter.RATES,
                Bpf.createMap("stet_rates", Bpf.MapType.LRU_HASH, 8, rated, MAX_RATES, true),
                ProgramWriter.HISTOGRAMS,
                histograms,
                ProgramWriter.NO_HISTOGRAM,
                Bpf.createMap("stet_zero", Bpf.MapType.ARRAY, 4, measured, 1, false));
        reader = new RingReader(ring, options.ringBytes);
    }

    /// Attaches probes to one file in one process: at most two links for each shape of probe.
    ///
    /// @param program the name of the program that the process runs
    /// @param file the very file that was analysed
    /// @param path its path for people
    /// @throws SyscallException if the kernel refuses altogether: the process is gone, the file is on a file
    ///     system that cannot be probed
    public Attachment attach(
            ProcessIdentity process, String program, OpenFile file, String path, List<AttachPoint> points)
            throws IOException {
        return attach(process, program, file, path, points, new Attachment.Span(Long.MIN_VALUE));
    }

    /// The same beside another attachment to the file, which it will [Attachment#succeed]: nothing that it sees is
    /// reported until then.
    public Attachment attachSuccessor(
            ProcessIdentity process, String program, OpenFile file, String path, List<AttachPoint> points)
            throws IOException {
        return attach(process, program, file, path, points, new Attachment.Span(Long.MAX_VALUE));
    }

    private Attachment attach(
            ProcessIdentity process,
            String program,
            OpenFile file,
            String path,
            List<AttachPoint> points,
            Attachment.Span span)
            throws IOException {
        int id = nextId.getAndIncrement();
        Made made = new Made(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        Map<Shape, List<AttachPoint>> byShape = new LinkedHashMap<>();
        for (AttachPoint point : points) {
            try {
                byShape.computeIfAbsent(shape(point), _ -> new ArrayList<>()).add(point);
            } catch (TooComplexException e) {
                made.refusals.add(new Plan.Refusal(point.name(), e.getMessage()));
            } catch (VerifierException e) {
                made.refusals.add(new Plan.Refusal(point.name(), rejected(point, e)));
            }
        }
        // Known before the first record can come.
        Attachment[] attachment = {new Attachment(id, process, program, path, points, List.of(), Attachment.Links.NONE, span)
        };
        remember(attachment[0]);
        try {
            for (var entry : byShape.entrySet()) {
                Where where = new Where(id, process.pid(), file, path);
                Optional<Loaded> programs = entry.getKey().programs;
                if (programs.isPresent()) {
                    link(programs.get(), entry.getValue(), where, made);
                } else {
                    perf(entry.getKey(), entry.getValue(), where, made);
                }
            }
        } catch (IOException | RuntimeException e) {
            made.links().close();
            forget(attachment[0]);
            throw e;
        }
        attachment[0] = new Attachment(id, process, program, path, made.attached, made.refusals, made.links(), span);
        remember(attachment[0]);
        return attachment[0];
    }

    /// The kernel does not take a program: which values it was for, what the kernel says, and what to do.
    private static String rejected(AttachPoint point, VerifierException e) {
        String values = Stream.of(point.probe().atEntry(), point.probe().atReturn())
                .flatMap(List::stream)
                .map(Capture::source)
                .collect(Collectors.joining(", "));
        return "the kernel does not accept the program for (" + values + "): " + e.telling()
                + "; take fewer or simpler values, and please report this with the output of --explain-plan";
    }

    private record Where(int id, int pid, OpenFile file, String path) {}

    /// What has come together so far.
    private record Made(
            List<Descriptor> entries, List<Descriptor> exits, List<AttachPoint> attached, List<Plan.Refusal> refusals) {
        Attachment.Links links() {
            return new Attachment.Links(entries, exits);
        }
    }

    /// One link for the exits, then one for the entries: whoever is seen to come in is seen to go out. If an
    /// instruction cannot be probed the kernel refuses the whole link, so the points are halved until it is
    /// found.
    private void link(Loaded programs, List<AttachPoint> points, Where where, Made made) throws IOException {
        Optional<Descriptor> exits = Optional.empty();
        try {
            if (programs.exit.isPresent()) {
                exits = Optional.of(exits(programs.exit.get(), points, where));
            }
            made.entries.add(entries(programs.entry, points, where));
            exits.ifPresent(made.exits::add);
            made.attached.addAll(points);
        } catch (SyscallException e) {
            exits.ifPresent(Descriptor::close);
            if (e.errno() != SyscallException.ENOTSUPP) {
                throw e;
            }
            if (points.size() == 1) {
                made.refusals.add(new Plan.Refusal(points.getFirst().name(), e.getMessage()));
                return;
            }
            int half = points.size() / 2;
            link(programs, points.subList(0, half), where, made);
            link(programs, points.subList(half, points.size()), where, made);
        }
    }

    /// Perf events for every thread that there is now. Exits first, as with links.
    private void perf(Shape shape, List<AttachPoint> points, Where where, Made made) throws IOException {
        List<Integer> threads = threads(where.pid);
        for (AttachPoint point : points) {
            if (made.links().size() + threads.size() * point.size() > MAX_PERF_EVENTS) {
                String why = "this kernel has no uprobe_multi, and without it a process can have at most "
                        + MAX_PERF_EVENTS + " breakpoints times threads";
                made.refusals.add(new Plan.Refusal(point.name(), why));
                continue;
            }
            List<Descriptor> exits = new ArrayList<>();
            try {
                for (Exit exit : point.exits()) {
                    long cookie = cookie(where, point) | flags(point, exit);
                    exits.addAll(perf(shape, cookie, true, exit.fileOffset(), OptionalLong.empty(), threads, where));
                }
                long entry = point.entryOffset();
                long cookie = cookie(where, point);
                made.entries.addAll(perf(shape, cookie, false, entry, point.semaphore(), threads, where));
                made.exits.addAll(exits);
                made.attached.add(point);
            } catch (SyscallException e) {
                exits.forEach(Descriptor::close);
                if (e.errno() != SyscallException.ENOTSUPP) {
                    throw e;
                }
                made.refusals.add(new Plan.Refusal(point.name(), e.getMessage()));
            }
        }
    }

    private List<Descriptor> perf(
            Shape shape,
            long cookie,
            boolean exit,
            long offset,
            OptionalLong semaphore,
            List<Integer> threads,
            Where where)
            throws IOException {
        List<Descriptor> events = new ArrayList<>();
        // The events keep the program; this process need not.
        try (Descriptor program = loadProgram(shape.recording, shape.maps, exit, OptionalLong.of(cookie))) {
            for (int tid : threads) {
                events.add(PerfUprobe.attach(program, tid, where.file.selfPath(), offset, semaphore.orElse(0)));
            }
            return events;
        } catch (TooComplexException e) {
            throw new IOException(e.getMessage(), e);
        } catch (IOException e) {
            events.forEach(Descriptor::close);
            throw e;
        }
    }

    private static List<Integer> threads(int pid) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return tasks.map(task -> Integer.parseInt(task.getFileName().toString()))
                    .toList();
        }
    }

    private Descriptor entries(Descriptor program, List<AttachPoint> points, Where where) throws IOException {
        long[] offsets = new long[points.size()];
        long[] cookies = new long[points.size()];
        long[] semaphores = new long[points.size()];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = points.get(i).entryOffset();
            cookies[i] = cookie(where, points.get(i));
            semaphores[i] = points.get(i).semaphore().orElse(0);
        }
        return UprobeMulti.attach(program, where.pid, where.file.selfPath(), offsets, cookies, semaphores);
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
                cookies[at] = cookie | flags(point, exit);
                at++;
            }
        }
        return UprobeMulti.attach(program, where.pid, where.file.selfPath(), offsets, cookies);
    }

    private long cookie(Where where, AttachPoint point) {
        return (long) where.id << 32 | functions.idOf(point);
    }

    /// What an exit's cookie has beside the entry's.
    private static long flags(AttachPoint point, Exit exit) {
        int borrowed = point.isBorrowed(exit) ? Recording.BORROWED_BIT : 0;
        int flags = switch (exit.kind()) {
            case RETURN -> 0;
            case TAIL_JUMP, INDIRECT_TAIL_JUMP -> Recording.TAIL_BIT;
            case CONDITIONAL_TAIL_JUMP -> Recording.TAIL_BIT | Recording.CONDITIONAL_BIT | condition(exit);
        };
        return Integer.toUnsignedLong(flags | borrowed);
    }

    private static int condition(Exit exit) {
        if (exit.condition().orElseThrow() instanceof Condition.X86Flags(int code)) {
            return code << Recording.CONDITION_SHIFT;
        }
        throw new IllegalArgumentException("the planner lets through flags only");
    }

    private synchronized Shape shape(AttachPoint point) throws IOException, TooComplexException {
        Recording recording = point.recording();
        Shape known = shapes.get(recording);
        if (known == null) {
            if (closed) {
                throw new IOException("Stet is stopping");
            }
            known = load(recording);
            shapes.put(recording, known);
        }
        return known;
    }

    private Shape load(Recording recording) throws IOException, TooComplexException {
        Map<String, Descriptor> maps = new HashMap<>(commonMaps);
        if (recording.follow()) {
            maps.putAll(callMaps(recording.bytes()));
        }
        if (options.mechanism == Mechanism.PERF) {
            return new Shape(recording, maps, Optional.empty());
        }
        Descriptor entry = loadProgram(recording, maps, false, OptionalLong.empty());
        if (!recording.follow()) {
            return new Shape(recording, maps, Optional.of(new Loaded(entry, Optional.empty())));
        }
        try {
            Descriptor exit = loadProgram(recording, maps, true, OptionalLong.empty());
            return new Shape(recording, maps, Optional.of(new Loaded(entry, Optional.of(exit))));
        } catch (IOException | TooComplexException e) {
            entry.close();
            throw e;
        }
    }

    /// Where records of about this size wait.
    private Map<String, Descriptor> callMaps(int bytes) throws IOException {
        int size = bytes <= 4 * SIZE_STEP
                ? (bytes + SIZE_STEP - 1) / SIZE_STEP * SIZE_STEP
                : Integer.highestOneBit(bytes - 1) << 1;
        Map<String, Descriptor> known = callMaps.get(size);
        if (known == null) {
            boolean old = options.mechanism == Mechanism.PERF;
            int calls = old ? MAX_CALLS_PREALLOCATED : MAX_CALLS;
            int key = ProgramWriter.KEY_BYTES;
            known = Map.of(
                    ProgramWriter.CALLS,
                    Bpf.createMap("stet_calls", Bpf.MapType.HASH, key, size, calls, old),
                    ProgramWriter.ZEROS,
                    Bpf.createMap("stet_zeros", Bpf.MapType.ARRAY, 4, size, 1, false));
            callMaps.put(size, known);
        }
        return known;
    }

    private Descriptor loadProgram(Recording recording, Map<String, Descriptor> maps, boolean exit, OptionalLong cookie)
            throws IOException, TooComplexException {
        boolean multi = options.mechanism == Mechanism.MULTI;
        var settings = new ProgramWriter.Settings(multi, cookie, threadPointer(recording));
        Program program = exit ? ProgramWriter.exit(recording, settings) : ProgramWriter.entry(recording, settings);
        byte[] instructions = program.encode(name -> maps.get(name).fd());
        return Bpf.loadProgram(exit ? "stet_exit" : "stet_entry", new Bpf.ProgramKind(multi, multi), instructions);
    }

    private synchronized OptionalInt threadPointer(Recording recording) {
        if (recording.owner() != Recording.Owner.GOROUTINE_IN_THREAD) {
            return OptionalInt.empty();
        }
        if (fsBase == null) {
            fsBase = Btf.fsBase();
        }
        return fsBase;
    }

    private void remember(Attachment attachment) {
        synchronized (attachments) {
            attachments.remove(attachment.id());
            attachments.put(attachment.id(), attachment);
        }
    }

    /// Every attachment that is not closed, and those that are just being made.
    public List<Attachment> live() {
        synchronized (attachments) {
            return attachments.values().stream()
                    .filter(attachment -> !closedIds.contains(attachment.id()))
                    .toList();
        }
    }

    /// Attaches a program that does nothing. When it is closed the kernel takes out every breakpoint at
    /// these places that nothing else wants in this process.
    ///
    /// @param offsets file offsets of instructions
    public Descriptor attachNothing(int pid, OpenFile file, List<Long> offsets) throws IOException {
        boolean multi = options.mechanism == Mechanism.MULTI;
        Program program = new Assembler().exit(0).finish();
        byte[] instructions = program.encode(_ -> -1);
        try (Descriptor loaded = Bpf.loadProgram("stet_nothing", new Bpf.ProgramKind(multi, false), instructions)) {
            if (multi) {
                long[] places = offsets.stream().mapToLong(offset -> offset).toArray();
                return UprobeMulti.attach(loaded, pid, file.selfPath(), places, new long[places.length]);
            }
            // With perf events the kernel itself removes what a child inherited, at its first hit (hazards L3).
            return PerfUprobe.attach(loaded, pid, file.selfPath(), offsets.getFirst());
        }
    }

    /// An attachment is closed. It is still known for a while, for the records that were under way.
    public void forget(Attachment attachment) {
        synchronized (attachments) {
            closedIds.add(attachment.id());
            while (closedIds.size() > REMEMBERED) {
                attachments.remove(closedIds.removeFirst());
            }
        }
        unswept.incrementAndGet();
    }

    /// Removes calls whose end nobody will see any more: those of attachments that are closed. Does nothing
    /// if none was closed since the last time.
    public void sweep() throws IOException {
        if (unswept.getAndSet(0) == 0) {
            return;
        }
        Set<Integer> live = new HashSet<>();
        synchronized (attachments) {
            live.addAll(attachments.keySet());
            closedIds.forEach(live::remove);
        }
        List<Descriptor> calls;
        synchronized (this) {
            calls = callMaps.values().stream()
                    .map(maps -> maps.get(ProgramWriter.CALLS))
                    .toList();
        }
        for (Descriptor map : calls) {
            sweep(map, live);
        }
    }

    private static void sweep(Descriptor map, Set<Integer> live) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(ProgramWriter.KEY_BYTES, 8);
            List<byte[]> dead = new ArrayList<>();
            // A key that goes meanwhile makes the walk begin again: bounded, for what is left is swept the next time.
            boolean more = Bpf.nextKey(map, MemorySegment.NULL, key);
            for (int seen = 0; more && seen < 2 * MAX_CALLS; seen++) {
                if (!live.contains((int) (key.get(ValueLayout.JAVA_LONG, ProgramWriter.KEY_COOKIE) >>> 32))) {
                    dead.add(key.toArray(ValueLayout.JAVA_BYTE));
                }
                more = Bpf.nextKey(map, key, key);
            }
            for (byte[] each : dead) {
                MemorySegment.copy(each, 0, key, ValueLayout.JAVA_BYTE, 0, each.length);
                var _ = Bpf.delete(map, key);
            }
        }
    }

    /// Gives calls that were recorded to the sink, oldest first. Among them may be such as [Call#isStale].
    ///
    /// @param max how many at most
    /// @return how many records there were
    public int drain(int max, Consumer<Call> sink) {
        return reader.drain(max, (data, at, length) -> decode(data, at, length).ifPresent(sink));
    }

    private Optional<Call> decode(MemorySegment data, long at, int length) {
        MemorySegment record = data.asSlice(at, length);
        int cookie = (int) record.get(ValueLayout.JAVA_LONG, Recording.COOKIE);
        CallDecoder decoder = functions.byId(cookie & (Recording.MAX_FUNCTIONS - 1));
        Optional<Marker.Kind> marker =
                Markers.is(decoder.point().probe()) ? Markers.kind(decoder.point()) : Optional.empty();
        if (marker.isPresent()) {
            unfinished.marked(record, marker.get());
            return Optional.empty();
        }
        if ((cookie & Recording.ABANDONED_BIT) != 0) {
            return unfinished.replaced(record).flatMap(end -> decode(record, end));
        }
        unfinished.returned(record);
        return attachmentOf(record).map(attachment -> decoder.decode(attachment, record, types(attachment)));
    }

    private Optional<Call> decode(MemorySegment record, Call.End end) {
        int id = (int) record.get(ValueLayout.JAVA_LONG, Recording.COOKIE) & (Recording.MAX_FUNCTIONS - 1);
        CallDecoder decoder = functions.byId(id);
        return decoder.point().recording().histogram().isPresent()
                ? Optional.empty()
                : attachmentOf(record)
                        .map(attachment ->
                                decoder.decode(attachment, record, types(attachment), honest(decoder.point(), end)));
    }

    /// Of a function not all of whose exits are seen, a call that is there no more may have returned.
    private static Call.End honest(AttachPoint point, Call.End end) {
        boolean unknown = end instanceof Call.End.Unwound(long _, var cause) && cause == Call.Cause.UNKNOWN;
        return unknown && point.missed().isPresent() ? new Call.End.NotFollowed() : end;
    }

    /// Empty if it was closed thousands of attachments ago.
    private Optional<Attachment> attachmentOf(MemorySegment record) {
        long cookie = record.get(ValueLayout.JAVA_LONG, Recording.COOKIE);
        synchronized (attachments) {
            return Optional.ofNullable(attachments.get((int) (cookie >>> 32)));
        }
    }

    private GoTypes types(Attachment attachment) {
        return address -> options.types.at(attachment, address);
    }

    /// Finds calls that were left without a return, takes them out of the kernel's tables, and gives them to the
    /// sink. For the thread that drains.
    public void findLeft(Consumer<Call> sink) throws IOException {
        Map<Counter, Long> counts = counts();
        long lost = Tally.of(counts, 0).lost() + counts.get(Counter.MARKED_LOST);
        if (lost > lostBefore) {
            unfinished.lost();
            lostBefore = lost;
        }
        List<UnfinishedCalls.Calls> maps = new ArrayList<>();
        synchronized (this) {
            callMaps.forEach((size, each) -> maps.add(new UnfinishedCalls.Calls(each.get(ProgramWriter.CALLS), size)));
        }
        UnfinishedCalls.Sweep found = unfinished.sweep(maps, this::decode);
        swept.addAndGet(found.removed());
        found.left().forEach(sink);
    }

    /// Waits until there may be calls, for so long at most, or until [#wake].
    public void await(long millis) throws IOException {
        reader.await(millis);
    }

    /// Ends the wait of [#await], now and for ever.
    public void wake() {
        reader.wake();
    }

    /// What the programs have counted so far.
    public Totals totals() throws IOException {
        return Tally.of(counts(), swept.get());
    }

    private Map<Counter, Long> counts() throws IOException {
        Map<Counter, Long> counts = new EnumMap<>(Counter.class);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(4, 4);
            MemorySegment values = arena.allocate(PerCpu.bytes(8), 8);
            for (Counter counter : Counter.values()) {
                key.set(ValueLayout.JAVA_INT, 0, counter.index());
                boolean found = Bpf.lookupPerCpu(counters, key, 8, values);
                counts.put(
                        counter,
                        found
                                ? values.elements(ValueLayout.JAVA_LONG)
                                        .mapToLong(each -> each.get(ValueLayout.JAVA_LONG, 0))
                                        .sum()
                                : 0);
            }
        }
        return counts;
    }

    /// The histograms that were counted so far, of one process and function each.
    public List<Histogram> histograms() throws IOException {
        List<Histogram> all = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(8, 8);
            MemorySegment values = arena.allocate(PerCpu.bytes(HistogramWriter.VALUE_BYTES), 8);
            boolean more = Bpf.nextKey(histograms, MemorySegment.NULL, key);
            for (int seen = 0; more && seen < MAX_HISTOGRAMS; seen++) {
                long cookie = key.get(ValueLayout.JAVA_LONG, 0);
                Attachment attachment;
                synchronized (attachments) {
                    attachment = attachments.get((int) (cookie >>> 32));
                }
                boolean found = Bpf.lookupPerCpu(histograms, key, HistogramWriter.VALUE_BYTES, values);
                if (attachment != null && found) {
                    AttachPoint point = functions.byId((int) cookie).point();
                    all.add(Histograms.sum(point, attachment, values));
                }
                more = Bpf.nextKey(histograms, key, key);
            }
        }
        return all;
    }

    /// Closes programs and maps. Attachments must have been closed, and the draining thread have ended.
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (Shape shape : shapes.values()) {
            shape.programs.ifPresent(programs -> {
                programs.entry.close();
                programs.exit.ifPresent(Descriptor::close);
            });
        }
        callMaps.values().forEach(maps -> maps.values().forEach(Descriptor::close));
        reader.close();
        commonMaps.values().forEach(Descriptor::close);
    }
}
