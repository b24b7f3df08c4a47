package dev.stet.kernel;

import java.io.IOException;
import java.util.Map;

/// The kernel refused a call.
public final class SyscallException extends IOException {
    private static final long serialVersionUID = 1L;

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int ENOEXEC = 8;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int E2BIG = 7;
    public static final int EINVAL = 22;
    public static final int EMFILE = 24;
    public static final int ENOSPC = 28;
    /// The kernel's own, not in errno(3): what uprobes answer for an instruction that cannot be probed.
    public static final int ENOTSUPP = 524;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(EPERM, "EPERM: not permitted"),
            Map.entry(ENOENT, "ENOENT: no such file"),
            Map.entry(ESRCH, "ESRCH: no such process"),
            Map.entry(5, "EIO: input/output error"),
            Map.entry(6, "ENXIO: no such device or address"),
            Map.entry(E2BIG, "E2BIG: too big"),
            Map.entry(ENOEXEC, "ENOEXEC: the kernel cannot read this instruction"),
            Map.entry(EBADF, "EBADF: bad descriptor"),
            Map.entry(EAGAIN, "EAGAIN: try again"),
            Map.entry(ENOMEM, "ENOMEM: out of memory"),
            Map.entry(EACCES, "EACCES: permission denied"),
            Map.entry(14, "EFAULT: bad address"),
            Map.entry(16, "EBUSY: busy"),
            Map.entry(17, "EEXIST: exists already"),
            Map.entry(19, "ENODEV: no such device"),
            Map.entry(20, "ENOTDIR: not a directory"),
            Map.entry(21, "EISDIR: is a directory"),
            Map.entry(EINVAL, "EINVAL: invalid argument"),
            Map.entry(23, "ENFILE: too many open files on this machine"),
            Map.entry(EMFILE, "EMFILE: too many open files"),
            Map.entry(26, "ETXTBSY: text file busy"),
            Map.entry(27, "EFBIG: file too large"),
            Map.entry(ENOSPC, "ENOSPC: no space left"),
            Map.entry(38, "ENOSYS: the kernel has no such call"),
            Map.entry(40, "ELOOP: too many links"),
            Map.entry(95, "EOPNOTSUPP: not supported"),
            Map.entry(116, "ESTALE: stale file"),
            Map.entry(ENOTSUPP, "ENOTSUPP: the kernel cannot probe this instruction"));

    private final int errno;

    /// @param call as people know it: `bpf(BPF_PROG_LOAD)`
    /// @param errno positive
    public SyscallException(String call, int errno) {
        super(call + ": " + NAMES.getOrDefault(errno, "errno " + errno));
        this.errno = errno;
    }

    /// Positive, as in errno(3), or [#ENOTSUPP].
    public int errno() {
        return errno;
    }
}
