package dev.stet.service.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Writes what waits, once a second, and keeps the store within its limits. Whatever fails costs what
/// was to be written, is told once, and is tried again.
final class StoreThread implements Runnable {
    private static final long TICK_MILLIS = 1000;
    private static final long MINUTE_NANOS = 60_000_000_000L;
    /// After a failure to open it.
    private static final long AGAIN_NANOS = 5_000_000_000L;
    /// Of one transaction.
    private static final int ROWS = 500;
    private static final long CHARACTERS = 256 * 1024;

    private final StoreSettings settings;
    private final Path library;
    private final Source source;
    private final Consumer<String> tell;
    private final Consumer<String> say;
    private final Trim trim;
    private final StoreFile file;
    private volatile String trouble = "";
    private Database database;
    private long triedAt;
    private boolean tried;
    private long minute;
    private boolean isOldLeft;

    /// Where it comes from.
    interface Source {
        /// Waits for a while, or until there is much to do, or all is over.
        ///
        /// @return is there more to come?
        boolean await(long millis) throws InterruptedException;

        List<Intake.Pending> take();

        /// What was counted since this was asked before; empty if nothing.
        Optional<FunctionCounts> minute();

        void dropped(long count);

        /// Nanoseconds since 1970.
        long now();
    }

    StoreThread(StoreSettings settings, Path library, Source source, Consumer<String> trouble, Consumer<String> say) {
        this.settings = settings;
        this.library = library;
        this.source = source;
        this.tell = trouble;
        this.say = say;
        trim = new Trim(settings);
        file = new StoreFile(settings.file());
        minute = source.now() / MINUTE_NANOS;
    }

    Optional<String> trouble() {
        return Optional.of(trouble).filter(text -> !text.isEmpty());
    }

    @Override
    public void run() {
        boolean more = true;
        try {
            while (more) {
                more = source.await(TICK_MILLIS);
                tick(!more);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            close();
        }
    }

    private void tick(boolean last) {
        List<Intake.Pending> pending = source.take();
        int done = 0;
        try {
            long now = source.now();
            if (!isOpen()) {
                source.dropped(pending.size());
                return;
            }
            for (; done < pending.size(); done += ROWS) {
                write(pending.subList(done, Math.min(done + ROWS, pending.size())));
            }
            if (now / MINUTE_NANOS != minute || last) {
                minute(now);
            } else if (isOldLeft) {
                isOldLeft = trim.old(database, now);
            }
            trouble("");
        } catch (SQLException | IOException e) {
            source.dropped(Math.max(0, pending.size() - done));
            failed(e);
        } catch (RuntimeException e) {
            source.dropped(Math.max(0, pending.size() - done));
            trouble("store: a mistake of Stet's, please report it: " + e);
        }
    }

    private void minute(long now) throws SQLException, IOException {
        long begun = minute;
        minute = now / MINUTE_NANOS;
        Optional<FunctionCounts> counts = source.minute();
        if (counts.isPresent()) {
            write(counts.get(), begun * MINUTE_NANOS);
        }
        isOldLeft = trim.old(database, now);
        if (!file.exists()) {
            close();
            say.accept("store " + file.path() + ": somebody has removed it; a new one is begun");
        }
    }

    private void write(FunctionCounts counts, long time) throws SQLException, IOException {
        try {
            requireLogRoom();
            for (FunctionCounts.Entry entry : counts.entries()) {
                database.row(
                        Schema.FUNCTIONS,
                        time,
                        entry.process(),
                        entry.function(),
                        entry.calls(),
                        entry.timed(),
                        entry.sum(),
                        entry.max(),
                        entry.latencies().bytes());
            }
            commit();
        } catch (SQLException | IOException e) {
            source.dropped(counts.calls());
            throw e;
        }
    }

    private void write(List<Intake.Pending> pending) throws SQLException, IOException {
        requireLogRoom();
        for (Intake.Pending each : pending) {
            each.write(database);
            if (database.written() > CHARACTERS) {
                commit();
                requireLogRoom();
            }
        }
        commit();
    }

    private void commit() throws SQLException, IOException {
        database.commit();
        trim.full(database);
    }

    private void requireLogRoom() throws SQLException, IOException {
        if (!database.hasLogRoom()) {
            throw new IOException("somebody has been reading it for long, so that its log cannot be begun anew;"
                    + " what comes until then is not kept");
        }
    }

    private boolean isOpen() throws IOException, SQLException {
        if (database != null) {
            return true;
        }
        if (tried && System.nanoTime() - triedAt < AGAIN_NANOS) {
            return false;
        }
        tried = true;
        triedAt = System.nanoTime();
        NativeLibrary.load(library);
        try {
            database = Database.open(file, settings);
        } catch (Database.UnusableException e) {
            switch (e.why()) {
                case FOREIGN -> throw new IOException(e.getMessage() + "; give the store another file");
                case DAMAGED, NEWER -> anew(e.getMessage(), "newer");
            }
        } catch (SQLException e) {
            if (!Database.isDamage(e)) {
                throw e;
            }
            anew("it is damaged (" + StoreFile.reason(e) + ")", "damaged");
        }
        return true;
    }

    /// Puts a file that is no use aside, and begins another.
    private void anew(String why, String name) throws IOException, SQLException {
        Path aside = file.moveAside(name);
        say.accept("store " + file.path() + ": " + why + "; it is " + aside + " now, and a new one is begun");
        try {
            database = Database.open(file, settings);
        } catch (Database.UnusableException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void failed(Exception e) {
        trouble("store " + file.path() + ": " + StoreFile.reason(e));
        if (database == null) {
            return;
        }
        try {
            database.rollback();
            if (e instanceof SQLException sql && Database.isDamage(sql)) {
                close();
                anew("it is damaged (" + StoreFile.reason(e) + ")", "damaged");
            } else if (e instanceof SQLException sql && Database.isFull(sql)) {
                // What is in the log is put where it belongs: then the log has room for what removes old rows.
                database.checkpoint();
                trim.oldest(database);
            }
        } catch (SQLException | IOException again) {
            close();
        }
    }

    private void trouble(String text) {
        if (!text.equals(trouble)) {
            trouble = text;
            tell.accept(text);
        }
    }

    private void close() {
        if (database != null) {
            try {
                database.close();
            } catch (SQLException e) {
                say.accept("store " + file.path() + ": closing it: " + StoreFile.reason(e));
            }
            database = null;
        }
    }
}
