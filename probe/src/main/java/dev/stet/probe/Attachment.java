package dev.stet.probe;

import dev.stet.facts.ProcessIdentity;
import dev.stet.kernel.Descriptor;
import java.util.ArrayList;
import java.util.List;

/// Probes on one file in one process. The links are the only truth: when they are closed, the breakpoints
/// are gone.
public final class Attachment {
    /// Time to tell both of the moment before it comes.
    private static final long HANDOVER_NANOS = 2_000_000;

    /// What holds the breakpoints. Entries are to be closed first and exits a little later: a call that is
    /// seen to begin is then seen to end, too.
    public record Links(List<Descriptor> entries, List<Descriptor> exits) {
        static final Links NONE = new Links(List.of(), List.of());

        public Links {
            entries = List.copyOf(entries);
            exits = List.copyOf(exits);
        }

        /// How many.
        public int size() {
            return entries.size() + exits.size();
        }

        void close() {
            entries.forEach(Descriptor::close);
            exits.forEach(Descriptor::close);
        }
    }

    /// What came of attaching.
    ///
    /// @param points those that are attached
    record Made(List<AttachPoint> points, List<Plan.Refusal> refusals, Links links) {
        Made {
            points = List.copyOf(points);
            refusals = List.copyOf(refusals);
        }
    }

    private final int id;
    private final ProcessIdentity process;
    private final String program;
    private final String path;
    private final List<AttachPoint> planned;
    private volatile Made made;
    private final Span span;
    /// How often each was seen to be called; written by one thread.
    private final long[] counts;

    /// The time in which calls that an attachment sees are reported as its own.
    static final class Span {
        private volatile long from;
        private volatile long until = Long.MAX_VALUE;
        private volatile long staleFrom = Long.MAX_VALUE;

        /// @param from CLOCK_MONOTONIC
        Span(long from) {
            this.from = from;
        }
    }

    /// One that is just being made.
    ///
    /// @param planned what is to be attached; cookies count them
    Attachment(int id, ProcessIdentity process, String program, String path, List<AttachPoint> planned, Span span) {
        this.id = id;
        this.process = process;
        this.program = program;
        this.path = path;
        this.planned = List.copyOf(planned);
        this.made = new Made(this.planned, List.of(), Links.NONE);
        this.span = span;
        counts = new long[planned.size()];
    }

    /// It is attached, as far as that was possible.
    void made(Made result) {
        made = result;
    }

    /// What was to be attached, by what cookies count.
    List<AttachPoint> planned() {
        return planned;
    }

    /// The same process and file, without points: for what is kept for long.
    Attachment bare() {
        return new Attachment(id, process, program, path, List.of(), span);
    }

    int id() {
        return id;
    }

    /// A call of a point was seen.
    void count(int point) {
        counts[point]++;
    }

    /// How often a function was seen to be called.
    public record Calls(String function, long count) {}

    /// The functions that were seen to be called. Rough, while it is being counted.
    public List<Calls> calls() {
        List<Calls> calls = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                calls.add(new Calls(planned.get(i).name(), counts[i]));
            }
        }
        return calls;
    }

    /// In which process.
    public ProcessIdentity process() {
        return process;
    }

    /// The name of the program that the process ran when it was attached.
    public String program() {
        return program;
    }

    /// The file's path as the target sees it.
    public String path() {
        return path;
    }

    /// The functions that are probed; while it is just being made, those that are to be.
    public List<AttachPoint> points() {
        return made.points;
    }

    /// Functions that the kernel would not have probed.
    public List<Plan.Refusal> refusals() {
        return made.refusals;
    }

    /// The instructions that are probed, as file offsets.
    public List<Long> offsets() {
        List<Long> offsets = new ArrayList<>();
        for (AttachPoint point : points()) {
            offsets.add(point.entryOffset());
            point.exits().forEach(exit -> offsets.add(exit.fileOffset()));
        }
        return offsets;
    }

    /// How many instructions are probed.
    public int breakpoints() {
        return points().stream().mapToInt(AttachPoint::size).sum();
    }

    /// Its links, to be closed by whoever has the threads for it.
    public Links links() {
        return made.links;
    }

    /// From this moment on (CLOCK_MONOTONIC) what it reports is not the process it was attached to: it has
    /// run exec.
    public void staleFrom(long nanos) {
        span.staleFrom = Math.min(span.staleFrom, nanos);
    }

    boolean isStaleAt(long nanos) {
        return nanos >= span.staleFrom;
    }

    /// Takes the place of another attachment to the same file, when both are attached: each call is reported by one
    /// of them, by when it begins. To be used of one that was attached as a successor.
    ///
    /// @return from when on calls are this one's (CLOCK_MONOTONIC), a moment from now: until then the
    ///     other is not to be closed
    public long succeed(Attachment other) {
        long handover = System.nanoTime() + HANDOVER_NANOS;
        other.span.until = handover;
        span.from = handover;
        return handover;
    }

    /// Is a call that begins then some other attachment's to report?
    boolean isOthersAt(long nanos) {
        return nanos < span.from || nanos >= span.until;
    }
}
