package dev.stet.service.store;

import java.sql.SQLException;
import java.time.Duration;
import org.sqlite.SQLiteConnection;

/// Ends a question whose time is over, from outside: a function of SQL that works on one long value
/// looks at no clock, and a receiver may take nothing for hours. As long as a question lasts, the
/// store's log cannot be begun anew.
final class Deadline implements AutoCloseable {
    /// It has ended by itself by then, if it can.
    private static final Duration GRACE = Duration.ofMillis(250);

    private final SQLiteConnection connection;
    private final Meter meter;
    private final Runnable stuck;
    private final Thread thread;

    /// @param stuck is called if it cannot be ended: SQLite's machine code works, and hears nothing
    Deadline(Duration time, SQLiteConnection connection, Meter meter, Runnable stuck) {
        this.connection = connection;
        this.meter = meter;
        this.stuck = stuck;
        thread = Thread.ofPlatform().daemon().name("stet-query-end").start(() -> await(time.plus(GRACE)));
    }

    private void await(Duration time) {
        try {
            Thread.sleep(time);
            meter.expire();
            connection.getDatabase().interrupt();
            Thread.sleep(GRACE);
            // It waits for SQLite's machine code, which may never return.
            Thread end = Thread.ofPlatform().daemon().name("stet-query-close").start(this::shut);
            if (!end.join(GRACE.multipliedBy(2))) {
                stuck.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it has ended in time
        } catch (SQLException e) {
            stuck.run();
        }
    }

    private void shut() {
        try {
            connection.close();
        } catch (SQLException e) {
            // it is closed, or never will be
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
