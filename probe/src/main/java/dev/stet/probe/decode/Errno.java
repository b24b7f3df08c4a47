package dev.stet.probe.decode;

import dev.stet.probe.Value;
import java.util.Map;

/// Numbers of errors of the kernel, the usual ones (Linux: `include/uapi/asm-generic/errno-base.h`,
/// `errno.h`).
final class Errno {
    private static final Map<Long, String> NAMES = Map.ofEntries(
            Map.entry(1L, "EPERM"),
            Map.entry(2L, "ENOENT"),
            Map.entry(3L, "ESRCH"),
            Map.entry(4L, "EINTR"),
            Map.entry(5L, "EIO"),
            Map.entry(9L, "EBADF"),
            Map.entry(11L, "EAGAIN"),
            Map.entry(12L, "ENOMEM"),
            Map.entry(13L, "EACCES"),
            Map.entry(14L, "EFAULT"),
            Map.entry(16L, "EBUSY"),
            Map.entry(17L, "EEXIST"),
            Map.entry(18L, "EXDEV"),
            Map.entry(20L, "ENOTDIR"),
            Map.entry(21L, "EISDIR"),
            Map.entry(22L, "EINVAL"),
            Map.entry(23L, "ENFILE"),
            Map.entry(24L, "EMFILE"),
            Map.entry(27L, "EFBIG"),
            Map.entry(28L, "ENOSPC"),
            Map.entry(30L, "EROFS"),
            Map.entry(32L, "EPIPE"),
            Map.entry(36L, "ENAMETOOLONG"),
            Map.entry(38L, "ENOSYS"),
            Map.entry(39L, "ENOTEMPTY"),
            Map.entry(95L, "EOPNOTSUPP"),
            Map.entry(98L, "EADDRINUSE"),
            Map.entry(99L, "EADDRNOTAVAIL"),
            Map.entry(101L, "ENETUNREACH"),
            Map.entry(103L, "ECONNABORTED"),
            Map.entry(104L, "ECONNRESET"),
            Map.entry(110L, "ETIMEDOUT"),
            Map.entry(111L, "ECONNREFUSED"),
            Map.entry(113L, "EHOSTUNREACH"),
            Map.entry(115L, "EINPROGRESS"));

    private Errno() {}

    static Value value(long number) {
        String name = NAMES.get(number);
        return name == null ? new Value.Unsigned(number) : new Value.Named(name, number);
    }

    /// @return `errno 77` if it has no usual name
    static String name(long number) {
        return NAMES.getOrDefault(number, "errno " + Long.toUnsignedString(number));
    }
}
