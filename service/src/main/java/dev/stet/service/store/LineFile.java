package dev.stet.service.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// A file that grows line by line, and is renamed when it is full. For one thread.
final class LineFile implements AutoCloseable {
    private final FileSettings settings;
    private FileChannel channel;
    private Object identity;
    private long bytes;
    /// It ends within a line, for a write failed.
    private boolean torn;

    LineFile(FileSettings settings) {
        this.settings = settings;
    }

    /// Appends whole lines, after renaming the file if they do not fit.
    ///
    /// @throws IOException if they are not all in it
    void append(ByteBuffer lines) throws IOException {
        if (channel == null) {
            open();
        }
        if (bytes > 0 && bytes + lines.remaining() > settings.maxBytes()) {
            rotate();
        }
        if (torn) {
            write(ByteBuffer.wrap(new byte[] {'\n'}));
        }
        torn = true;
        write(lines);
        torn = false;
    }

    private void write(ByteBuffer what) throws IOException {
        while (what.hasRemaining()) {
            bytes += channel.write(what);
        }
    }

    /// Somebody may have renamed or removed it, as logrotate does: then what comes goes into a new one.
    void look() throws IOException {
        if (channel != null && !isStillThere()) {
            close();
        }
    }

    private boolean isStillThere() throws IOException {
        try {
            return identity.equals(
                    Files.readAttributes(settings.path(), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                            .fileKey());
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private void open() throws IOException {
        Path path = settings.path();
        StoreFile.requireOwn(path.toAbsolutePath().getParent());
        boolean isThere = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
        if (isThere && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(path + " is no plain file, and is not written to");
        }
        if (isThere) {
            StoreFile.requireOwn(path);
        }
        FileChannel opened = FileChannel.open(
                path,
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
        try {
            identity = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
            bytes = opened.size();
            torn = bytes > 0 && !endsLine(opened);
            opened.position(bytes);
            channel = opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    private boolean endsLine(FileChannel opened) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        return opened.read(last, bytes - 1) == 1 && last.get(0) == '\n';
    }

    private void rotate() throws IOException {
        close();
        for (int n = settings.keep() - 1; n > 0; n--) {
            if (Files.exists(numbered(n), LinkOption.NOFOLLOW_LINKS)) {
                Files.move(numbered(n), numbered(n + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (settings.keep() > 0) {
            Files.move(settings.path(), numbered(1), StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.deleteIfExists(settings.path());
        }
        open();
    }

    private Path numbered(int n) {
        return settings.path().resolveSibling(settings.path().getFileName() + "." + n);
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            FileChannel open = channel;
            channel = null;
            torn = false;
            open.close();
        }
    }
}
