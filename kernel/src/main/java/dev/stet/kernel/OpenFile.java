package dev.stet.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A regular file that somebody else owns, open for reading by position. It is never mapped: a mapping
/// faults when the owner truncates the file.
public final class OpenFile implements AutoCloseable {
    private static final int AT_FDCWD = -100;
    private static final int O_NONBLOCK = 0x800;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_PATH = 0x200000;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_STATX_DONT_SYNC = 0x4000;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int STATX_MNT_ID = 0x1000;
    private static final int S_IFMT = 0xf000;
    private static final int S_IFREG = 0x8000;
    private static final int STATX_BYTES = 256;

    private final Descriptor descriptor;
    private final Status status;

    private OpenFile(Descriptor descriptor, Status status) {
        this.descriptor = descriptor;
        this.status = status;
    }

    /// What statx(2) says: device and inode as one would compare them, sizes in bytes, times in nanoseconds
    /// since the epoch.
    public record Status(long device, long inode, long size, long modifiedNanos, long changedNanos) {}

    /// May a file of this mount be opened? Asked before its file system hears of it.
    @FunctionalInterface
    public interface MountCheck {
        /// @param mountId as in the first field of `/proc/PID/mountinfo`
        /// @throws IOException to refuse, with the reason
        void check(long mountId) throws IOException;

        /// The same, for who would know the file system's device too.
        ///
        /// @param device major number above 32 bits of minor number
        default void check(long mountId, long device) throws IOException {
            check(mountId);
        }
    }

    /// It is a directory, a device, a pipe: nothing with bytes that stay.
    public static final class NotRegularException extends IOException {
        private static final long serialVersionUID = 1L;

        NotRegularException() {
            super("not a regular file");
        }
    }

    /// Opens a file in two steps: first only its name (O_PATH), which cannot block on a file system that
    /// hangs, then, if the mount is acceptable and it is a regular file, its contents.
    ///
    /// @throws IOException what `mounts` refused with, or that it is no regular file, or a [SyscallException]
    public static OpenFile open(String path, MountCheck mounts) throws IOException {
        try (Arena arena = Arena.ofConfined();
                Descriptor name = openat(arena, path, path, O_PATH | O_CLOEXEC)) {
            MemorySegment statx = arena.allocate(STATX_BYTES, 8);
            statx(name, statx, STATX_MNT_ID | 1, AT_STATX_DONT_SYNC);
            mounts.check(statx.get(ValueLayout.JAVA_LONG, 144), device(statx));
            int mode = Short.toUnsignedInt(statx.get(ValueLayout.JAVA_SHORT, 28));
            if ((mode & S_IFMT) != S_IFREG) {
                throw new NotRegularException();
            }
            Descriptor file = openat(arena, path, "/proc/self/fd/" + name.fd(), O_CLOEXEC | O_NONBLOCK);
            try {
                statx(file, statx, STATX_BASIC_STATS, 0);
                return new OpenFile(file, status(statx));
            } catch (SyscallException | RuntimeException e) {
                file.close();
                throw e;
            }
        }
    }

    private static Descriptor openat(Arena arena, String path, String as, int flags) throws SyscallException {
        MemorySegment name = arena.allocateFrom(as);
        return new Descriptor(
                Syscall.call("open " + path, Syscall.ABI.openat, AT_FDCWD, name.address(), flags, 0), path);
    }

    private static void statx(Descriptor file, MemorySegment into, int mask, int flags) throws SyscallException {
        MemorySegment empty = Arena.global().allocateFrom("");
        var ignored = Syscall.call(
                "statx", Syscall.ABI.statx, file.fd(), empty.address(), AT_EMPTY_PATH | flags, mask, into.address());
    }

    /// Layout: kernel `include/uapi/linux/stat.h`, struct statx.
    private static Status status(MemorySegment statx) {
        return new Status(
                device(statx),
                statx.get(ValueLayout.JAVA_LONG, 32),
                statx.get(ValueLayout.JAVA_LONG, 40),
                nanos(statx, 112),
                nanos(statx, 96));
    }

    private static long device(MemorySegment statx) {
        return Integer.toUnsignedLong(statx.get(ValueLayout.JAVA_INT, 136)) << 32
                | Integer.toUnsignedLong(statx.get(ValueLayout.JAVA_INT, 140));
    }

    private static long nanos(MemorySegment statx, long at) {
        return statx.get(ValueLayout.JAVA_LONG, at) * 1_000_000_000L + statx.get(ValueLayout.JAVA_INT, at + 8);
    }

    /// As it was when it was opened.
    public Status status() {
        return status;
    }

    /// The path under which the kernel, asked by this process, finds this very file again.
    public String selfPath() {
        return "/proc/self/fd/" + descriptor.fd();
    }

    /// Reads up to `length` bytes at `at`.
    ///
    /// @return how many; 0 at the end of the file and behind it
    public int read(long at, byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(length);
            int read = (int) Syscall.call("pread", Syscall.ABI.pread64, descriptor.fd(), buffer.address(), length, at);
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, offset, read);
            return read;
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
