package dev.stet.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/// Says whenever something in a policy directory changes.
final class PolicyWatcher implements AutoCloseable {
    private final DirectoryWatcher watcher;

    /// @param changed takes when the change was noticed, by [System#nanoTime]
    PolicyWatcher(Path directory, LongConsumer changed) {
        watcher = new DirectoryWatcher(directory, "stet-policy", changed);
    }

    void start() {
        watcher.start();
    }

    @Override
    public void close() throws IOException {
        watcher.close();
    }
}
