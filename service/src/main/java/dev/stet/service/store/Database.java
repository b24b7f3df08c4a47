package dev.stet.service.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.HashMap;
import java.util.Map;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// The store, open to be written to by one thread. What is committed survives that we are killed; if the
/// machine loses power, the last seconds may be gone.
final class Database implements AutoCloseable, RowWriter {
    private static final int PAGE_BYTES = 4096;
    /// A reader may hold the log's end for a moment.
    private static final int BUSY_MILLIS = 500;
    private static final int MAX_TRIES = 1000;
    /// Of time: so far a row is moved behind others that have its time already, and no clock is set back.
    private static final long NEAR_NANOS = 1_000_000;
    /// In pages, 1 MiB.
    private static final int CHECKPOINT_PAGES = 256;

    private final Connection connection;
    private final StoreFile file;
    private final StoreSettings settings;
    private final Map<Table, PreparedStatement> inserts = new HashMap<>();
    private final Map<Table, Long> last = new HashMap<>();
    private long written;

    /// Why a file cannot be used, although it can be read.
    enum Unusable {
        DAMAGED,
        NEWER,
        FOREIGN
    }

    /// It is there, and no use.
    static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1L;
        private final Unusable why;

        UnusableException(Unusable why, String message) {
            super(message);
            this.why = why;
        }

        Unusable why() {
            return why;
        }
    }

    private Database(Connection connection, StoreFile file, StoreSettings settings) {
        this.connection = connection;
        this.file = file;
        this.settings = settings;
    }

    /// Opens it, and makes it if it is missing.
    static Database open(StoreFile file, StoreSettings settings) throws IOException, SQLException, UnusableException {
        file.check();
        if (!file.exists()) {
            file.create();
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS);
        Connection connection = config.createConnection("jdbc:sqlite:" + file.path());
        try {
            Database database = new Database(connection, file, settings);
            database.prepare();
            return database;
        } catch (SQLException | UnusableException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private void prepare() throws SQLException, UnusableException {
        recognise();
        run("PRAGMA auto_vacuum = INCREMENTAL"); // counts only before the first table
        run("PRAGMA journal_mode = WAL");
        run("PRAGMA synchronous = NORMAL");
        run("PRAGMA cache_size = -512");
        run("PRAGMA temp_store = MEMORY");
        run("PRAGMA cell_size_check = ON");
        run("PRAGMA trusted_schema = OFF");
        run("PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
        run("PRAGMA journal_size_limit = " + settings.logBytes() / 4);
        run("PRAGMA max_page_count = " + maxPages());
        connection.setAutoCommit(false);
        for (Table table : Schema.TABLES) {
            run(table.create());
        }
        run("PRAGMA application_id = " + Schema.APPLICATION);
        run("PRAGMA user_version = " + Schema.VERSION);
        connection.commit();
        for (Table table : Schema.TABLES) {
            last.put(table, number("SELECT coalesce(max(time), 0) FROM " + table.name()));
        }
        connection.commit();
    }

    private void recognise() throws SQLException, UnusableException {
        long application = number("PRAGMA application_id");
        long version = number("PRAGMA user_version");
        boolean isEmpty = number("SELECT count(*) FROM sqlite_schema") == 0;
        if (!isEmpty && application != Schema.APPLICATION) {
            throw new UnusableException(
                    Unusable.FOREIGN, file.path() + " is another program's database, and is not touched");
        }
        if (version > Schema.VERSION) {
            throw new UnusableException(
                    Unusable.NEWER,
                    "a newer Stet has written it (version " + version + "; this one knows " + Schema.VERSION + ")");
        }
    }

    private long maxPages() {
        return settings.databaseBytes() / PAGE_BYTES;
    }

    /// Is it the file that is wrong, and not the disk or the moment?
    static boolean isDamage(SQLException e) {
        if (e instanceof SQLiteException known) {
            int code = known.getResultCode().code & 0xff;
            return code == SQLiteErrorCode.SQLITE_CORRUPT.code || code == SQLiteErrorCode.SQLITE_NOTADB.code;
        }
        return false;
    }

    /// Is there no room, within the store's limit or on the disk?
    static boolean isFull(SQLException e) {
        return e instanceof SQLiteException known
                && (known.getResultCode().code & 0xff) == SQLiteErrorCode.SQLITE_FULL.code;
    }

    @Override
    public void row(Table table, long time, Object... values) throws SQLException {
        PreparedStatement insert = inserts.get(table);
        if (insert == null) {
            insert = connection.prepareStatement(table.insert());
            inserts.put(table, insert);
        }
        for (int i = 0; i < values.length; i++) {
            bind(insert, i + 2, values[i]);
        }
        long free = free(last.get(table), time);
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            insert.setLong(1, free + tries);
            if (insert.executeUpdate() == 1) {
                last.put(table, free + tries);
                return;
            }
        }
        throw new SQLException(MAX_TRIES + " rows have the times from " + time + " on");
    }

    /// Rows of one time are put behind each other. If a clock was set back, its word counts all the same.
    private static long free(long last, long time) {
        return time <= last && last - time < NEAR_NANOS ? last + 1 : time;
    }

    private void bind(PreparedStatement insert, int at, Object value) throws SQLException {
        switch (value) {
            case null -> insert.setNull(at, Types.NULL);
            case Long number -> insert.setLong(at, number);
            case String text -> {
                written += text.length();
                insert.setString(at, text);
            }
            case byte[] bytes -> {
                written += bytes.length;
                insert.setBytes(at, bytes);
            }
            default -> throw new IllegalArgumentException("no column has " + value.getClass());
        }
    }

    /// Characters and bytes since the last [#commit], roughly.
    long written() {
        return written;
    }

    void commit() throws SQLException {
        connection.commit();
        written = 0;
    }

    void rollback() throws SQLException {
        written = 0;
        connection.rollback();
    }

    /// Is there room in the log? If somebody reads for long, it cannot be begun anew.
    boolean hasLogRoom() throws IOException, SQLException {
        long limit = settings.logBytes() / 2;
        if (file.logBytes() <= limit) {
            return true;
        }
        connection.commit();
        connection.setAutoCommit(true);
        try {
            run("PRAGMA wal_checkpoint(TRUNCATE)");
        } finally {
            connection.setAutoCommit(false);
        }
        return file.logBytes() <= limit;
    }

    /// Copies the log into the database, so that it is written anew from its begin.
    void checkpoint() throws SQLException {
        connection.setAutoCommit(true);
        try {
            run("PRAGMA wal_checkpoint(PASSIVE)");
        } finally {
            connection.setAutoCommit(false);
        }
    }

    /// Bytes of pages with something in them.
    long usedBytes() throws SQLException {
        return (number("PRAGMA page_count") - number("PRAGMA freelist_count")) * PAGE_BYTES;
    }

    /// Gives pages back to the file system, if there are more than there may be: the limit was lowered.
    ///
    /// @return is there more to give?
    boolean shrink(int pages) throws SQLException {
        long over = number("PRAGMA page_count") - maxPages();
        if (over <= 0 || number("PRAGMA freelist_count") == 0) {
            return false;
        }
        // It has a result for each page, and the Java library asks for one only.
        for (long page = Math.min(pages, over); page > 0; page--) {
            run("PRAGMA incremental_vacuum(1)");
        }
        connection.commit();
        return over > pages;
    }

    /// The oldest and the newest time of a table's rows.
    ///
    /// @param isEmpty then both are 0
    record Span(long oldest, long newest, boolean isEmpty) {}

    Span span(Table table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT (SELECT min(time) FROM " + table.name()
                        + "), (SELECT max(time) FROM " + table.name() + ")")) {
            var ignored = found.next();
            long oldest = found.getLong(1);
            return new Span(oldest, found.getLong(2), found.wasNull());
        }
    }

    /// Removes the oldest rows, if they are so old.
    ///
    /// @return how many
    int remove(Table table, long until, int atMost) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(
                    "DELETE FROM " + table.name() + " WHERE time <= " + until + " ORDER BY time LIMIT " + atMost);
        }
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            var ignored = statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            return found.next() ? found.getLong(1) : 0;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
