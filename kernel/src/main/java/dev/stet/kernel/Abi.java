package dev.stet.kernel;

/// System call numbers of the machine Stet runs on (kernel `arch/x86/entry/syscalls/syscall_64.tbl` and, for
/// aarch64, `scripts/syscall.tbl`).
enum Abi {
    X86_64(321, 298, 9, 11, 3, 257, 17, 332, 16, 271, 290, 0, 1, 62, 300, 301, 222, 223, 226),
    AARCH64(280, 241, 222, 215, 57, 56, 67, 291, 29, 73, 19, 63, 64, 129, 262, 263, 107, 110, 111);

    final long bpf;
    final long perfEventOpen;
    final long mmap;
    final long munmap;
    final long close;
    final long openat;
    final long pread64;
    final long statx;
    final long ioctl;
    final long ppoll;
    final long eventfd2;
    final long read;
    final long write;
    final long kill;
    final long fanotifyInit;
    final long fanotifyMark;
    final long timerCreate;
    final long timerSettime;
    final long timerDelete;

    Abi(long... numbers) {
        bpf = numbers[0];
        perfEventOpen = numbers[1];
        mmap = numbers[2];
        munmap = numbers[3];
        close = numbers[4];
        openat = numbers[5];
        pread64 = numbers[6];
        statx = numbers[7];
        ioctl = numbers[8];
        ppoll = numbers[9];
        eventfd2 = numbers[10];
        read = numbers[11];
        write = numbers[12];
        kill = numbers[13];
        fanotifyInit = numbers[14];
        fanotifyMark = numbers[15];
        timerCreate = numbers[16];
        timerSettime = numbers[17];
        timerDelete = numbers[18];
    }

    /// @throws UnsupportedOperationException on any other machine
    static Abi ofThisMachine() {
        String arch = System.getProperty("os.arch");
        return switch (arch) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64" -> AARCH64;
            default -> throw new UnsupportedOperationException("Stet runs on x86-64 and aarch64, not on " + arch);
        };
    }
}
