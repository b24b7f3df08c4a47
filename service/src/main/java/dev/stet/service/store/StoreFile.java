package dev.stet.service.store;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The store's file and those that SQLite has beside it, as files: whose they are, how large, and out of
/// the way if they are no use.
final class StoreFile {
    private static final List<String> BESIDE = List.of("-wal", "-shm");

    private final Path path;

    StoreFile(Path path) {
        this.path = path.toAbsolutePath();
    }

    Path path() {
        return path;
    }

    /// Is there one?
    boolean exists() {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    /// Makes an empty one, for its owner alone; what SQLite makes beside it is for the same.
    void create() throws IOException {
        var ignored = Files.createFile(
                path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /// They are plain files of our own, in a directory where nobody else can change what they are.
    ///
    /// @throws IOException if not: which, and why
    void check() throws IOException {
        requireOwn(path.getParent());
        for (Path each : all()) {
            if (Files.exists(each, LinkOption.NOFOLLOW_LINKS)) {
                if (!Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)) {
                    throw new IOException(each + " is no plain file"
                            + (Files.isSymbolicLink(each) ? " but a symbolic link" : "") + ", and is not touched");
                }
                requireOwn(each);
            }
        }
    }

    /// A file or directory that nobody but its owner may write to, who is root or ourselves.
    static void requireOwn(Path path) throws IOException {
        Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        if (!owner.equals(0) && !owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            throw new IOException(path + " belongs to somebody else (uid " + owner + "), and is not touched");
        }
        Set<PosixFilePermission> may = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        if (may.contains(PosixFilePermission.GROUP_WRITE) || may.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IOException("others than its owner may write to " + path + "; run: chmod go-w " + path);
        }
    }

    /// Why something failed, for people. The JDK's own text of a refusal is the path and no more.
    static String reason(Exception e) {
        if (e instanceof FileSystemException refused && refused.getReason() == null) {
            String words = e.getClass().getSimpleName().replace("Exception", "").replaceAll("(?<=[a-z])(?=[A-Z])", " ");
            return refused.getFile() + ": " + words.toLowerCase(Locale.ROOT);
        }
        String text = String.valueOf(e.getMessage());
        return text.startsWith("[") ? text.substring(1).replaceFirst("]\\s*", ": ") : text;
    }

    /// Of the write-ahead log.
    long logBytes() throws IOException {
        return size(path.resolveSibling(path.getFileName() + "-wal"));
    }

    /// Of all of it, on the disk.
    long bytes() throws IOException {
        long bytes = 0;
        for (Path each : all()) {
            bytes += size(each);
        }
        return bytes;
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    /// Gives it another name, in place of what had that name before: so there is one at most.
    ///
    /// @param why `damaged`
    /// @return where it is now
    Path moveAside(String why) throws IOException {
        for (String suffix : BESIDE) {
            Path beside = path.resolveSibling(path.getFileName() + suffix);
            if (Files.exists(beside, LinkOption.NOFOLLOW_LINKS)) {
                Files.move(
                        beside,
                        path.resolveSibling(path.getFileName() + "." + why + suffix),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Path aside = path.resolveSibling(path.getFileName() + "." + why);
        Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
        return aside;
    }

    private List<Path> all() {
        return List.of(
                path,
                path.resolveSibling(path.getFileName() + BESIDE.get(0)),
                path.resolveSibling(path.getFileName() + BESIDE.get(1)));
    }
}
