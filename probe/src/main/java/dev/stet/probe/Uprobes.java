package dev.stet.probe;

import dev.stet.binary.Type;
import dev.stet.facts.ProcessIdentity;
import dev.stet.kernel.Descriptor;
import dev.stet.kernel.OpenFile;
import dev.stet.kernel.OpenFiles;
import dev.stet.kernel.RingReader;
import dev.stet.kernel.SyscallException;
import dev.stet.probe.compile.Counter;
import dev.stet.probe.compile.Recording;
import dev.stet.probe.unwind.Marker;
import dev.stet.probe.unwind.Target;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Attaches probes and reads what they saw. Attaching is safe from any number of threads; one thread
/// drains.
public final class Uprobes implements AutoCloseable {
    /// Recordings whose programs are kept for the next process that needs them: two descriptors each.
    private static final int MAX_KEPT_PROGRAMS = 512;

    private final Options options;
    private final boolean multi;
    private final Maps maps;
    private final RingReader reader;
    private final Programs programs;
    private final LinkBudget budget;
    private final Attachments attachments = new Attachments();
    private final Histograms histograms;
    private final Hits hits;
    private final UnfinishedCalls unfinished;
    private final AtomicLong swept = new AtomicLong();
    private final AtomicLong late = new AtomicLong();
    private final AtomicInteger unswept = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private long lostBefore;

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
        /// The type whose description is at this address of the attachment's process; empty if it is
        /// none.
        Optional<Type> at(Attachment attachment, long address);
    }

    /// Of the files that this process may have open, half are for links.
    public Uprobes(Options options) throws IOException {
        this(options, OpenFiles.limit() / 2);
    }

    /// @param maxLinks at once
    Uprobes(Options options, int maxLinks) throws IOException {
        this.options = options;
        budget = new LinkBudget(maxLinks);
        multi = options.mechanism == Mechanism.MULTI;
        unfinished = new UnfinishedCalls(options.target, System::nanoTime);
        maps = new Maps(!multi, options.ringBytes);
        programs = new Programs(maps, multi, MAX_KEPT_PROGRAMS);
        histograms = new Histograms(maps.histograms());
        hits = new Hits(maps.hits());
        try {
            reader = new RingReader(maps.ring(), options.ringBytes, Recording.MAX_BYTES);
        } catch (IOException | RuntimeException e) {
            maps.close();
            throw e;
        }
    }

    /// Attaches probes to one file in one process: at most two links for each shape of probe.
    ///
    /// @param program the name of the program that the process runs
    /// @param file the very file that was analysed
    /// @param path its path for people
    /// @throws SyscallException if the kernel refuses altogether: the process is gone, the file is on a
    ///     file system that cannot be probed
    public Attachment attach(
            ProcessIdentity process, String program, OpenFile file, String path, List<AttachPoint> points)
            throws IOException {
        return attach(process, program, file, path, points, new Attachment.Span(Long.MIN_VALUE));
    }

    /// The same beside another attachment to the file, which it will [Attachment#succeed]: nothing that
    /// it sees is reported until then.
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
        if (points.size() > Recording.MAX_POINTS) {
            throw new IOException(points.size() + " functions of one file are more than " + Recording.MAX_POINTS);
        }
        // Known before the first record can come.
        Attachment attachment = attachments.add(process, program, path, points, span);
        boolean made = false;
        try {
            attachment.made(new Linker(programs, budget, attachment, file).link(multi));
            made = attachment.links().size() > 0;
            return attachment;
        } finally {
            if (!made) {
                forget(attachment); // nobody has to close it
            }
        }
    }

    /// Every attachment that is not closed, and those that are just being made.
    public List<Attachment> live() {
        return attachments.live();
    }

    /// Attaches a program that does nothing. When it is closed the kernel takes out every breakpoint at
    /// these places that nothing else wants in this process.
    ///
    /// @param offsets file offsets of instructions
    public Descriptor attachNothing(int pid, OpenFile file, List<Long> offsets) throws IOException {
        return Linker.linkNothing(multi, pid, file, offsets);
    }

    /// The same for who attaches nothing else.
    ///
    /// @param offsets file offsets of instructions; with [Mechanism#PERF] one
    public static Descriptor attachNothing(Mechanism mechanism, int pid, OpenFile file, List<Long> offsets)
            throws IOException {
        return Linker.linkNothing(mechanism == Mechanism.MULTI, pid, file, offsets);
    }

    /// An attachment is closed. It is still known for a while, for the records that were under way.
    public void forget(Attachment attachment) {
        if (attachments.close(attachment)) {
            budget.give(attachment.links().size());
            histograms.closed(attachment);
            unswept.incrementAndGet();
        }
    }

    /// Removes calls whose end nobody will see any more: those of attachments that are closed. Does
    /// nothing if none was closed since the last time.
    public void sweep() throws IOException {
        if (unswept.getAndSet(0) > 0) {
            UnfinishedCalls.forget(maps.calls(), cookie -> !attachments.isLive(cookie));
        }
    }

    /// Gives calls that were recorded to the sink, oldest first. Among them may be such as
    /// [Call#isStale].
    ///
    /// @param max how many at most
    /// @return how many records there were
    public int drain(int max, Consumer<Call> sink) {
        return reader.drain(max, (data, at, length) -> decode(data, at, length).ifPresent(sink));
    }

    private Optional<Call> decode(MemorySegment data, long at, int length) {
        MemorySegment record = data.asSlice(at, length);
        long cookie = record.get(ValueLayout.JAVA_LONG, Recording.COOKIE);
        Optional<Attachment> attachment = attachments.of(cookie);
        if (attachment.isEmpty()) {
            late.incrementAndGet();
            return Optional.empty();
        }
        AttachPoint point = attachment.get().planned().get(Recording.point(cookie));
        Optional<Marker.Kind> marker = Markers.is(point.probe()) ? Markers.kind(point) : Optional.empty();
        if (marker.isPresent()) {
            unfinished.marked(record, marker.get());
            return Optional.empty();
        }
        if ((cookie & Recording.ABANDONED_BIT) != 0) {
            return unfinished.replaced(record).flatMap(end -> decode(record, end));
        }
        unfinished.returned(record);
        attachment.get().count(Recording.point(cookie));
        return Optional.of(point.decoder().decode(record, context(attachment.get())));
    }

    private Optional<Call> decode(MemorySegment record, Call.End end) {
        long cookie = record.get(ValueLayout.JAVA_LONG, Recording.COOKIE);
        return attachments.of(cookie).flatMap(attachment -> {
            AttachPoint point = attachment.planned().get(Recording.point(cookie));
            return point.recording().histogram().isPresent()
                    ? Optional.empty()
                    : Optional.of(point.decoder().decode(record, context(attachment), honest(point, end)));
        });
    }

    /// Of a function not all of whose exits are seen, a call that is there no more may have returned.
    private static Call.End honest(AttachPoint point, Call.End end) {
        boolean unknown = end instanceof Call.End.Unwound(long _, var cause) && cause == Call.Cause.UNKNOWN;
        return unknown && point.missed().isPresent() ? new Call.End.NotFollowed() : end;
    }

    private CallDecoder.Context context(Attachment attachment) {
        return new CallDecoder.Context(attachment, address -> options.types.at(attachment, address), options.redaction);
    }

    /// Finds calls that were left without a return, takes them out of the kernel's tables, and gives
    /// them to the sink. For the thread that drains.
    public void findLeft(Consumer<Call> sink) throws IOException {
        histograms.take();
        Map<Counter, Long> counts = maps.counts();
        long lost = Tally.of(counts, new Tally.Here(0, 0, 0)).lost() + counts.get(Counter.MARKED_LOST);
        if (lost > lostBefore) {
            unfinished.lost();
            lostBefore = lost;
        }
        UnfinishedCalls.Sweep found = unfinished.sweep(maps.calls(), this::decode);
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
        return Tally.of(maps.counts(), new Tally.Here(swept.get(), late.get(), histograms.forgotten()));
    }

    /// What was hit since the last time this was asked for.
    public List<Hit> hits() throws IOException {
        return hits.take(cookie -> attachments.isLive(cookie) ? attachments.of(cookie) : Optional.empty());
    }

    /// The histograms that were counted so far, of one process and function each: of those that there
    /// are, and of the last thousands of others.
    public List<Histogram> histograms() throws IOException {
        return histograms.all(attachments::of);
    }

    /// Closes programs and maps. Attachments must have been closed, and the draining thread have ended.
    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            programs.close();
            reader.close();
            maps.close();
        }
    }
}
