package dev.stet.service.store;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A store under test, and what it says.
final class Kept implements AutoCloseable {
    final Path file;
    final Store store;
    final List<String> troubles = new CopyOnWriteArrayList<>();
    final List<String> said = new CopyOnWriteArrayList<>();

    Kept(Path directory) {
        this(new StoreSettings(directory.resolve("store.db"), 8 << 20, Duration.ofDays(7), 100), Clock.systemUTC());
    }

    Kept(StoreSettings settings, Clock clock) {
        file = settings.file();
        store = new Store(settings, Asked.library(), clock, troubles::add, said::add);
    }

    /// As [Store#call] does it, with a row instead of a call, which only probes can make.
    void call(String process, String function, long nanos, long time) {
        if (store.seen(process, function, nanos)) {
            store.keep(rows -> row(rows, process, function, nanos, time));
        }
    }

    static void row(RowWriter rows, String process, String function, long nanos, long time)
            throws java.sql.SQLException {
        rows.row(
                Schema.CALLS,
                time,
                4711L,
                4712L,
                process,
                "/usr/bin/" + process,
                function,
                "http",
                "http.server",
                nanos,
                "returned",
                "{\"method\":\"GET\",\"path\":\"/orders/4711\"}",
                "{\"status\":200}",
                null);
    }

    @Override
    public void close() {
        store.close();
    }
}
