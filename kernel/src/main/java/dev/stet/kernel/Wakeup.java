package dev.stet.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Ends another thread's wait for a ring (eventfd(2)).
final class Wakeup implements AutoCloseable {
    private static final int EFD_CLOEXEC_NONBLOCK = 0x80800;

    private final Descriptor event;

    Wakeup() throws SyscallException {
        event = new Descriptor(Syscall.call("eventfd", Syscall.ABI.eventfd2, 0, EFD_CLOEXEC_NONBLOCK), "eventfd");
    }

    int fd() {
        return event.fd();
    }

    void wake() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment one = arena.allocateFrom(ValueLayout.JAVA_LONG, 1);
            var ignored = Syscall.once(Syscall.ABI.write, event.fd(), one.address(), 8);
        }
    }

    @Override
    public void close() {
        event.close();
    }
}
