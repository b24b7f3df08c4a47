package dev.stet.probe;

import dev.stet.facts.ProcessIdentity;
import dev.stet.kernel.Descriptor;
import java.util.ArrayList;
import java.util.List;

/// Probes on one file in one process. The links are the only truth: when they are closed, the breakpoints
/// are gone.
public final class Attachment {
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
    private volatile long staleFromNanos = Long.MAX_VALUE;

    /// One that is just being made.
    ///
    /// @param planned what is to be attached; cookies count them
    Attachment(int id, ProcessIdentity process, String program, String path, List<AttachPoint> planned) {
        this.id = id;
        this.process = process;
        this.program = program;
        this.path = path;
        this.planned = List.copyOf(planned);
        this.made = new Made(this.planned, List.of(), Links.NONE);
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
        return new Attachment(id, process, program, path, List.of());
    }

    int id() {
        return id;
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
        staleFromNanos = Math.min(staleFromNanos, nanos);
    }

    boolean isStaleAt(long nanos) {
        return nanos >= staleFromNanos;
    }
}
