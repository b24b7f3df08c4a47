package dev.stet.procfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A tree that looks like `/proc`, with one process to a call.
record FakeProc(Path root) {
    static final String STATUS =
            "Name:\tx\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t%d\nTracerPid:\t0\nUid:\t7\t8\t9\t10\n";

    ProcReader reader() {
        return new ProcReader(root);
    }

    static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String stat(int pid, String comm, char state, long flags, long start) {
        return pid + " (" + comm + ") " + state + " 1 2 3 0 -1 " + flags + " 9 9 9 9 1 1 1 1 20 0 1 0 " + start
                + " 1000 20 18446744073709551615\n";
    }

    /// A process with a path for its executable and everything else usual.
    FakeProc process(int pid, String exe) throws IOException {
        write(pid, "stat", bytes(stat(pid, "comm", 'S', 0x400100, 12345)));
        write(pid, "status", bytes(STATUS.formatted(pid)));
        write(pid, "comm", bytes("comm\n"));
        write(pid, "cmdline", bytes("/bin/x\0-a\0"));
        Files.createSymbolicLink(root.resolve(pid + "/exe"), Path.of(exe));
        return this;
    }

    FakeProc write(int pid, String name, byte[] content) throws IOException {
        Path file = root.resolve(pid + "/" + name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        return this;
    }
}
