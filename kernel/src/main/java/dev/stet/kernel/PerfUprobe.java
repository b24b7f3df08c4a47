package dev.stet.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Attaches a program to one instruction of one file, for one thread: what kernels below 6.6 have in place of
/// [UprobeMulti] (kernel `kernel/events/core.c: perf_uprobe_event_init`). Each costs every context switch of
/// its thread, and detaching is slow, so it is for few.
public final class PerfUprobe {
    /// The PMU's number differs from kernel to kernel.
    private static final Path TYPE = Path.of("/sys/bus/event_source/devices/uprobe/type");

    /// Which bits of `config` are the reference counter's offset: `config:32-63`.
    private static final Path COUNTER_BITS = Path.of("/sys/bus/event_source/devices/uprobe/format/ref_ctr_offset");

    private static final Pattern BITS = Pattern.compile("config:(\\d{1,2})-(\\d{1,2})");

    private static final int PERF_EVENT_IOC_ENABLE = 0x2400;
    private static final int PERF_EVENT_IOC_SET_BPF = 0x40042408;
    private static final int PERF_FLAG_FD_CLOEXEC = 8;
    private static final int ATTR_BYTES = 112;

    private PerfUprobe() {}

    /// Attaches, with no reference counter: see [#attach(Descriptor, int, String, long, long)].
    public static Descriptor attach(Descriptor program, int tid, String path, long offset) throws IOException {
        return attach(program, tid, path, offset, 0);
    }

    /// @param tid the thread; a process is all of its threads
    /// @param path of the file; the kernel follows `/proc/self/fd/N`
    /// @param offset file offset of the instruction, in bytes
    /// @param refCounterOffset file offset of the 16-bit counter that is one higher in the thread's process as
    ///     long as the event is there; 0 for none
    /// @return the event: closing it detaches
    /// @throws IOException if the kernel refuses, or has no room for the counter's offset
    public static Descriptor attach(Descriptor program, int tid, String path, long offset, long refCounterOffset)
            throws IOException {
        Descriptor event = open(tid, path, offset, refCounterOffset);
        try {
            var _ = Syscall.call(
                    "ioctl(PERF_EVENT_IOC_SET_BPF)",
                    Syscall.ABI.ioctl,
                    event.fd(),
                    PERF_EVENT_IOC_SET_BPF,
                    program.fd());
            var _ = Syscall.call(
                    "ioctl(PERF_EVENT_IOC_ENABLE)", Syscall.ABI.ioctl, event.fd(), PERF_EVENT_IOC_ENABLE, 0);
            return event;
        } catch (SyscallException e) {
            event.close();
            throw e;
        }
    }

    private static long config(long refCounterOffset) throws IOException {
        if (refCounterOffset == 0) {
            return 0;
        }
        String format = Files.readString(COUNTER_BITS).strip();
        Matcher bits = BITS.matcher(format);
        if (!bits.matches()) {
            throw new IOException(COUNTER_BITS + " says " + format);
        }
        int first = Integer.parseInt(bits.group(1));
        int width = Integer.parseInt(bits.group(2)) - first + 1;
        if (first > 63 || width < 1 || first + width > 64 || refCounterOffset >>> Math.min(width, 63) != 0) {
            throw new IOException(
                    "a reference counter at %#x does not fit into %s".formatted(refCounterOffset, format));
        }
        return refCounterOffset << first;
    }

    private static Descriptor open(int tid, String path, long offset, long refCounterOffset) throws IOException {
        int type = Integer.parseInt(Files.readString(TYPE).strip());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(ATTR_BYTES, 8);
            attr.set(ValueLayout.JAVA_INT, 0, type);
            attr.set(ValueLayout.JAVA_INT, 4, ATTR_BYTES);
            attr.set(ValueLayout.JAVA_LONG, 8, config(refCounterOffset));
            attr.set(ValueLayout.JAVA_LONG, 16, 1);
            // `inherit` stays 0: with it the target's own fork and pthread_create fail (hazards A3).
            attr.set(ValueLayout.JAVA_LONG, 56, arena.allocateFrom(path).address());
            attr.set(ValueLayout.JAVA_LONG, 64, offset);
            long fd = Syscall.call(
                    "perf_event_open(uprobe)",
                    Syscall.ABI.perfEventOpen,
                    attr.address(),
                    tid,
                    -1,
                    -1,
                    PERF_FLAG_FD_CLOEXEC);
            return new Descriptor(fd, "uprobe of thread " + tid);
        }
    }
}
