package dev.stet.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Where members are in the structures of the running kernel, from what it says of itself
/// (kernel `Documentation/bpf/btf.rst`).
public final class Btf {
    private static final Path VMLINUX = Path.of("/sys/kernel/btf/vmlinux");
    private static final int MAGIC = 0xeb9f;
    private static final int KIND_STRUCT = 4;
    private static final int KIND_TYPEDEF = 8;
    /// What the names of tracepoints' types begin with; each is a pointer to a function.
    private static final String TRACEPOINT = "btf_trace_";
    /// Bytes after the 12 of each type: for each kind, fixed ones, and ones for each of its `vlen` parts.
    private static final int[] FIXED = {0, 4, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 4, 0, 0};

    private static final int HEADER = 12;
    private static final int[] EACH = {0, 0, 0, 0, 12, 12, 8, 0, 0, 0, 0, 0, 0, 8, 0, 12, 0, 0, 0, 12};

    private final ByteBuffer data;
    private final int strings;
    /// Where each type is; the first has the number 1.
    private final int[] types;
    private final Map<String, OptionalInt> structures = new HashMap<>();

    private Btf(ByteBuffer data) throws IOException {
        this.data = data;
        if (Short.toUnsignedInt(data.getShort(0)) != MAGIC) {
            throw new IOException(VMLINUX + " is no BTF");
        }
        int header = data.getInt(4);
        int begin = header + data.getInt(8);
        strings = header + data.getInt(16);
        types = types(begin, begin + data.getInt(12));
    }

    /// They have no index of their own: each begins where the one before ends.
    private int[] types(int begin, int end) throws IOException {
        int[] found = new int[(end - begin) / HEADER];
        int count = 0;
        for (int at = begin; at < end; at = next(at)) {
            found[count++] = at;
        }
        return Arrays.copyOf(found, count);
    }

    /// Reads the running kernel's.
    ///
    /// @throws IOException if it has none
    public static Btf ofKernel() throws IOException {
        return new Btf(ByteBuffer.wrap(Files.readAllBytes(VMLINUX)).order(ByteOrder.nativeOrder()));
    }

    /// The offset of a member, in bytes.
    ///
    /// @return empty if there is no such structure or member
    public OptionalInt offsetOf(String structure, String member) {
        OptionalInt number = structures.computeIfAbsent(structure, name -> find(KIND_STRUCT, name));
        if (number.isEmpty()) {
            return number;
        }
        int at = at(number.getAsInt());
        for (int part = 0, body = at + HEADER; part < parts(at); part++, body += EACH[KIND_STRUCT]) {
            if (isNamed(data.getInt(body), member)) {
                return OptionalInt.of((data.getInt(body + 8) & 0xffffff) / 8);
            }
        }
        return OptionalInt.empty();
    }

    /// A place in the kernel that programs can be run at.
    ///
    /// @param typeId by which BTF knows it
    /// @param arguments that it has
    public record Tracepoint(int typeId, int arguments) {}

    /// A tracepoint, such as `sched_process_exit`.
    ///
    /// @return empty if there is none of this name
    public Optional<Tracepoint> tracepoint(String name) {
        OptionalInt typedef = find(KIND_TYPEDEF, TRACEPOINT + name);
        if (typedef.isEmpty()) {
            return Optional.empty();
        }
        int pointer = at(data.getInt(at(typedef.getAsInt()) + 8));
        int function = at(data.getInt(pointer + 8));
        // The first parameter is the kernel's own.
        return Optional.of(new Tracepoint(typedef.getAsInt(), parts(function) - 1));
    }

    /// @return the type's number
    private OptionalInt find(int kind, String name) {
        for (int i = 0; i < types.length; i++) {
            if (kind(types[i]) == kind && isNamed(data.getInt(types[i]), name)) {
                return OptionalInt.of(i + 1);
            }
        }
        return OptionalInt.empty();
    }

    private int at(int number) {
        return types[number - 1];
    }

    private int kind(int at) {
        return data.getInt(at + 4) >>> 24 & 0x1f;
    }

    private int parts(int at) {
        return data.getInt(at + 4) & 0xffff;
    }

    private int next(int at) throws IOException {
        int kind = kind(at);
        if (kind >= FIXED.length) {
            throw new IOException("BTF has a kind of type that is new: " + kind);
        }
        return at + HEADER + FIXED[kind] + parts(at) * EACH[kind];
    }

    private boolean isNamed(int nameAt, String name) {
        int at = strings + nameAt;
        for (int i = 0; i < name.length(); i++) {
            if (data.get(at + i) != name.charAt(i)) {
                return false;
            }
        }
        return data.get(at + name.length()) == 0;
    }

    /// Where task_struct keeps a thread's FS base, which is what thread-local storage begins at on x86-64.
    ///
    /// @return empty if the kernel does not say
    public static OptionalInt fsBase() {
        try {
            Btf btf = ofKernel();
            OptionalInt thread = btf.offsetOf("task_struct", "thread");
            OptionalInt base = btf.offsetOf("thread_struct", "fsbase");
            return thread.isPresent() && base.isPresent()
                    ? OptionalInt.of(thread.getAsInt() + base.getAsInt())
                    : OptionalInt.empty();
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }
}
