package dev.stet.kernel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The kernel's log as it is now (kernel `Documentation/ABI/testing/dev-kmsg`). Java alone cannot open a device without
/// waiting for what is not there yet.
public final class KernelMessages {
    private static final String PATH = "/dev/kmsg";
    private static final int AT_FDCWD = -100;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    /// A read gives one record; a shorter buffer than the record is refused. The kernel's own has 8192.
    private static final int RECORD_BYTES = 8192;
    /// The record was overwritten before it was read.
    private static final int EPIPE = 32;

    private KernelMessages() {}

    /// All records, each with the newline that ends it: the oldest first.
    ///
    /// @param most bytes; what is more is left unread
    public static byte[] read(int most) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (Arena arena = Arena.ofConfined();
                Descriptor device = open(arena)) {
            MemorySegment buffer = arena.allocate(RECORD_BYTES);
            while (all.size() < most) {
                long read = Syscall.once(Syscall.ABI.read, device.fd(), buffer.address(), RECORD_BYTES);
                if (read == -EPIPE || read == -SyscallException.EINTR) {
                    continue;
                }
                if (read == -SyscallException.EAGAIN || read == 0) {
                    break;
                }
                if (read < 0) {
                    throw new SyscallException("read " + PATH, (int) -read);
                }
                all.writeBytes(buffer.asSlice(0, read).toArray(ValueLayout.JAVA_BYTE));
            }
        }
        return all.toByteArray();
    }

    private static Descriptor open(Arena arena) throws SyscallException {
        long name = arena.allocateFrom(PATH).address();
        return new Descriptor(
                Syscall.call("open " + PATH, Syscall.ABI.openat, AT_FDCWD, name, O_NONBLOCK | O_CLOEXEC, 0), PATH);
    }
}
