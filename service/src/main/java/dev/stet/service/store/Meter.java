package dev.stet.service.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.sqlite.ProgressHandler;

/// Looks every few steps of SQLite's whether a question has taken what it may. This SQLite counts no
/// memory by itself, so it is the process's that is looked at.
final class Meter extends ProgressHandler {
    /// SQLite's steps between two looks; a value of the longest may be made in a few of them.
    static final int STEPS = 500;

    private static final Path MEMORY = Path.of("/proc/self/statm");
    private static final long PAGE_BYTES = 4096;
    /// Looks at the memory, in looks at the clock: the first takes microseconds.
    private static final int EACH = 4;

    private final QueryLimits limits;
    private final BooleanSupplier cancelled;
    private final long begin = System.nanoTime();
    private final long pages;
    private int looks;
    private volatile Optional<String> over = Optional.empty();

    Meter(QueryLimits limits, BooleanSupplier cancelled) {
        this.limits = limits;
        this.cancelled = cancelled;
        pages = pages();
    }

    /// @return 0 to go on
    @Override
    protected int progress() throws SQLException {
        return isOver() ? 1 : 0;
    }

    /// Has it taken too much?
    boolean isOver() {
        looks++;
        if (over.isPresent()) {
            return true;
        }
        if (System.nanoTime() - begin > limits.time().toNanos()) {
            expire();
        } else if (cancelled.getAsBoolean()) {
            over = Optional.of("it was cancelled");
        } else if (looks % EACH == 0 && (pages() - pages) * PAGE_BYTES > limits.memory()) {
            over = Optional.of("it takes more memory than it may (" + (limits.memory() >> 20)
                    + " MiB); ask for less: fewer columns, or WHERE time > ago('15m')");
        }
        return over.isPresent();
    }

    /// Its time is over.
    void expire() {
        over = Optional.of("it takes longer than it may (" + text(limits.time())
                + "); ask for less, such as WHERE time > ago('15m'), or give it more time");
    }

    Optional<String> over() {
        return over;
    }

    private static String text(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    /// Resident ones; 0 if nobody tells, and then there is no such limit.
    private static long pages() {
        try {
            String[] words = Files.readString(MEMORY).split(" ", 3);
            return Long.parseLong(words[1]);
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }
}
