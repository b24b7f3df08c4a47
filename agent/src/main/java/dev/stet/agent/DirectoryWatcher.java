package dev.stet.agent;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/// Says whenever the YAML files of a directory change. Notices it at once by inotify(7), by way of the JDK: in the
/// directory, in the one above it, for the directory may be replaced as a whole, and in those that its links lead
/// into. While the directory is missing, the nearest one above it is watched for its return. And because some file
/// systems notify nobody, and inotify has its limits, the files are compared every few seconds as well.
final class DirectoryWatcher implements AutoCloseable {
    /// Editors write in several steps; so long after the last of them the files are read.
    private static final long QUIET_MILLIS = 15;
    /// A file that is gone may just be about to be replaced.
    private static final long LOST_MILLIS = 15;
    /// But so long after the first at the latest.
    private static final long PATIENCE_NANOS = 200_000_000;
    /// Without notifications.
    private static final long COMPARE_MILLIS = 5000;

    private final Path directory;
    private final LongConsumer changed;
    private final Optional<WatchService> watch;
    private final long compareMillis;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private Set<WatchKey> keys = new HashSet<>();
    private Optional<WatchKey> own = Optional.empty();
    private Listing last;

    /// Watches from now on; what changes is told once it is started.
    ///
    /// @param directory may be missing
    /// @param threadName as the kernel shows it
    /// @param changed takes when a change was noticed, by [System#nanoTime]
    DirectoryWatcher(Path directory, String threadName, LongConsumer changed) {
        this(directory, threadName, true, COMPARE_MILLIS, changed);
    }

    /// @param notified may it be told by the kernel? If not it only compares
    DirectoryWatcher(Path directory, String threadName, boolean notified, long compareMillis, LongConsumer changed) {
        this.directory = directory.toAbsolutePath();
        this.changed = changed;
        this.compareMillis = compareMillis;
        watch = notified ? open() : Optional.empty();
        last = Listing.of(this.directory);
        register(last);
        thread = Thread.ofPlatform().daemon().name(threadName).unstarted(this::run);
    }

    /// Empty if the kernel has no more to give; then it takes a few seconds longer to notice a change.
    private Optional<WatchService> open() {
        try {
            return Optional.of(directory.getFileSystem().newWatchService());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (closed.getCount() > 0) {
                Optional<WatchKey> key = await(compareMillis);
                long since = System.nanoTime();
                boolean here = key.isPresent() && burst(key.get(), since);
                Listing now = Listing.of(directory);
                if (key.isPresent() && !now.hasAll(last)) {
                    Optional<WatchKey> next = await(LOST_MILLIS);
                    here |= next.isPresent() && burst(next.get(), System.nanoTime());
                    now = Listing.of(directory);
                }
                boolean differs = !now.equals(last);
                last = now;
                register(now);
                if (here || differs) {
                    changed.accept(since);
                }
            }
        } catch (ClosedWatchServiceException e) {
            // the way this ends
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<WatchKey> await(long millis) throws InterruptedException {
        if (watch.isEmpty()) {
            var ignored = closed.await(millis, TimeUnit.MILLISECONDS);
            return Optional.empty();
        }
        return Optional.ofNullable(watch.get().poll(millis, TimeUnit.MILLISECONDS));
    }

    /// Takes what comes in quick succession.
    ///
    /// @return true if any of it was in the directory itself
    private boolean burst(WatchKey first, long since) throws InterruptedException {
        boolean here = false;
        WatchKey next = first;
        while (next != null) {
            here |= own.equals(Optional.of(next));
            next.pollEvents();
            next.reset();
            next = System.nanoTime() - since < PATIENCE_NANOS
                    ? await(QUIET_MILLIS).orElse(null)
                    : null;
        }
        return here;
    }

    /// Watches what is to be watched now: a path may lead elsewhere than before.
    private void register(Listing listing) {
        if (watch.isEmpty()) {
            return;
        }
        Set<Path> wanted = new LinkedHashSet<>();
        nearest(directory).ifPresent(wanted::add);
        nearest(directory.getParent()).ifPresent(wanted::add);
        if (!listing.place().isEmpty()) {
            nearest(Path.of(listing.place()).getParent()).ifPresent(wanted::add);
        }
        wanted.addAll(listing.elsewhere());
        Set<WatchKey> now = new HashSet<>();
        own = Optional.empty();
        for (Path path : wanted) {
            Optional<WatchKey> key = register(path);
            key.ifPresent(now::add);
            if (path.equals(directory)) {
                own = key;
            }
        }
        keys.stream().filter(key -> !now.contains(key)).forEach(WatchKey::cancel);
        keys = now;
    }

    /// Empty if it is gone by now, or the kernel watches no more: the next comparison will tell.
    private Optional<WatchKey> register(Path path) {
        try {
            return Optional.of(path.register(
                    watch.orElseThrow(),
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Path> nearest(Path path) {
        return Stream.iterate(path, above -> above != null, Path::getParent)
                .filter(Files::isDirectory)
                .findFirst();
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        if (watch.isPresent()) {
            watch.get().close();
        }
    }
}
