package dev.stet.agent;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/// Says whenever something in a directory changes (inotify(7), by way of the JDK). While the directory is
/// missing, the nearest one above it is watched for its return.
final class DirectoryWatcher implements AutoCloseable {
    /// Editors write in several steps; so long after the last of them the files are read.
    private static final long QUIET_MILLIS = 15;
    /// But so long after the first at the latest.
    private static final long PATIENCE_NANOS = 200_000_000;

    private final Path directory;
    private final LongConsumer changed;
    private final WatchService watch;
    private final Thread thread;
    private Path watched;
    private WatchKey key;

    /// Watches from now on; what changes is told once it is started.
    ///
    /// @param directory may be missing
    /// @param threadName as the kernel shows it
    /// @param changed takes when a change was noticed, by [System#nanoTime]
    DirectoryWatcher(Path directory, String threadName, LongConsumer changed) throws IOException {
        this.directory = directory.toAbsolutePath();
        this.changed = changed;
        watch = directory.getFileSystem().newWatchService();
        watchNearest();
        thread = Thread.ofPlatform().daemon().name(threadName).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                WatchKey first = watch.take();
                long since = System.nanoTime();
                for (WatchKey next = first; next != null && System.nanoTime() - since < PATIENCE_NANOS; ) {
                    next.pollEvents();
                    next.reset();
                    next = watch.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
                }
                boolean moved = watchNearest();
                if (moved || watched.equals(directory)) {
                    changed.accept(since);
                }
            }
        } catch (ClosedWatchServiceException e) {
            // the way this ends
        } catch (IOException e) {
            changed.accept(System.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Watches the directory or, while it is missing, the nearest one above it.
    ///
    /// @return true if that is another one than before
    private boolean watchNearest() throws IOException {
        Path nearest = nearest();
        if (nearest.equals(watched) && key.isValid()) {
            return false;
        }
        if (key != null) {
            key.cancel();
        }
        key = nearest.register(
                watch,
                StandardWatchEventKinds.ENTRY_CREATE,
                StandardWatchEventKinds.ENTRY_MODIFY,
                StandardWatchEventKinds.ENTRY_DELETE);
        boolean moved = watched != null;
        watched = nearest;
        return moved;
    }

    private Path nearest() {
        return Stream.iterate(directory, above -> above != null, Path::getParent)
                .filter(Files::isDirectory)
                .findFirst()
                .orElse(Path.of("/"));
    }

    @Override
    public void close() throws IOException {
        watch.close();
    }
}
