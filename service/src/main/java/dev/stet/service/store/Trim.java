package dev.stet.service.store;

import java.io.IOException;
import java.sql.SQLException;

/// Removes what is too old, and what is oldest when there is too much: a few rows at a time, so that the
/// log stays short and whoever reads is not held up.
final class Trim {
    /// Room for a transaction, whose rows may each take a page for half of what is in it.
    private static final long TRANSACTION_BYTES = 1280 * 1024;
    /// Of one table in one transaction.
    private static final int ROWS = 500;
    /// One look at the store, which another second goes on with.
    private static final int MAX_ROUNDS = 400;
    /// Of the limit is kept free; and rows of a sixteenth of the time that the store spans may go before older ones of
    /// another table.
    private static final int PARTS = 16;
    private static final int SHRINK_PAGES = 200;

    private final StoreSettings settings;

    /// Bytes in use from which rows go, and until when.
    private final long full;
    private final long enough;

    Trim(StoreSettings settings) {
        this.settings = settings;
        long part = settings.databaseBytes() / PARTS;
        full = settings.databaseBytes() - Math.max(TRANSACTION_BYTES, part);
        enough = full - part;
    }

    /// @param now nanoseconds since 1970
    /// @return are there more that are too old?
    boolean old(Database database, long now) throws SQLException, IOException {
        long until = now - settings.maxAge().toNanos();
        int removed = 0;
        for (int round = 0; round < MAX_ROUNDS && database.hasLogRoom(); round++) {
            removed = until(database, until);
            if (removed == 0) {
                return false;
            }
        }
        return removed > 0;
    }

    private static int until(Database database, long until) throws SQLException {
        int removed = 0;
        for (Table table : Schema.TABLES) {
            removed += database.remove(table, until, ROWS);
        }
        database.commit();
        return removed;
    }

    /// If there is little room left, more of it.
    void full(Database database) throws SQLException, IOException {
        if (database.usedBytes() > full) {
            oldest(database);
        }
        for (int round = 0; round < MAX_ROUNDS && database.hasLogRoom(); round++) {
            if (!database.shrink(SHRINK_PAGES)) {
                break;
            }
        }
    }

    /// Makes room.
    void oldest(Database database) throws SQLException, IOException {
        for (int round = 0; round < MAX_ROUNDS && database.hasLogRoom(); round++) {
            if (database.usedBytes() <= enough || until(database, cut(database)) == 0) {
                break;
            }
        }
    }

    private static long cut(Database database) throws SQLException {
        long oldest = Long.MAX_VALUE;
        long newest = Long.MIN_VALUE;
        for (Table table : Schema.TABLES) {
            Database.Span span = database.span(table);
            if (!span.isEmpty()) {
                oldest = Math.min(oldest, span.oldest());
                newest = Math.max(newest, span.newest());
            }
        }
        return newest < oldest ? 0 : oldest + (newest - oldest) / PARTS;
    }
}
