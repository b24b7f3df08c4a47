package dev.stet.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Holds every process that opens a file to execute it, on the file systems that are marked, until it is let go:
/// fanotify's permission events (fanotify(7), FAN_OPEN_EXEC_PERM). The kernel lets all go when this is closed, or when
/// this process ends.
public final class ExecHolds implements AutoCloseable {
    private static final int FAN_CLOEXEC = 0x1;
    private static final int FAN_NONBLOCK = 0x2;
    private static final int FAN_CLASS_CONTENT = 0x4;
    private static final int FAN_UNLIMITED_QUEUE = 0x10;
    private static final int FAN_UNLIMITED_MARKS = 0x20;
    private static final int FAN_MARK_ADD = 0x1;
    private static final int FAN_MARK_FILESYSTEM = 0x100;
    private static final long FAN_OPEN_EXEC_PERM = 0x40000;
    private static final int FAN_ALLOW = 1;
    private static final int AT_FDCWD = -100;
    private static final int O_CLOEXEC_LARGEFILE = 0x80000 | 0x8000;
    /// struct fanotify_event_metadata
    private static final int EVENT_BYTES = 24;

    private static final int VERSION = 3;
    private static final int BUFFER_BYTES = 256 * EVENT_BYTES;

    private final Descriptor group;
    private final Wakeup wakeup;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);

    /// Takes those that are held.
    public interface Sink {
        /// @param pid whose thread is held
        /// @param fd of the file, for [#letGo]
        void held(int pid, int fd);
    }

    /// Holds nobody yet.
    ///
    /// @throws IOException if the kernel has no permission events, or denies them
    public ExecHolds() throws IOException {
        int flags = FAN_CLASS_CONTENT | FAN_CLOEXEC | FAN_NONBLOCK | FAN_UNLIMITED_QUEUE | FAN_UNLIMITED_MARKS;
        group = new Descriptor(
                Syscall.call("fanotify_init", Syscall.ABI.fanotifyInit, flags, O_CLOEXEC_LARGEFILE), "fanotify");
        try {
            wakeup = new Wakeup();
        } catch (SyscallException e) {
            group.close();
            throw e;
        }
    }

    /// From now on, whoever opens a file of this file system to execute it is held.
    ///
    /// @param path of anything in it
    public void mark(String path) throws SyscallException {
        try (Arena own = Arena.ofConfined()) {
            var ignored = Syscall.call(
                    "fanotify_mark " + path,
                    Syscall.ABI.fanotifyMark,
                    group.fd(),
                    FAN_MARK_ADD | FAN_MARK_FILESYSTEM,
                    FAN_OPEN_EXEC_PERM,
                    AT_FDCWD,
                    own.allocateFrom(path).address());
        }
    }

    /// Waits until somebody is held, for so long at most, or until [#wake].
    public void await(long millis) throws SyscallException {
        Syscall.awaitReadable(millis, group.fd(), wakeup.fd());
    }

    /// Ends the wait of [#await], now and for ever.
    public void wake() {
        wakeup.wake();
    }

    /// Gives all that are held to the sink, which is to let each go, now or later. For one thread.
    public void drain(Sink sink) throws IOException {
        while (true) {
            long read = Syscall.once(Syscall.ABI.read, group.fd(), buffer.address(), BUFFER_BYTES);
            if (read == -SyscallException.EAGAIN || read == -SyscallException.EINTR || read == 0) {
                return;
            }
            if (read < 0) {
                throw new SyscallException("read of " + group, (int) -read);
            }
            give(sink, read);
        }
    }

    private void give(Sink sink, long bytes) throws IOException {
        for (long at = 0; at + EVENT_BYTES <= bytes; ) {
            if (buffer.get(ValueLayout.JAVA_BYTE, at + 4) != VERSION) {
                throw new IOException("the kernel's fanotify events are of another version than " + VERSION);
            }
            int fd = buffer.get(ValueLayout.JAVA_INT, at + 16);
            if (fd >= 0) {
                sink.held(buffer.get(ValueLayout.JAVA_INT, at + 20), fd);
            }
            at += Math.max(buffer.get(ValueLayout.JAVA_INT, at), EVENT_BYTES);
        }
    }

    /// Lets one go on, and closes its file. To be called once for each; by any thread.
    public void letGo(int fd) {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment response = own.allocate(8, 4);
            response.set(ValueLayout.JAVA_INT, 0, fd);
            response.set(ValueLayout.JAVA_INT, 4, FAN_ALLOW);
            var ignored = Syscall.once(Syscall.ABI.write, group.fd(), response.address(), 8);
        }
        Syscall.close(fd);
    }

    /// Lets everybody go. To be called when nobody drains any more.
    @Override
    public void close() {
        group.close();
        wakeup.close();
        arena.close();
    }
}
