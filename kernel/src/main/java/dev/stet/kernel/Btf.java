package dev.stet.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/// Where members are in the structures of the running kernel, from what it says of itself
/// (kernel `Documentation/bpf/btf.rst`).
public final class Btf {
    private static final Path VMLINUX = Path.of("/sys/kernel/btf/vmlinux");
    private static final int MAGIC = 0xeb9f;
    private static final int KIND_STRUCT = 4;
    /// Bytes after the 12 of each type: for each kind, fixed ones, and ones for each of its `vlen` parts.
    private static final int[] FIXED = {0, 4, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 4, 0, 0};

    private static final int[] EACH = {0, 0, 0, 0, 12, 12, 8, 0, 0, 0, 0, 0, 0, 8, 0, 12, 0, 0, 0, 12};

    private final ByteBuffer data;
    private final int types;
    private final int typesEnd;
    private final int strings;

    private Btf(ByteBuffer data) throws IOException {
        this.data = data;
        if (Short.toUnsignedInt(data.getShort(0)) != MAGIC) {
            throw new IOException(VMLINUX + " is no BTF");
        }
        int header = data.getInt(4);
        types = header + data.getInt(8);
        typesEnd = types + data.getInt(12);
        strings = header + data.getInt(16);
    }

    /// Reads the running kernel's.
    ///
    /// @throws IOException if it has none
    static Btf ofKernel() throws IOException {
        return new Btf(ByteBuffer.wrap(Files.readAllBytes(VMLINUX)).order(ByteOrder.nativeOrder()));
    }

    /// The offset of a member, in bytes.
    ///
    /// @return empty if there is no such structure or member
    OptionalInt offsetOf(String structure, String member) throws IOException {
        for (int at = types; at < typesEnd; ) {
            int info = data.getInt(at + 4);
            int kind = info >>> 24 & 0x1f;
            int parts = info & 0xffff;
            if (kind >= FIXED.length) {
                throw new IOException("BTF has a kind of type that is new: " + kind);
            }
            int body = at + 12;
            if (kind == KIND_STRUCT && isNamed(data.getInt(at), structure)) {
                for (int part = 0; part < parts; part++, body += EACH[kind]) {
                    if (isNamed(data.getInt(body), member)) {
                        return OptionalInt.of((data.getInt(body + 8) & 0xffffff) / 8);
                    }
                }
                return OptionalInt.empty();
            }
            at = body + FIXED[kind] + parts * EACH[kind];
        }
        return OptionalInt.empty();
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
