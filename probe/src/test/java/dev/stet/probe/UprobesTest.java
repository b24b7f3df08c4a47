package dev.stet.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.stet.binary.ByteSource;
import dev.stet.binary.Executable;
import dev.stet.facts.ProcessIdentity;
import dev.stet.kernel.Descriptor;
import dev.stet.kernel.OpenFile;
import dev.stet.probe.compile.NeedsBpf;
import dev.stet.probe.unwind.Target;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Against the running kernel, in a program of the test's own.
class UprobesTest {
    private static final String SOURCE = """
            #include <unistd.h>
            #define WORK(n) __attribute__((noinline)) int work##n(int x) { __asm__ volatile("" ::: "memory"); return x + n; }
            WORK(0) WORK(1) WORK(2) WORK(3)
            __attribute__((noinline, naked)) void locked(void) {
                __asm__ volatile("lock orl $0, -4(%rsp)\\n ret");
            }
            int main(void) {
                for (int i = 0;; i++) {
                    work0(i); work1(i); locked(); work2(i); work3(i);
                    usleep(1000);
                }
            }
            """;

    private static final int MAX_LINKS = 2000;

    @TempDir
    Path directory;

    private Process process;
    private Uprobes uprobes;
    private OpenFile file;
    private Executable executable;

    @BeforeEach
    void start() throws Exception {
        NeedsBpf.check();
        Path source = Files.writeString(directory.resolve("a.c"), SOURCE);
        Path program = directory.resolve("a");
        Process compiler = new ProcessBuilder("gcc", "-O1", "-o", program.toString(), source.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(compiler.waitFor()).as(said).isZero();
        process = new ProcessBuilder(program.toString()).start();
        executable = Executable.parse(ByteSource.of(Files.readAllBytes(program)));
        file = OpenFile.open(program.toString(), _ -> {});
        uprobes = new Uprobes(options(Uprobes.Mechanism.MULTI), MAX_LINKS);
    }

    private static Uprobes.Options options(Uprobes.Mechanism mechanism) {
        return new Uprobes.Options(mechanism, 1 << 20, Redaction.DEFAULT, (_, _) -> Optional.empty(), new Living());
    }

    @AfterEach
    void stop() {
        if (process != null) {
            process.destroyForcibly();
        }
        if (uprobes != null) {
            uprobes.live().forEach(UprobesTest::detach);
            uprobes.close();
            file.close();
        }
    }

    /// Every thread lives.
    private static final class Living implements Target {
        @Override
        public boolean threadLives(int pid, int tid) {
            return true;
        }

        @Override
        public Slot slot(int pid, long address) {
            return new Slot.Unknown();
        }
    }

    /// @param perSecond two that differ in it have programs of their own
    private static Probe probe(String function, Probe.Measure measure, int perSecond) {
        return new Probe(
                "test",
                "",
                new Probe.Site.Functions(function),
                List.of(),
                List.of(),
                Optional.empty(),
                measure,
                new Probe.Limits(1, perSecond, 128, 2, 0));
    }

    private List<AttachPoint> points(Probe... probes) throws IOException {
        return Plan.of(executable, List.of(probes), Plan.Permission.ALL).points();
    }

    private Attachment attach(List<AttachPoint> points) throws IOException {
        var identity = new ProcessIdentity((int) process.pid(), 1);
        return uprobes.attach(identity, "a", file, "/a", points);
    }

    private static void detach(Attachment attachment) {
        attachment.links().entries().forEach(Descriptor::close);
        attachment.links().exits().forEach(Descriptor::close);
    }

    private void close(Attachment attachment) {
        detach(attachment);
        uprobes.forget(attachment);
    }

    private List<Call> calls(int wanted) throws IOException {
        List<Call> calls = new ArrayList<>();
        long end = System.nanoTime() + 10_000_000_000L;
        while (calls.size() < wanted && System.nanoTime() < end) {
            uprobes.await(100);
            var ignored = uprobes.drain(1000, calls::add);
        }
        return calls;
    }

    /// Entries and exits are counted, and those of a call that a rate limit leaves out, until the attachment is closed.
    @Test
    void everyHitIsCountedOnce() throws Exception {
        Attachment attachment =
                attach(points(probe("work0", Probe.Measure.LATENCY, 1), probe("work1", Probe.Measure.CALLS, 0)));
        assertThat(uprobes.hits()).allMatch(hit -> hit.count() > 0); // one of them was attached first
        long work0 = 0;
        long work1 = 0;
        for (int i = 0; i < 10; i++) {
            Thread.sleep(50);
            for (Hit hit : uprobes.hits()) {
                assertThat(hit.attachment()).isSameAs(attachment);
                work0 += hit.function().equals("work0") ? hit.count() : 0;
                work1 += hit.function().equals("work1") ? hit.count() : 0;
            }
        }
        assertThat(work1).isGreaterThan(20);
        assertThat(work0).isBetween(2 * work1 - 6, 2 * work1 + 6);
        detach(attachment);
        uprobes.forget(attachment);
        assertThat(uprobes.hits()).isEmpty();
        assertThat(uprobes.hits()).isEmpty();
    }

    @Test
    void everyCallIsOfItsOwnPoint() throws IOException {
        List<AttachPoint> points = points(
                probe("work3", Probe.Measure.LATENCY, 0),
                probe("work1", Probe.Measure.CALLS, 0),
                probe("work2", Probe.Measure.LATENCY, 100_000),
                probe("work0", Probe.Measure.LATENCY, 0));
        Attachment attachment = attach(points);
        assertThat(attachment.points()).isEqualTo(points);
        List<Call> calls = calls(40);
        Set<String> seen = new HashSet<>();
        for (Call call : calls) {
            assertThat(points).contains(call.point());
            assertThat(call.end() instanceof Call.End.Returned)
                    .as(call.point().name())
                    .isEqualTo(!call.point().name().equals("work1"));
            seen.add(call.point().name());
        }
        assertThat(seen).containsExactlyInAnyOrder("work0", "work1", "work2", "work3");
        close(attachment);
    }

    /// What was under way when it was closed is told all the same; what nobody knows any more is counted.
    @Test
    void recordsAreReadAfterTheEndAndCountedWhenNobodyKnowsThemAnyMore() throws Exception {
        List<AttachPoint> points = points(probe("work2", Probe.Measure.LATENCY, 0));
        Attachment first = attach(points);
        Thread.sleep(100);
        close(first);
        assertThat(calls(1)).allMatch(call -> call.attachment() == first).isNotEmpty();
        Attachment second = attach(points);
        Thread.sleep(100);
        close(second);
        for (int i = 0; i < 5000; i++) {
            var ignored = attach(List.of()); // nothing is attached, so it is closed at once
        }
        assertThat(uprobes.totals().lost()).isZero();
        List<Call> late = new ArrayList<>();
        int records = uprobes.drain(100_000, late::add);
        assertThat(records).isPositive();
        assertThat(late).isEmpty();
        assertThat(uprobes.totals().lost()).isEqualTo(records);
    }

    @Test
    void histogramsOfThoseThatEndedAreTakenOutOfTheKernel() throws Exception {
        List<AttachPoint> points = points(
                probe("work1", Probe.Measure.LATENCY, 0),
                probe("work2", Probe.Measure.HISTOGRAM, 0),
                probe("work3", Probe.Measure.HISTOGRAM, 0));
        for (int i = 0; i < 5; i++) {
            Attachment attachment = attach(points);
            Thread.sleep(50);
            close(attachment);
        }
        Attachment last = attach(points);
        Thread.sleep(50);
        uprobes.findLeft(_ -> {});
        assertThat(uprobes.histograms()).hasSize(12);
        assertThat(uprobes.histograms().stream()
                        .filter(each -> each.attachment() == last)
                        .map(each -> each.point().name()))
                .containsExactlyInAnyOrder("work2", "work3");
        close(last);
        List<Histogram> all = uprobes.histograms();
        assertThat(all).hasSize(12);
        long counted = all.stream().mapToLong(each -> each.values().count()).sum();
        assertThat(counted).isEqualTo(uprobes.totals().counted()).isPositive();
        assertThat(uprobes.totals().uncounted()).isZero();
        for (int i = 0; i < 5000; i++) {
            var ignored = attach(List.of()); // nothing is attached, so it is closed at once
        }
        assertThat(uprobes.histograms()).hasSize(12);
    }

    /// Who attaches and detaches the same and others at the same time, and what that leaves open.
    @Test
    void manyAttachAndDetachAtTheSameTime() throws Exception {
        long links = OpenDescriptors.ofLinks();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                int own = thread;
                all.add(threads.submit(() -> {
                    int attached = 0;
                    for (int i = 0; i < 30; i++) {
                        Attachment attachment = attach(points(
                                probe("work0", Probe.Measure.LATENCY, 0),
                                probe("work1", Probe.Measure.LATENCY, 1 + 30 * own + i),
                                probe("work2", Probe.Measure.CALLS, 1 + i)));
                        attached += attachment.points().size();
                        close(attachment);
                    }
                    return attached;
                }));
            }
            while (!all.stream().allMatch(Future::isDone)) {
                uprobes.await(20);
                var ignored = uprobes.drain(
                        1000, call -> assertThat(call.point().name()).startsWith("work"));
            }
            for (Future<Integer> each : all) {
                assertThat(each.get()).isEqualTo(90);
            }
        }
        assertThat(OpenDescriptors.ofLinks()).isEqualTo(links);
        assertThat(uprobes.live()).isEmpty();
        uprobes.close();
        assertThat(OpenDescriptors.ofPrograms()).isZero();
    }

    /// More recordings than are kept, each of a process that has it alone. The kernel takes long to let go of one.
    @Test
    void manyRecordingsLeaveOpenOnlyWhatIsKept() throws Exception {
        List<Probe> probes = new ArrayList<>();
        for (int i = 1; i <= 700; i++) {
            probes.add(probe("work0", Probe.Measure.CALLS, i));
        }
        List<AttachPoint> points = points(probes.toArray(Probe[]::new));
        inParallel(points, point -> close(attach(List.of(point))));
        assertThat(OpenDescriptors.ofPrograms()).isEqualTo(512);
        assertThat(OpenDescriptors.ofLinks()).isZero();
    }

    private interface Work<T> {
        void on(T each) throws IOException;
    }

    private static <T> void inParallel(List<T> all, Work<T> work) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(64)) {
            List<Future<?>> results = new ArrayList<>();
            for (T each : all) {
                results.add(threads.submit(() -> {
                    work.on(each);
                    return null;
                }));
            }
            for (Future<?> each : results) {
                each.get();
            }
        }
    }

    @Test
    void moreRecordingsThanOneFileMayHaveAreRefused() throws Exception {
        List<Probe> probes = new ArrayList<>();
        for (int i = 1; i <= Linker.MAX_RECORDINGS + 3; i++) {
            probes.add(probe("work0", Probe.Measure.CALLS, i));
        }
        Attachment attachment = attach(points(probes.toArray(Probe[]::new)));
        assertThat(attachment.points()).hasSize(Linker.MAX_RECORDINGS);
        assertThat(attachment.refusals()).hasSize(3).allMatch(each -> each.why().startsWith("more than 1024"));
        assertThat(OpenDescriptors.ofLinks()).isEqualTo(Linker.MAX_RECORDINGS);
        inParallel(attachment.links().entries(), Descriptor::close);
        uprobes.forget(attachment);
    }

    /// Who has many takes none from others for ever: what is closed is given back, whatever it came to.
    @ParameterizedTest
    @EnumSource(Uprobes.Mechanism.class)
    void noMoreLinksThanMayBeOpenAtOnce(Uprobes.Mechanism mechanism) throws Exception {
        uprobes.close();
        uprobes = new Uprobes(options(mechanism), 5);
        List<AttachPoint> points = points(
                probe("work0", Probe.Measure.LATENCY, 1),
                probe("work1", Probe.Measure.LATENCY, 2),
                probe("work2", Probe.Measure.LATENCY, 3),
                probe("work3", Probe.Measure.CALLS, 4));
        for (int i = 0; i < 3; i++) {
            Attachment attachment = attach(points);
            assertThat(attachment.points()).containsExactly(points.get(0), points.get(1), points.get(3));
            assertThat(attachment.refusals())
                    .singleElement()
                    .matches(each -> each.why().contains("links open"));
            Attachment none = attach(points);
            assertThat(none.points()).isEmpty();
            assertThat(none.refusals()).hasSize(4);
            assertThat(uprobes.live()).containsExactly(attachment); // of the other there is nothing to close
            close(attachment);
        }
        var nobody = new ProcessIdentity(1 << 22, 1);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> uprobes.attach(nobody, "a", file, "/a", points))
                    .isInstanceOf(IOException.class);
        }
        Attachment attachment = attach(points);
        assertThat(attachment.points()).hasSize(3);
        close(attachment);
    }

    /// What the planner made and nobody needs any more is collected, and its decoder with it.
    @Test
    void nothingIsKeptOfAPointThatWasClosedLongAgo() throws Exception {
        WeakReference<AttachPoint> point = attachOnce();
        for (int i = 0; i < 5000; i++) {
            var ignored = attach(List.of()); // nothing is attached, so it is closed at once
        }
        for (int i = 0; i < 50 && point.get() != null; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertThat(point.get()).isNull();
    }

    private WeakReference<AttachPoint> attachOnce() throws IOException {
        List<AttachPoint> points = points(probe("work1", Probe.Measure.LATENCY, 0));
        Attachment attachment = attach(points);
        assertThat(calls(5)).isNotEmpty();
        close(attachment);
        return new WeakReference<>(points.getFirst());
    }
}
