package dev.stet.agent;

import dev.stet.policy.ReadResult;
import java.io.IOException;

/// Reads a policy directory whenever something in it changes.
final class PolicyWatcher implements AutoCloseable {
    private final DirectoryWatcher watcher;

    /// Takes what was read.
    @FunctionalInterface
    interface Sink {
        /// @param since when the change was noticed, by [System#nanoTime]
        void accept(ReadResult result, long since);
    }

    PolicyWatcher(PolicyDirectory directory, Sink sink) throws IOException {
        watcher = new DirectoryWatcher(directory.path(), "stet-policy", since -> sink.accept(directory.read(), since));
    }

    void start() {
        watcher.start();
    }

    @Override
    public void close() throws IOException {
        watcher.close();
    }
}
