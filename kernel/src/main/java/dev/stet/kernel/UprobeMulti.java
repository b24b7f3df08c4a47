package dev.stet.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Attaches a program to many instructions of one file, in one process, with one link
/// (kernel `kernel/trace/bpf_trace.c: bpf_uprobe_multi_link_attach`).
public final class UprobeMulti {
    private static final int BPF_LINK_CREATE = 28;
    private static final int BPF_TRACE_UPROBE_MULTI = 48;
    private static final int ATTR_BYTES = 64;

    private UprobeMulti() {}

    /// Attaches, with no reference counters: see
    /// [#attach(Descriptor, int, String, long\[\], long\[\], long\[\])].
    public static Descriptor attach(Descriptor program, int pid, String path, long[] offsets, long[] cookies)
            throws SyscallException {
        return attach(program, pid, path, offsets, cookies, new long[0]);
    }

    /// @param pid the process; breakpoints are planted in it and in nobody else
    /// @param path of the file; the kernel follows `/proc/self/fd/N`
    /// @param offsets file offsets of instructions, in bytes
    /// @param cookies for each offset what the program reads by bpf_get_attach_cookie
    /// @param refCounterOffsets for each offset the file offset of the 16-bit counter that is one higher, in
    ///     the process only, as long as anybody probes the instruction; 0 for none; empty if none has one
    /// @return the link: closing it detaches
    /// @throws SyscallException with EINVAL if somebody probes one of the instructions with another counter
    public static Descriptor attach(
            Descriptor program, int pid, String path, long[] offsets, long[] cookies, long[] refCounterOffsets)
            throws SyscallException {
        if (pid <= 0) {
            throw new IllegalArgumentException("pid " + pid + " would mean every process");
        }
        boolean counters = refCounterOffsets.length == 0 || refCounterOffsets.length == offsets.length;
        if (offsets.length == 0 || offsets.length != cookies.length || !counters) {
            throw new IllegalArgumentException("%d offsets, %d cookies, %d counters"
                    .formatted(offsets.length, cookies.length, refCounterOffsets.length));
        }
        long fd = create(program, pid, path, offsets, cookies, refCounterOffsets);
        return new Descriptor(fd, "uprobe_multi of " + offsets.length + " in " + pid);
    }

    private static long create(
            Descriptor program, int pid, String path, long[] offsets, long[] cookies, long[] refCounterOffsets)
            throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = Bpf.attr(arena);
            attr.set(ValueLayout.JAVA_INT, 0, program.fd());
            attr.set(ValueLayout.JAVA_INT, 8, BPF_TRACE_UPROBE_MULTI);
            attr.set(ValueLayout.JAVA_LONG, 16, arena.allocateFrom(path).address());
            attr.set(ValueLayout.JAVA_LONG, 24, addressOf(arena, offsets));
            attr.set(ValueLayout.JAVA_LONG, 32, addressOf(arena, refCounterOffsets));
            attr.set(ValueLayout.JAVA_LONG, 40, addressOf(arena, cookies));
            attr.set(ValueLayout.JAVA_INT, 48, offsets.length);
            attr.set(ValueLayout.JAVA_INT, 56, pid);
            return Bpf.bpf("bpf(BPF_LINK_CREATE uprobe_multi)", BPF_LINK_CREATE, attr, ATTR_BYTES);
        }
    }

    /// @return 0 for an empty array, which the kernel takes for none
    private static long addressOf(Arena arena, long[] numbers) {
        return numbers.length == 0
                ? 0
                : arena.allocateFrom(ValueLayout.JAVA_LONG, numbers).address();
    }

    /// The errno for probing the directory `/`, which never succeeds.
    static int tryDirectory(Descriptor program, int pid) {
        try {
            Syscall.close((int) create(program, pid, "/", new long[] {0}, new long[] {0}, new long[0]));
            return 0;
        } catch (SyscallException e) {
            return e.errno();
        }
    }
}
