package dev.stet.probe;

import dev.stet.kernel.Bpf;
import dev.stet.kernel.Descriptor;
import dev.stet.kernel.PerCpu;
import dev.stet.probe.compile.Recording;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;

/// How often breakpoints were hit, as the kernel counts: calls that a filter or a sample leaves out count, too, and
/// every exit that is passed.
final class Hits {
    /// Elements of one step of the walk.
    private static final int ROOM = 1024;

    private final Descriptor map;
    private Map<Long, Long> before = new HashMap<>();

    /// @param map which the programs count in
    Hits(Descriptor map) {
        this.map = map;
    }

    /// What was hit since the last time this was asked for. Counters of attachments that are gone are taken out.
    ///
    /// @param live those that are not closed, by cookies
    synchronized List<Hit> take(LongFunction<Optional<Attachment>> live) throws IOException {
        List<Hit> hits = new ArrayList<>();
        Map<Long, Long> now = new HashMap<>();
        List<Long> gone = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            int cpus = PerCpu.possible();
            Bpf.Walk walk = new Bpf.Walk(arena, map, 8, 8L * cpus, ROOM);
            while (!walk.isDone() && now.size() + gone.size() <= Maps.MAX_HITS) {
                int found = walk.step();
                for (int i = 0; i < found; i++) {
                    long cookie = walk.keys.getAtIndex(ValueLayout.JAVA_LONG, i);
                    Optional<Attachment> attachment = live.apply(cookie);
                    if (attachment.isEmpty()) {
                        gone.add(cookie);
                        continue;
                    }
                    long count = sum(walk.values, (long) i * cpus, cpus);
                    now.put(cookie, count);
                    add(hits, attachment.get(), cookie, count - before.getOrDefault(cookie, 0L));
                }
            }
            delete(gone, arena.allocate(8, 8));
        }
        before = now;
        return hits;
    }

    private static long sum(MemorySegment values, long from, int cpus) {
        long sum = 0;
        for (int cpu = 0; cpu < cpus; cpu++) {
            sum += values.getAtIndex(ValueLayout.JAVA_LONG, from + cpu);
        }
        return sum;
    }

    private static void add(List<Hit> hits, Attachment attachment, long cookie, long count) {
        int point = Recording.point(cookie);
        if (count > 0 && point < attachment.planned().size()) {
            hits.add(new Hit(attachment, attachment.planned().get(point).name(), count));
        }
    }

    private void delete(List<Long> cookies, MemorySegment key) throws IOException {
        for (long cookie : cookies) {
            key.set(ValueLayout.JAVA_LONG, 0, cookie);
            var ignored = Bpf.delete(map, key);
        }
    }
}
