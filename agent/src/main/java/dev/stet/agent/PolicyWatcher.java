package dev.stet.agent;

import dev.stet.policy.ReadResult;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;

/// Reads a policy directory whenever something in it changes (inotify(7), by way of the JDK).
final class PolicyWatcher implements AutoCloseable {
    /// Editors write in several steps; so long after the last of them the files are read.
    private static final long QUIET_MILLIS = 15;
    /// But so long after the first at the latest.
    private static final long PATIENCE_NANOS = 200_000_000;

    private final PolicyDirectory directory;
    private final Sink sink;
    private final WatchService watch;
    private final Thread thread;
    private Path watched;
    private WatchKey key;

    /// Takes what was read.
    @FunctionalInterface
    interface Sink {
        /// @param since when the change was noticed, by [System#nanoTime]
        void accept(ReadResult result, long since);
    }

    PolicyWatcher(PolicyDirectory directory, Sink sink) throws IOException {
        this.directory = directory;
        this.sink = sink;
        watch = directory.path().getFileSystem().newWatchService();
        watchNearest();
        thread = Thread.ofPlatform().daemon().name("stet-policy").unstarted(this::run);
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
                if (moved || watched.equals(directory.path().toAbsolutePath())) {
                    sink.accept(directory.read(), since);
                }
            }
        } catch (ClosedWatchServiceException e) {
            // the way this ends
        } catch (IOException e) {
            sink.accept(directory.read(), System.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Watches the directory or, while it is missing, the nearest one above it.
    ///
    /// @return true if that is another one than before
    private boolean watchNearest() throws IOException {
        Path nearest = directory.nearest();
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

    @Override
    public void close() throws IOException {
        watch.close();
    }
}
