package dev.stet.probe;

import dev.stet.kernel.Bpf;
import dev.stet.kernel.Descriptor;
import dev.stet.kernel.PerCpu;
import dev.stet.probe.compile.HistogramWriter;
import dev.stet.probe.compile.Recording;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// What the kernel counted. Its map has room for so many places of processes at once; those of attachments that are
/// closed are taken out of it, and the last of them are kept here.
final class Histograms {
    /// Histograms of closed attachments that are kept, a kilobyte each: as many as the kernel has of one run that
    /// ends all at once.
    private static final int MAX_ENDED = Maps.MAX_HISTOGRAMS;

    private final Descriptor map;
    private final Deque<Histogram> ended = new ArrayDeque<>();
    private final Deque<Attachment> closed = new ArrayDeque<>();
    private long forgotten;

    /// @param map which the programs count in
    Histograms(Descriptor map) {
        this.map = map;
    }

    /// An attachment is closed: no program will count for it any more.
    synchronized void closed(Attachment attachment) {
        boolean counts = attachment.planned().stream()
                .anyMatch(point -> point.recording().histogram().isPresent());
        if (counts) {
            closed.add(attachment);
        }
    }

    /// Takes what closed attachments counted out of the map, which has room for others then.
    synchronized void take() throws IOException {
        while (!closed.isEmpty()) {
            take(closed.peek());
            closed.remove();
        }
    }

    private void take(Attachment attachment) throws IOException {
        Attachment bare = attachment.bare();
        try (Arena arena = Arena.ofConfined()) {
            Cursor at = new Cursor(arena);
            for (int i = 0; i < attachment.planned().size(); i++) {
                AttachPoint point = attachment.planned().get(i);
                if (point.recording().histogram().isPresent()) {
                    at.key.set(ValueLayout.JAVA_LONG, 0, Recording.cookie(attachment.id(), i));
                    if (at.read(map)) {
                        ended.add(sum(point, bare, at.values));
                        var ignored = Bpf.delete(map, at.key);
                    }
                }
            }
        }
        while (ended.size() > MAX_ENDED) {
            forgotten += ended.remove().values().count();
        }
    }

    /// How many values were counted and are known no more, for thousands of others ended later.
    synchronized long forgotten() {
        return forgotten;
    }

    /// Of closed attachments, the oldest first, and of those that there are.
    ///
    /// @param attachments by cookies
    synchronized List<Histogram> all(LongFunction<Optional<Attachment>> attachments) throws IOException {
        take();
        List<Histogram> all = new ArrayList<>(ended);
        try (Arena arena = Arena.ofConfined()) {
            Cursor at = new Cursor(arena);
            boolean more = Bpf.nextKey(map, MemorySegment.NULL, at.key);
            for (int seen = 0; more && seen < Maps.MAX_HISTOGRAMS; seen++) {
                long cookie = at.key.get(ValueLayout.JAVA_LONG, 0);
                Optional<Attachment> attachment = attachments.apply(cookie);
                if (attachment.isPresent() && at.read(map)) {
                    AttachPoint point = attachment.get().planned().get(Recording.point(cookie));
                    all.add(sum(point, attachment.get(), at.values));
                }
                more = Bpf.nextKey(map, at.key, at.key);
            }
        }
        return all;
    }

    /// A place in the map.
    private record Cursor(MemorySegment key, MemorySegment values) {
        Cursor(Arena arena) throws IOException {
            this(arena.allocate(8, 8), arena.allocate(PerCpu.bytes(HistogramWriter.VALUE_BYTES), 8));
        }

        boolean read(Descriptor map) throws IOException {
            return Bpf.lookupPerCpu(map, key, HistogramWriter.VALUE_BYTES, values);
        }
    }

    /// Adds up what each processor counted.
    private static Histogram sum(AttachPoint point, Attachment attachment, MemorySegment processors) {
        List<Long> buckets = new ArrayList<>();
        for (int bucket = 0; bucket < HistogramWriter.BUCKET_COUNT; bucket++) {
            buckets.add(sum(processors, HistogramWriter.BUCKETS + 8 * bucket));
        }
        long greatest = each(processors, HistogramWriter.GREATEST).max().orElse(0);
        return new Histogram(
                point,
                attachment,
                what(point.probe()),
                sum(processors, HistogramWriter.COUNT),
                sum(processors, HistogramWriter.SUM),
                greatest,
                buckets);
    }

    private static long sum(MemorySegment processors, int at) {
        return each(processors, at).sum();
    }

    private static LongStream each(MemorySegment processors, int at) {
        return processors
                .elements(MemoryLayout.sequenceLayout(HistogramWriter.VALUE_BYTES / 8, ValueLayout.JAVA_LONG))
                .mapToLong(each -> each.get(ValueLayout.JAVA_LONG, at));
    }

    /// What was measured: `latency`, or a capture's name.
    private static String what(Probe probe) {
        return Stream.concat(probe.atReturn().stream(), probe.atEntry().stream())
                .filter(capture -> !capture.guessed())
                .findFirst()
                .map(Capture::name)
                .orElse("latency");
    }
}
