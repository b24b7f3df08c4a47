package dev.stet.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/// bpf(2): maps, programs and links (kernel `include/uapi/linux/bpf.h`, union bpf_attr).
public final class Bpf {
    private static final int BPF_MAP_CREATE = 0;
    private static final int BPF_MAP_LOOKUP_ELEM = 1;
    private static final int BPF_MAP_UPDATE_ELEM = 2;
    private static final int BPF_MAP_DELETE_ELEM = 3;
    private static final int BPF_MAP_GET_NEXT_KEY = 4;
    private static final int BPF_PROG_LOAD = 5;
    private static final int BPF_PROG_TEST_RUN = 10;
    private static final int BPF_RAW_TRACEPOINT_OPEN = 17;
    private static final int BPF_MAP_LOOKUP_BATCH = 24;
    private static final int BPF_PROG_TYPE_KPROBE = 2;
    private static final int BPF_PROG_TYPE_TRACING = 26;
    private static final int BPF_PROG_TYPE_SYSCALL = 31;
    private static final int BPF_F_SLEEPABLE = 1 << 4;
    private static final int BPF_F_NO_PREALLOC = 1;
    private static final int BPF_TRACE_RAW_TP = 23;
    private static final int BPF_TRACE_UPROBE_MULTI = 48;
    private static final int ATTR_BYTES = 144;
    /// Of bpf_attr for BPF_PROG_LOAD, up to `attach_btf_id`.
    private static final int LOAD_BYTES = 112;
    private static final int LOG_BYTES = 1 << 20;
    /// What a load that the verifier rejects fails with; E2BIG if there were too many ways through the program.
    private static final Set<Integer> REJECTED =
            Set.of(SyscallException.EINVAL, SyscallException.EACCES, SyscallException.E2BIG);
    private static final int MAX_LOAD_TRIES = 5;
    /// The kernel's bound for a context: U16_MAX.
    private static final int MAX_CONTEXT_BYTES = 65_535;
    private static final String LICENSE = "Dual MIT/GPL";

    private Bpf() {}

    /// The kinds of map that Stet uses.
    public enum MapType {
        HASH(1),
        ARRAY(2),
        /// A hash with a value for each CPU; read it by [#lookupPerCpu].
        PERCPU_HASH(5),
        /// An array with a value for each CPU; read it by [#lookupPerCpu].
        PERCPU_ARRAY(6),
        /// A hash that forgets what was not used for long when it is full.
        LRU_HASH(9),
        /// As [#LRU_HASH], with a value for each CPU; read it by [#lookupPerCpu].
        LRU_PERCPU_HASH(10),
        RINGBUF(27);

        private final int number;

        MapType(int number) {
            this.number = number;
        }

        /// Can it take memory for an element when the element comes?
        private boolean canGrow() {
            return this == HASH || this == PERCPU_HASH;
        }
    }

    /// What a program may do, which is settled when it is loaded.
    ///
    /// @param multi for an uprobe_multi link, else for a perf event
    /// @param sleepable it may wait for a page of the target (only with `multi`)
    public record ProgramKind(boolean multi, boolean sleepable) {}

    /// @param name at most 15 bytes of `[A-Za-z0-9_.]`
    /// @param preallocate a hash takes its memory at once: what kernels before 6.1 want of tracing programs
    public static Descriptor createMap(
            String name, MapType type, int keyBytes, int valueBytes, int maxEntries, boolean preallocate)
            throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = attr(arena);
            attr.set(ValueLayout.JAVA_INT, 0, type.number);
            attr.set(ValueLayout.JAVA_INT, 4, keyBytes);
            attr.set(ValueLayout.JAVA_INT, 8, valueBytes);
            attr.set(ValueLayout.JAVA_INT, 12, maxEntries);
            attr.set(ValueLayout.JAVA_INT, 16, type.canGrow() && !preallocate ? BPF_F_NO_PREALLOC : 0);
            setName(attr, 28, name);
            return new Descriptor(bpf("bpf(BPF_MAP_CREATE " + name + ")", BPF_MAP_CREATE, attr, 72), "map " + name);
        }
    }

    /// Loads a program.
    ///
    /// @param name at most 15 bytes of `[A-Za-z0-9_.]`; bpftool and [LinkInfo] show it
    /// @param instructions 8 bytes each
    /// @throws VerifierException if the verifier rejects it
    public static Descriptor loadProgram(String name, ProgramKind kind, byte[] instructions) throws IOException {
        int attachType = kind.multi ? BPF_TRACE_UPROBE_MULTI : 0;
        return loadProgram(name, new Use(BPF_PROG_TYPE_KPROBE, attachType, kind.sleepable, 0), instructions);
    }

    /// Loads a program that is attached to nothing: [#testRun] runs it. It may sleep, and call what programs of
    /// uprobes may call, but for what asks who attached it.
    ///
    /// @param name at most 15 bytes of `[A-Za-z0-9_.]`
    /// @param instructions 8 bytes each
    /// @throws VerifierException if the verifier rejects it
    public static Descriptor loadSyscallProgram(String name, byte[] instructions) throws IOException {
        return loadProgram(name, new Use(BPF_PROG_TYPE_SYSCALL, 0, true, 0), instructions);
    }

    /// Loads a program for [#attachTracepoint]. Its R1 points to the tracepoint's arguments, 8 bytes each, of the
    /// types that BTF says, whose members it may read.
    ///
    /// @param name at most 15 bytes of `[A-Za-z0-9_.]`
    /// @param instructions 8 bytes each
    /// @throws VerifierException if the verifier rejects it
    public static Descriptor loadTracepointProgram(String name, Btf.Tracepoint tracepoint, byte[] instructions)
            throws IOException {
        Use use = new Use(BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP, false, tracepoint.typeId());
        return loadProgram(name, use, instructions);
    }

    /// Runs a program of [#loadTracepointProgram] whenever its tracepoint is passed, until the link is closed.
    public static Descriptor attachTracepoint(Descriptor program) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = attr(arena);
            attr.set(ValueLayout.JAVA_INT, 8, program.fd());
            String call = "bpf(BPF_RAW_TRACEPOINT_OPEN) of " + program;
            return new Descriptor(bpf(call, BPF_RAW_TRACEPOINT_OPEN, attr, 16), "link of " + program);
        }
    }

    /// What a program is for.
    ///
    /// @param btfId of what it is attached to; 0 if that is none of BTF's
    private record Use(int type, int attachType, boolean sleepable, int btfId) {}

    private static Descriptor loadProgram(String name, Use use, byte[] instructions) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = attr(arena);
            attr.set(ValueLayout.JAVA_INT, 0, use.type);
            attr.set(ValueLayout.JAVA_INT, 4, instructions.length / 8);
            attr.set(ValueLayout.JAVA_LONG, 8, bytes(arena, instructions).address());
            attr.set(ValueLayout.JAVA_LONG, 16, arena.allocateFrom(LICENSE).address());
            attr.set(ValueLayout.JAVA_INT, 44, use.sleepable ? BPF_F_SLEEPABLE : 0);
            setName(attr, 48, name);
            attr.set(ValueLayout.JAVA_INT, 68, use.attachType);
            attr.set(ValueLayout.JAVA_INT, 108, use.btfId);
            String call = "bpf(BPF_PROG_LOAD " + name + ")";
            try {
                return new Descriptor(load(call, attr), "program " + name);
            } catch (SyscallException refused) {
                if (!REJECTED.contains(refused.errno())) {
                    throw refused;
                }
                throw new VerifierException(call, refused, log(arena, call, attr));
            }
        }
    }

    /// EAGAIN: the verifier was interrupted by a signal, as libbpf too knows.
    private static long load(String call, MemorySegment attr) throws SyscallException {
        for (int tries = 1; ; tries++) {
            try {
                return bpf(call, BPF_PROG_LOAD, attr, LOAD_BYTES);
            } catch (SyscallException e) {
                if (e.errno() != SyscallException.EAGAIN || tries == MAX_LOAD_TRIES) {
                    throw e;
                }
            }
        }
    }

    /// Loads once more, now for the log's sake: a log slows down every load that succeeds.
    private static String log(Arena arena, String call, MemorySegment attr) {
        MemorySegment log = arena.allocate(LOG_BYTES);
        attr.set(ValueLayout.JAVA_INT, 24, 1);
        attr.set(ValueLayout.JAVA_INT, 28, LOG_BYTES);
        attr.set(ValueLayout.JAVA_LONG, 32, log.address());
        try {
            Syscall.close((int) bpf(call, BPF_PROG_LOAD, attr, LOAD_BYTES));
            return "accepted at the second try";
        } catch (SyscallException expected) {
            return log.getString(0);
        }
    }

    /// Runs a program of [#loadSyscallProgram] once, here and now (kernel `net/bpf/test_run.c:
    /// bpf_prog_test_run_syscall`).
    ///
    /// @param context what the program's R1 points to, native memory of 1 to 65,535 bytes; the program may
    ///     write to it; [MemorySegment#NULL] for none
    /// @return what the program returned
    public static int testRun(Descriptor program, MemorySegment context) throws SyscallException {
        if (!context.isNative() || context.byteSize() > MAX_CONTEXT_BYTES) {
            throw new IllegalArgumentException("a context of " + context);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = attr(arena);
            attr.set(ValueLayout.JAVA_INT, 0, program.fd());
            attr.set(ValueLayout.JAVA_INT, 40, (int) context.byteSize());
            attr.set(ValueLayout.JAVA_LONG, 48, context.address());
            var ignored = bpf("bpf(BPF_PROG_TEST_RUN) of " + program, BPF_PROG_TEST_RUN, attr, 80);
            return attr.get(ValueLayout.JAVA_INT, 4);
        }
    }

    /// Reads an element's values on all CPUs.
    ///
    /// @param valueBytes as [#createMap] was told
    /// @param values for each possible CPU, in their order, [PerCpu#stride] bytes
    /// @return false if there is none
    /// @throws IllegalArgumentException if `values` has less room than [PerCpu#bytes]: the kernel would write
    ///     behind it
    public static boolean lookupPerCpu(Descriptor map, MemorySegment key, int valueBytes, MemorySegment values)
            throws IOException {
        if (values.byteSize() < PerCpu.bytes(valueBytes)) {
            throw new IllegalArgumentException(values.byteSize() + " bytes are no room for " + map + " on all CPUs");
        }
        return element(BPF_MAP_LOOKUP_ELEM, map, key, values);
    }

    /// Reads an element. For maps with a value for each CPU there is [#lookupPerCpu].
    ///
    /// @return false if there is none
    public static boolean lookup(Descriptor map, MemorySegment key, MemorySegment value) throws SyscallException {
        return element(BPF_MAP_LOOKUP_ELEM, map, key, value);
    }

    /// Writes an element, new or not.
    public static void update(Descriptor map, MemorySegment key, MemorySegment value) throws SyscallException {
        var ignored = element(BPF_MAP_UPDATE_ELEM, map, key, value);
    }

    /// Removes an element.
    ///
    /// @return false if there was none
    public static boolean delete(Descriptor map, MemorySegment key) throws SyscallException {
        return element(BPF_MAP_DELETE_ELEM, map, key, MemorySegment.NULL);
    }

    /// Writes the key after `key` into `next`.
    ///
    /// @param key the first key is after [MemorySegment#NULL], and after a key that is gone
    /// @return false if `key` is the last one
    public static boolean nextKey(Descriptor map, MemorySegment key, MemorySegment next) throws SyscallException {
        return element(BPF_MAP_GET_NEXT_KEY, map, key, next);
    }

    /// Where a walk through a hash has come to, and room for what it finds on its way: one system call for hundreds of
    /// elements. Elements that come or go meanwhile may be missed; none is found twice that stays.
    public static final class Walk {
        private final Descriptor map;
        private final MemorySegment from;
        private final int room;
        private boolean begun;
        private boolean ended;
        /// The keys that the last step has found, side by side.
        public final MemorySegment keys;
        /// Their values, side by side.
        public final MemorySegment values;

        /// @param keyBytes as [#createMap] was told
        /// @param valueBytes of one element, on all CPUs together if there is a value for each
        /// @param room for how many; of a hash more than may have fallen into one bucket
        public Walk(Arena arena, Descriptor map, int keyBytes, long valueBytes, int room) {
            this.map = map;
            this.room = room;
            from = arena.allocate(Math.max(keyBytes, 8), 8);
            keys = arena.allocate((long) keyBytes * room, 8);
            values = arena.allocate(valueBytes * room, 8);
        }

        /// Goes on (kernel `kernel/bpf/hashtab.c: __htab_map_lookup_and_delete_batch`).
        ///
        /// @return how many were found; there may be more if [#isDone] is not true
        public int step() throws SyscallException {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment attr = attr(arena);
                attr.set(ValueLayout.JAVA_LONG, 0, begun ? from.address() : 0);
                attr.set(ValueLayout.JAVA_LONG, 8, from.address());
                attr.set(ValueLayout.JAVA_LONG, 16, keys.address());
                attr.set(ValueLayout.JAVA_LONG, 24, values.address());
                attr.set(ValueLayout.JAVA_INT, 32, room);
                attr.set(ValueLayout.JAVA_INT, 36, map.fd());
                begun = true;
                try {
                    var ignored = bpf("bpf(BPF_MAP_LOOKUP_BATCH) on " + map, BPF_MAP_LOOKUP_BATCH, attr, 56);
                } catch (SyscallException e) {
                    if (e.errno() != SyscallException.ENOENT) {
                        throw e;
                    }
                    ended = true; // and what was found before the end is there all the same
                }
                return attr.get(ValueLayout.JAVA_INT, 32);
            }
        }

        /// Has all been found?
        public boolean isDone() {
            return ended;
        }
    }

    private static boolean element(int command, Descriptor map, MemorySegment key, MemorySegment value)
            throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attr = attr(arena);
            attr.set(ValueLayout.JAVA_INT, 0, map.fd());
            attr.set(ValueLayout.JAVA_LONG, 8, key.address());
            attr.set(ValueLayout.JAVA_LONG, 16, value.address());
            var ignored = bpf("bpf on " + map, command, attr, 32);
            return true;
        } catch (SyscallException e) {
            if (e.errno() == SyscallException.ENOENT) {
                return false;
            }
            throw e;
        }
    }

    static long bpf(String call, int command, MemorySegment attr, int bytes) throws SyscallException {
        return Syscall.call(call, Syscall.ABI.bpf, command, attr.address(), bytes);
    }

    static MemorySegment attr(Arena arena) {
        return arena.allocate(ATTR_BYTES, 8);
    }

    static MemorySegment bytes(Arena arena, byte[] bytes) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
    }

    private static void setName(MemorySegment attr, long at, String name) {
        byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(ascii, 0, attr, ValueLayout.JAVA_BYTE, at, Math.min(ascii.length, 15));
    }

    /// Links the native call that everything here goes through, which takes the JVM tens of milliseconds.
    /// Whoever has something else to do meanwhile calls this on another thread; whoever does not need not.
    public static void prepare() {
        var _ = Syscall.pageBytes();
    }

    /// Can this kernel do what [UprobeMulti] does, for a whole process? Asked by trying: distributions carry
    /// the feature and its fix (46ba0e49b642: whole process, not one thread) to older versions.
    ///
    /// @return empty if it can, else why not
    public static Optional<String> uprobeMultiRefusal() throws IOException {
        byte[] returnZero = {(byte) 0xb7, 0, 0, 0, 0, 0, 0, 0, (byte) 0x95, 0, 0, 0, 0, 0, 0, 0};
        try (Descriptor program = loadProgram("stet_try", new ProgramKind(true, false), returnZero)) {
            // A directory cannot be probed: the kernel that understood the request says EBADF.
            int known = UprobeMulti.tryDirectory(program, 0);
            if (known != SyscallException.EBADF) {
                return Optional.of("the kernel has no uprobe_multi (it came with 6.6)");
            }
            int whole = UprobeMulti.tryDirectory(program, -1);
            return whole == SyscallException.EINVAL
                    ? Optional.empty()
                    : Optional.of("the kernel's uprobe_multi traces one thread of a process only (fixed in 6.10)");
        } catch (VerifierException e) {
            return Optional.of("the kernel has no uprobe_multi (it came with 6.6)");
        }
    }
}
