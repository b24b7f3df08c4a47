package dev.stet.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What processes do, live and for the whole machine: fork, exec, exit, and files mapped to be executed. It
/// comes from one perf event a CPU that counts nothing (PERF_COUNT_SW_DUMMY) and carries task records, so it
/// needs no tracepoint and no kprobe (kernel `include/uapi/linux/perf_event.h`). One thread reads; another
/// may [#wake] it.
public final class TaskEvents implements AutoCloseable {
    private static final int PERF_TYPE_SOFTWARE = 1;
    private static final int PERF_COUNT_SW_DUMMY = 9;
    private static final int PERF_SAMPLE_TID_TIME = 0x2 | 0x4;
    private static final int PERF_FLAG_FD_CLOEXEC = 8;
    private static final int ATTR_BYTES = 112;
    private static final long MMAP = 1L << 8;
    private static final long COMM = 1L << 9;
    private static final long TASK = 1L << 13;
    private static final long WATERMARK = 1L << 14;
    private static final long SAMPLE_ID_ALL = 1L << 18;
    private static final long MMAP2 = 1L << 23;
    private static final long COMM_EXEC = 1L << 24;
    private static final long USE_CLOCKID = 1L << 25;
    private static final int CLOCK_MONOTONIC = 1;

    private static final int PERF_RECORD_LOST = 2;
    private static final int PERF_RECORD_COMM = 3;
    private static final int PERF_RECORD_EXIT = 4;
    private static final int PERF_RECORD_FORK = 7;
    private static final int PERF_RECORD_MMAP2 = 10;
    private static final int PERF_RECORD_MISC_COMM_EXEC = 1 << 13;
    /// The sample_id that ends every record here: pid, tid, time.
    private static final int SAMPLE_ID_BYTES = 16;

    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

    private final List<Ring> rings = new ArrayList<>();
    private final Wakeup wakeup;
    private final int[] fds;

    /// One thing that happened. Times are nanoseconds of CLOCK_MONOTONIC, which BPF's ktime_get_ns is too.
    public sealed interface TaskEvent {
        /// A process began as the copy of another; threads are not told.
        record Fork(int pid, int parentPid, long nanos) implements TaskEvent {}

        /// A process runs another program from now on.
        record Exec(int pid, long nanos) implements TaskEvent {}

        /// A process has ended: its last thread, or its main thread, is gone.
        record Exit(int pid, long nanos) implements TaskEvent {}

        /// A process mapped a file to execute it.
        ///
        /// @param path as the target sees it, or `//anon`, `[vdso]` and the like
        record Mapped(int pid, String path, long nanos) implements TaskEvent {}

        /// The kernel dropped records: whoever follows must look at everything again.
        record Lost(long count) implements TaskEvent {}
    }

    /// Takes one event.
    @FunctionalInterface
    public interface Sink {
        void accept(TaskEvent event);
    }

    /// @param pages of each CPU's ring, a power of two
    public TaskEvents(int pages) throws IOException {
        wakeup = new Wakeup();
        try {
            for (int cpu : onlineCpus()) {
                rings.add(new Ring(open(cpu), pages));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
        fds = new int[rings.size() + 1];
        for (int i = 0; i < rings.size(); i++) {
            fds[i] = rings.get(i).event.fd();
        }
        fds[rings.size()] = wakeup.fd();
    }

    private static Descriptor open(int cpu) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(ATTR_BYTES, 8);
            attr.set(ValueLayout.JAVA_INT, 0, PERF_TYPE_SOFTWARE);
            attr.set(ValueLayout.JAVA_INT, 4, ATTR_BYTES);
            attr.set(ValueLayout.JAVA_LONG, 8, PERF_COUNT_SW_DUMMY);
            attr.set(ValueLayout.JAVA_LONG, 24, PERF_SAMPLE_TID_TIME);
            attr.set(
                    ValueLayout.JAVA_LONG,
                    40,
                    MMAP | COMM | TASK | WATERMARK | SAMPLE_ID_ALL | MMAP2 | COMM_EXEC | USE_CLOCKID);
            attr.set(ValueLayout.JAVA_INT, 48, 1);
            attr.set(ValueLayout.JAVA_INT, 92, CLOCK_MONOTONIC);
            return new Descriptor(
                    Syscall.call(
                            "perf_event_open(task events)",
                            Syscall.ABI.perfEventOpen,
                            attr.address(),
                            -1,
                            cpu,
                            -1,
                            PERF_FLAG_FD_CLOEXEC),
                    "task events of CPU " + cpu);
        }
    }

    /// `/sys/devices/system/cpu/online`: `0-3,8`
    private static List<Integer> onlineCpus() throws IOException {
        List<Integer> cpus = new ArrayList<>();
        for (String range : Files.readString(Path.of("/sys/devices/system/cpu/online"))
                .strip()
                .split(",", -1)) {
            int dash = range.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
            for (int cpu = first; cpu <= last; cpu++) {
                cpus.add(cpu);
            }
        }
        return cpus;
    }

    /// Gives every event that is there to the sink: in order for one CPU, in no order between CPUs.
    public void drain(Sink sink) {
        for (Ring ring : rings) {
            ring.drain(sink);
        }
    }

    /// Waits until there may be events, for so long at most, or until [#wake].
    public void await(long millis) throws IOException {
        Syscall.awaitReadable(millis, fds);
    }

    /// Ends the wait of [#await], now and for ever.
    public void wake() {
        wakeup.wake();
    }

    /// To be called when nobody reads any more.
    @Override
    public void close() {
        wakeup.close();
        rings.forEach(Ring::close);
    }

    /// A perf ring: one page of struct perf_event_mmap_page, then data that wraps.
    private static final class Ring {
        private static final long DATA_HEAD = 1024;
        private static final long DATA_TAIL = 1032;

        private final Descriptor event;
        private final MemorySegment mapped;
        private final MemorySegment data;
        private final long mask;
        private final byte[] copy = new byte[1 << 16];
        private final MemorySegment record = MemorySegment.ofArray(copy);

        Ring(Descriptor event, int pages) throws IOException {
            this.event = event;
            int page = Syscall.pageBytes();
            try {
                mapped = Syscall.map(event.fd(), 0, (1L + pages) * page, true);
            } catch (IOException e) {
                event.close();
                throw e;
            }
            data = mapped.asSlice(page);
            mask = (long) pages * page - 1;
        }

        void drain(Sink sink) {
            long head = (long) LONG.getAcquire(mapped, DATA_HEAD);
            long tail = (long) LONG.get(mapped, DATA_TAIL);
            while (tail < head) {
                // A record is 8-aligned, so its header never wraps; its body may.
                long in = tail & mask;
                int type = data.get(ValueLayout.JAVA_INT, in);
                int misc = Short.toUnsignedInt(data.get(ValueLayout.JAVA_SHORT, in + 4));
                int size = Short.toUnsignedInt(data.get(ValueLayout.JAVA_SHORT, in + 6));
                int first = (int) Math.min(size, mask + 1 - in);
                MemorySegment.copy(data, in, record, 0, first);
                MemorySegment.copy(data, 0, record, first, size - first);
                decode(type, misc, size, sink);
                tail += size;
            }
            LONG.setRelease(mapped, DATA_TAIL, tail);
        }

        private void decode(int type, int misc, int size, Sink sink) {
            int pid = integer(8);
            switch (type) {
                case PERF_RECORD_LOST ->
                    sink.accept(new TaskEvent.Lost(record.get(ValueLayout.JAVA_LONG_UNALIGNED, 16)));
                case PERF_RECORD_FORK -> {
                    if (pid == integer(16)) {
                        sink.accept(new TaskEvent.Fork(pid, integer(12), time(24)));
                    }
                }
                case PERF_RECORD_EXIT -> {
                    if (pid == integer(16)) {
                        sink.accept(new TaskEvent.Exit(pid, time(24)));
                    }
                }
                case PERF_RECORD_COMM -> {
                    if ((misc & PERF_RECORD_MISC_COMM_EXEC) != 0) {
                        sink.accept(new TaskEvent.Exec(pid, time(size - 8)));
                    }
                }
                case PERF_RECORD_MMAP2 -> sink.accept(new TaskEvent.Mapped(pid, path(size), time(size - 8)));
                default -> {
                    // Newer kernels may add kinds; none of them was asked for.
                }
            }
        }

        private int integer(int at) {
            return record.get(ValueLayout.JAVA_INT_UNALIGNED, at);
        }

        private long time(int at) {
            return record.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
        }

        /// The file name of an MMAP2 record: from byte 72, NUL-terminated, padded to 8.
        private String path(int size) {
            int end = 72;
            while (end < size - SAMPLE_ID_BYTES && copy[end] != 0) {
                end++;
            }
            return new String(copy, 72, end - 72, StandardCharsets.UTF_8);
        }

        void close() {
            Syscall.unmap(mapped);
            event.close();
        }
    }
}
