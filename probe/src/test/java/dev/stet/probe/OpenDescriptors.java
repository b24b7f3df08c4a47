package dev.stet.probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What of the kernel's this process has open.
final class OpenDescriptors {
    private OpenDescriptors() {}

    static long ofPrograms() throws IOException {
        return count("anon_inode:bpf-prog");
    }

    static long ofMaps() throws IOException {
        return count("anon_inode:bpf-map");
    }

    static long ofLinks() throws IOException {
        return count("anon_inode:bpf_link") + count("anon_inode:bpf-link");
    }

    private static long count(String kind) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(each -> isOf(each, kind)).count();
        }
    }

    private static boolean isOf(Path descriptor, String kind) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals(kind);
        } catch (IOException gone) {
            return false;
        }
    }
}
