package dev.stet.agent;

import java.io.IOException;

/// Reads a directory of packs whenever something in it changes.
final class PackWatcher implements AutoCloseable {
    private final DirectoryWatcher watcher;

    /// Takes what was read.
    @FunctionalInterface
    interface Sink {
        /// @param since when the change was noticed, by [System#nanoTime]
        void accept(PackDirectory.Result result, long since);
    }

    PackWatcher(PackDirectory directory, Sink sink) {
        watcher = new DirectoryWatcher(directory.path(), "stet-packs", since -> sink.accept(directory.read(), since));
    }

    void start() {
        watcher.start();
    }

    @Override
    public void close() throws IOException {
        watcher.close();
    }
}
