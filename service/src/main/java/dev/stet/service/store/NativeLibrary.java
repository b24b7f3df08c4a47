package dev.stet.service.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.sqlite.SQLiteJDBCLoader;

/// SQLite's machine code, which is in its jar and must be a file to be loaded. By itself the library
/// puts it under a new name into the directory for everybody's temporary files with each start, and
/// leaves it there when it is killed. Here it lies in a directory of our own, is compared, and used
/// again.
final class NativeLibrary {
    /// If somebody has set this, his file is used.
    private static final String PATH = "org.sqlite.lib.path";
    private static final String NAME = "org.sqlite.lib.name";

    /// In its jar. Were the library asked which one it takes, it would run the first `uname` of PATH, as
    /// root.
    private static final String RESOURCE = "/org/sqlite/native/Linux/x86_64/libsqlitejdbc.so";

    /// It says in words of its own, each time, what is thrown as well. Kept, for a logger that nobody
    /// keeps is forgotten with its level.
    private static final Logger LOG = Logger.getLogger("org.sqlite");

    /// Why it could not be loaded; once that is so, it stays so.
    private static Optional<String> refusal = Optional.empty();

    private NativeLibrary() {}

    /// Loads it; does nothing if it is loaded.
    ///
    /// @param directory made with 0700 if it is missing; nobody else may write to it
    static synchronized void load(Path directory) throws IOException {
        if (System.getProperty(PATH) == null) {
            Path library = place(directory);
            System.setProperty(PATH, directory.toAbsolutePath().toString());
            System.setProperty(NAME, library.getFileName().toString());
        }
        initialize();
    }

    /// The same for one who has no directory to keep it in: it is gone when it is loaded.
    static synchronized void loadOnce() throws IOException {
        if (System.getProperty(PATH) != null) {
            initialize();
            return;
        }
        Path directory = Files.createTempDirectory("stet-"); // 0700
        try {
            load(directory);
        } finally {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    private static void initialize() throws IOException {
        if (refusal.isPresent()) {
            throw new IOException(refusal.get());
        }
        LOG.setLevel(Level.OFF);
        try {
            var ignored = SQLiteJDBCLoader.initialize();
        } catch (Exception | LinkageError e) { // it declares Exception
            String why = "SQLite's library cannot be loaded from " + System.getProperty(PATH) + " (" + e.getMessage()
                    + "); if its file system is mounted noexec, name another state directory, or set store.keep: false;"
                    + " then start Stet again";
            refusal = Optional.of(why);
            throw new IOException(why, e);
        }
    }

    private static Path place(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        StoreFile.requireOwn(directory);
        byte[] wanted = wanted();
        String prefix = "sqlite-" + SQLiteJDBCLoader.getVersion();
        Path library = directory.resolve(prefix + ".so");
        if (Files.isRegularFile(library, LinkOption.NOFOLLOW_LINKS)
                && Files.size(library) == wanted.length
                && Arrays.equals(Files.readAllBytes(library), wanted)) {
            return library;
        }
        try (DirectoryStream<Path> others = Files.newDirectoryStream(directory, "sqlite-*")) {
            for (Path other : others) {
                Files.delete(other);
            }
        }
        write(library, wanted);
        return library;
    }

    private static byte[] wanted() throws IOException {
        try (InputStream in = SQLiteJDBCLoader.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IOException("there is no SQLite for this machine: its jar has no " + RESOURCE);
            }
            return in.readAllBytes();
        }
    }

    private static void write(Path library, byte[] content) throws IOException {
        Path next =
                library.resolveSibling("sqlite-next-" + ProcessHandle.current().pid());
        try (var out = Files.newByteChannel(
                next,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            var rest = java.nio.ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                var ignored = out.write(rest);
            }
        }
        try {
            Files.move(next, library, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("cannot rename in " + library.getParent(), e);
        }
    }
}
