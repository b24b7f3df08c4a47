package dev.stet.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/// Attaches a program to one instruction of one file, for one thread: what kernels below 6.6 have in place of
/// [UprobeMulti] (kernel `kernel/events/core.c: perf_uprobe_event_init`). Each costs every context switch of
/// its thread, and detaching is slow, so it is for few.
public final class PerfUprobe {
    /// The PMU's number differs from kernel to kernel.
    private static final Path TYPE = Path.of("/sys/bus/event_source/devices/uprobe/type");

    private static final int PERF_EVENT_IOC_ENABLE = 0x2400;
    private static final int PERF_EVENT_IOC_SET_BPF = 0x40042408;
    private static final int PERF_FLAG_FD_CLOEXEC = 8;
    private static final int ATTR_BYTES = 112;

    private PerfUprobe() {}

    /// @param tid the thread; a process is all of its threads
    /// @param path of the file; the kernel follows `/proc/self/fd/N`
    /// @param offset file offset of the instruction, in bytes
    /// @return the event: closing it detaches
    public static Descriptor attach(Descriptor program, int tid, String path, long offset) throws IOException {
        Descriptor event = open(tid, path, offset);
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

    private static Descriptor open(int tid, String path, long offset) throws IOException {
        int type = Integer.parseInt(Files.readString(TYPE).strip());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = arena.allocate(ATTR_BYTES, 8);
            attr.set(ValueLayout.JAVA_INT, 0, type);
            attr.set(ValueLayout.JAVA_INT, 4, ATTR_BYTES);
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
