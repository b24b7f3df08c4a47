package dev.stet.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A control group of a path, such as systemd would make for a unit, in every hierarchy that tells of units.
///
/// @param directories one a hierarchy
record ControlGroup(List<Path> directories) implements AutoCloseable {
    private static final List<Path> HIERARCHIES =
            List.of(Path.of("/sys/fs/cgroup/unified"), Path.of("/sys/fs/cgroup/systemd"), Path.of("/sys/fs/cgroup"));

    /// Makes it, with those above it.
    ///
    /// @param path `stet-guide.slice/checkout-canary.service`
    static ControlGroup make(String path) {
        List<Path> roots = HIERARCHIES.stream()
                .filter(root -> Files.exists(root.resolve("cgroup.procs")))
                .toList();
        Requires.require(!roots.isEmpty(), "control groups below /sys/fs/cgroup");
        try {
            for (Path root : roots) {
                var ignored = Files.createDirectories(root.resolve(path));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ControlGroup(roots.stream().map(root -> root.resolve(path)).toList());
    }

    /// Moves a process into it.
    void add(long pid) {
        for (Path directory : directories) {
            try {
                var ignored = Files.writeString(directory.resolve("cgroup.procs"), Long.toString(pid));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// Removes it, and what is above it unless that has another. Its processes must have ended.
    @Override
    public void close() {
        for (Path directory : directories) {
            // A process that has ended stays for a moment.
            for (int tries = 0; tries < 50 && !directory.toFile().delete(); tries++) {
                try {
                    Thread.sleep(20);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
            var ignored = directory.getParent().toFile().delete();
        }
    }
}
