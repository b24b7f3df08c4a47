package dev.stet.service.store;

import dev.stet.service.store.QueryException.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteLimits;

/// Asks a store with SQL, whether an agent writes it or not. Questions are hostile: they can change
/// nothing, open nothing else, and take only so much time and memory.
public final class Query {
    private static final int BUSY_MILLIS = 1000;
    /// Of a value or a row, in bytes.
    private static final int MAX_LENGTH = 512 * 1024;
    private static final int MAX_COLUMNS = 100;
    private static final int CACHE_KIBIBYTES = 2048;

    private final StoreFile file;
    private final Optional<Path> library;
    private final Clock clock;

    /// @param library as [Store]'s; empty: none is kept
    public Query(Path file, Optional<Path> library, Clock clock) {
        this.file = new StoreFile(file);
        this.library = library;
        this.clock = clock;
    }

    /// How an answer ended.
    ///
    /// @param rows that were given
    /// @param cut why there are not all; empty if there are, or the receiver wanted no more
    public record Answered(long rows, Optional<String> cut) {}

    /// Asks, and gives the answer to `rows` as it comes.
    ///
    /// @param asker who may go, and is told if the question cannot be ended
    /// @throws QueryException if there is no answer, or it broke off
    /// @throws IOException if the receiver threw it
    public Answered ask(String sql, QueryLimits limits, Asker asker, Rows rows) throws QueryException, IOException {
        SqlText.check(sql);
        Meter meter = new Meter(limits, asker::isGone);
        try (SQLiteConnection connection = open();
                Deadline _ = new Deadline(limits.time(), connection, meter, asker::stuck)) {
            ProgressHandler.setHandler(connection, Meter.STEPS, meter);
            try (PreparedStatement statement = connection.prepareStatement(sql);
                    ResultSet found = statement.executeQuery()) {
                return give(found, limits, meter, rows);
            } finally {
                if (!connection.isClosed()) {
                    ProgressHandler.clearHandler(connection);
                }
            }
        } catch (SQLException e) {
            throw meter.over().isPresent()
                    ? new QueryException(Kind.TOO_MUCH, meter.over().get(), e)
                    : QueryErrors.of(e, file.path());
        }
    }

    /// Who asks.
    public interface Asker {
        /// Does nobody want the answer any more? Asked often; it must be quick.
        boolean isGone();

        /// The question's time is over, and it works on: only the end of the process ends it. Called by
        /// another thread.
        void stuck();
    }

    private static Answered give(ResultSet found, QueryLimits limits, Meter meter, Rows rows)
            throws SQLException, IOException, QueryException {
        int columns = found.getMetaData().getColumnCount();
        List<String> names = new ArrayList<>(columns);
        for (int i = 1; i <= columns; i++) {
            names.add(found.getMetaData().getColumnLabel(i));
        }
        rows.columns(names);
        long given = 0;
        long bytes = 0;
        while (found.next()) {
            if (given == limits.rows() && limits.rows() > 0) {
                return new Answered(given, Optional.of("there are more than " + given + " rows"));
            }
            List<Cell> cells = new ArrayList<>(columns);
            for (int i = 1; i <= columns; i++) {
                Cell cell = cell(found.getObject(i));
                bytes += size(cell);
                cells.add(cell);
            }
            if (bytes > limits.bytes()) {
                return new Answered(given, Optional.of("there are more than " + limits.bytes() + " bytes"));
            }
            given++;
            if (!rows.row(cells)) {
                break;
            }
            if (meter.isOver()) {
                throw new QueryException(Kind.TOO_MUCH, meter.over().orElseThrow());
            }
        }
        return new Answered(given, Optional.empty());
    }

    private static Cell cell(Object value) {
        return switch (value) {
            case null -> Cell.NOTHING;
            case Integer number -> new Cell.Whole(number);
            case Long number -> new Cell.Whole(number);
            case Double number -> new Cell.Real(number);
            case byte[] bytes -> new Cell.Bytes(HexFormat.of().formatHex(bytes));
            default -> new Cell.Text(value.toString());
        };
    }

    private static long size(Cell cell) {
        return switch (cell) {
            case Cell.Text(var text) -> text.length();
            case Cell.Bytes(var hex) -> hex.length();
            case Cell.Nothing _, Cell.Whole _, Cell.Real _ -> Long.BYTES;
        };
    }

    private SQLiteConnection open() throws QueryException, SQLException {
        requireFile();
        try {
            if (library.isPresent()) {
                NativeLibrary.load(library.get());
            } else {
                NativeLibrary.loadOnce();
            }
        } catch (IOException e) {
            throw new QueryException(Kind.UNREADABLE, e.getMessage(), e);
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(BUSY_MILLIS);
        SQLiteConnection connection = (SQLiteConnection) config.createConnection("jdbc:sqlite:" + file.path());
        try {
            prepare(connection);
            return connection;
        } catch (SQLException | QueryException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private void prepare(SQLiteConnection connection) throws SQLException, QueryException {
        try (Statement statement = connection.createStatement()) {
            for (String pragma : List.of(
                    "trusted_schema = OFF",
                    "cell_size_check = ON",
                    "query_only = ON",
                    "temp_store = MEMORY",
                    "mmap_size = 0",
                    "cache_size = -" + CACHE_KIBIBYTES)) {
                var ignored = statement.execute("PRAGMA " + pragma);
            }
            recognise(statement);
        }
        Percentile.register(connection);
        TimeFunctions.register(connection, clock);
        limit(connection, SQLiteLimits.SQLITE_LIMIT_ATTACHED, 0);
        limit(connection, SQLiteLimits.SQLITE_LIMIT_LENGTH, MAX_LENGTH);
        limit(connection, SQLiteLimits.SQLITE_LIMIT_SQL_LENGTH, 4 * SqlText.MAX_CHARACTERS);
        limit(connection, SQLiteLimits.SQLITE_LIMIT_COLUMN, MAX_COLUMNS);
        limit(connection, SQLiteLimits.SQLITE_LIMIT_EXPR_DEPTH, 100);
        limit(connection, SQLiteLimits.SQLITE_LIMIT_COMPOUND_SELECT, 20);
        limit(connection, SQLiteLimits.SQLITE_LIMIT_VDBE_OP, 25_000);
        limit(connection, SQLiteLimits.SQLITE_LIMIT_FUNCTION_ARG, 16);
        limit(connection, SQLiteLimits.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200);
        limit(connection, SQLiteLimits.SQLITE_LIMIT_VARIABLE_NUMBER, 0);
        limit(connection, SQLiteLimits.SQLITE_LIMIT_WORKER_THREADS, 0);
    }

    private void limit(SQLiteConnection connection, SQLiteLimits limit, int value) throws SQLException {
        connection.setLimit(limit, value);
    }

    private void recognise(Statement statement) throws SQLException, QueryException {
        long application = number(statement, "PRAGMA application_id");
        long version = number(statement, "PRAGMA user_version");
        if (application != Schema.APPLICATION) {
            throw new QueryException(Kind.UNREADABLE, file.path() + " is no store of Stet's");
        }
        if (version > Schema.VERSION) {
            throw new QueryException(
                    Kind.UNREADABLE,
                    file.path() + " was written by a newer Stet (version " + version + "; this one knows "
                            + Schema.VERSION + "): ask with that one");
        }
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet found = statement.executeQuery(sql)) {
            return found.next() ? found.getLong(1) : 0;
        }
    }

    private void requireFile() throws QueryException {
        try {
            if (Files.notExists(file.path(), LinkOption.NOFOLLOW_LINKS)) {
                throw new QueryException(
                        Kind.NO_STORE,
                        "there is no store at " + file.path()
                                + ": the agent makes one if its configuration says store.keep: true");
            }
            if (!Files.isReadable(file.path())) {
                throw new AccessDeniedException(file.path().toString());
            }
            file.check();
        } catch (AccessDeniedException e) {
            throw new QueryException(Kind.NOT_PERMITTED, "may not read " + file.path() + "; try: sudo ./stet ...", e);
        } catch (IOException e) {
            throw new QueryException(Kind.UNREADABLE, e.getMessage(), e);
        }
    }
}
