package dev.stet.agent;

import dev.stet.binary.DebugFiles;
import dev.stet.facts.BuildId;
import dev.stet.kernel.OpenFile;
import dev.stet.kernel.SyscallException;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds separate debug files where distributions put them (gdb: Separate Debug Files). For one binary, by
/// one thread; what it found can be read until it is closed.
///
/// The names come from the binary and may be anything: only plain names are taken, and paths below
/// `/usr/lib/debug`. Only regular files are opened, so that no FIFO or device can hold up anybody.
final class DebugDirectories implements DebugFiles, AutoCloseable {
    private static final Path GLOBAL = Path.of("/usr/lib/debug");

    private static final int ENOTDIR = 20;
    private static final int ENAMETOOLONG = 36;

    private final Path root;
    private final Path binary;
    private final OpenFile.MountCheck mounts;
    private final List<OpenFile> opened = new ArrayList<>();

    /// @param root of the file system in which the binary is: `/`, or `/proc/PID/root`
    /// @param binary absolute, as seen in that root
    /// @param mounts which file systems may be touched
    DebugDirectories(Path root, Path binary, OpenFile.MountCheck mounts) {
        if (!binary.isAbsolute() || binary.getParent() == null) {
            throw new IllegalArgumentException("not the absolute path of a file: " + binary);
        }
        this.root = root;
        this.binary = binary;
        this.mounts = mounts;
    }

    @Override
    public Optional<Found> byBuildId(BuildId buildId) throws IOException {
        String hex = buildId.hex();
        return hex.length() < 4
                ? Optional.empty()
                : first(List.of(GLOBAL.resolve(".build-id", hex.substring(0, 2), hex.substring(2) + ".debug")));
    }

    @Override
    public Optional<Found> byName(String name) throws IOException {
        Path path;
        try {
            path = Path.of(name);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
        if (path.isAbsolute()) {
            Path plain = path.normalize();
            return plain.startsWith(GLOBAL) && plain.equals(path) ? first(List.of(path)) : Optional.empty();
        }
        if (name.isEmpty() || name.contains("/") || name.equals(".") || name.equals("..")) {
            return Optional.empty();
        }
        Path directory = binary.getParent();
        return first(List.of(
                directory.resolve(path),
                directory.resolve(".debug").resolve(path),
                GLOBAL.resolve(directory.toString().substring(1)).resolve(path)));
    }

    /// @throws IOException why the first could not be opened that is there, if none could
    private Optional<Found> first(List<Path> candidates) throws IOException {
        IOException failure = null;
        for (Path candidate : candidates) {
            if (candidate.equals(binary)) {
                continue;
            }
            try {
                OpenFile file = OpenFile.open(
                        root.resolve(candidate.toString().substring(1)).toString(), mounts);
                opened.add(file);
                return Optional.of(new Found(candidate.toString(), Binaries.source(file)));
            } catch (SyscallException e) {
                if (!isAbsence(e) && failure == null) {
                    failure = e;
                }
            } catch (IOException e) {
                failure = failure == null ? new IOException(candidate + ": " + e.getMessage(), e) : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return Optional.empty();
    }

    private static boolean isAbsence(SyscallException e) {
        return e.errno() == SyscallException.ENOENT || e.errno() == ENOTDIR || e.errno() == ENAMETOOLONG;
    }

    @Override
    public void close() {
        opened.forEach(OpenFile::close);
        opened.clear();
    }
}
