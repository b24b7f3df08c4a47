package dev.stet.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// Where Stet keeps what it must still know after a restart. Whoever can write there can decide what is probed, so
/// nobody but its owner may.
///
/// @param path a directory
public record StateDirectory(Path path) {
    /// Where it is if nobody says otherwise.
    public static final Path DEFAULT = Path.of("/var/lib/stet");

    /// Opens it, and makes it if it is missing.
    ///
    /// @throws IOException if it cannot be used; the message says why, without its name
    public static StateDirectory open(Path path) throws IOException {
        try {
            if (!Files.isDirectory(path)) {
                make(path.toAbsolutePath());
            }
            Set<PosixFilePermission> rights = Files.getPosixFilePermissions(path);
            if (rights.contains(PosixFilePermission.OTHERS_WRITE) || rights.contains(PosixFilePermission.GROUP_WRITE)) {
                throw new IOException("others than its owner may write to it; run: chmod go-w " + path);
            }
            Object owner = Files.getAttribute(path, "unix:uid");
            if (!owner.equals(0) && !owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
                throw new IOException("it belongs to another user, who can change what is in it");
            }
            if (!Files.isWritable(path)) {
                throw new IOException("it cannot be written to");
            }
            return new StateDirectory(path);
        } catch (FileAlreadyExistsException e) {
            throw new IOException("it is not a directory", e);
        } catch (IOException e) {
            throw new IOException(Reason.of(e), e);
        } catch (UnsupportedOperationException e) {
            throw new IOException("its file system knows no owners and permissions", e);
        }
    }

    private static void make(Path path) throws IOException {
        if (path.getParent() != null && !Files.isDirectory(path.getParent())) {
            Files.createDirectories(path.getParent());
        }
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /// Everything that was changed, and by whom.
    public Path auditLog() {
        return path.resolve("audit.log");
    }

    /// When each rule was first seen, and what it has matched.
    public Path ruleLog() {
        return path.resolve("rules.json");
    }

    /// The last policy that was right.
    Path policy() {
        return path.resolve("policy.last");
    }

    /// How programs have lived with probes and without.
    public Path guardianLedger() {
        return path.resolve("guardian.ledger");
    }

    /// What the guardian has decided, with everything that it was made of.
    public Path guardianLog() {
        return path.resolve("guardian.log");
    }

    /// What Stet is doing with files that it has not seen before.
    Path journal() {
        return path.resolve("journal");
    }

    /// The exemptions that the guardian made.
    public Path quarantines() {
        return path.resolve("quarantine.d");
    }

    /// Which warnings of an exemption's end were given.
    Path warnings() {
        return path.resolve("warnings");
    }

    /// Replaces a file in it: whoever reads it, at whatever moment and after whatever crash, has the old content or
    /// the new.
    static void replace(Path file, byte[] content) throws IOException {
        Path next = file.resolveSibling("." + file.getFileName() + ".next");
        Files.deleteIfExists(next);
        try (FileChannel out = FileChannel.open(
                next,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                var ignored = out.write(rest);
            }
            out.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
