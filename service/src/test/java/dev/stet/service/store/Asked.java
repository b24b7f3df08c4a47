package dev.stet.service.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.sqlite.SQLiteJDBCLoader;

/// Questions to a store, and all of the answer.
final class Asked implements Rows {
    private static final Path LIBRARY = temporary();

    /// Somebody who waits, and holds that every question here can be ended.
    static final Query.Asker PATIENT = new Query.Asker() {
        @Override
        public boolean isGone() {
            return false;
        }

        @Override
        public void stuck() {
            stuck.incrementAndGet();
        }
    };

    /// How often it could not be ended.
    static final AtomicInteger stuck = new AtomicInteger();

    private final List<List<Cell>> rows = new ArrayList<>();
    private List<String> names = List.of();

    @Override
    public void columns(List<String> columns) {
        names = columns;
    }

    @Override
    public boolean row(List<Cell> cells) {
        rows.add(cells);
        return true;
    }

    List<String> names() {
        return names;
    }

    List<List<Cell>> rows() {
        return rows;
    }

    static Asked of(Path store, String sql) throws QueryException, IOException {
        Asked asked = new Asked();
        var ignored =
                new Query(store, Optional.of(library()), Clock.systemUTC()).ask(sql, QueryLimits.ALONE, PATIENT, asked);
        return asked;
    }

    static long number(Path store, String sql) throws QueryException, IOException {
        return of(store, sql).rows.getFirst().getFirst() instanceof Cell.Whole(long number) ? number : -1;
    }

    static String text(Path store, String sql) throws QueryException, IOException {
        return of(store, sql).rows.getFirst().getFirst() instanceof Cell.Text(String text) ? text : "no text";
    }

    /// One for all tests of this process, which goes with it.
    static Path library() {
        return LIBRARY;
    }

    private static Path temporary() {
        Path directory = Path.of(
                System.getProperty("java.io.tmpdir"),
                "stet-sqlite-" + ProcessHandle.current().pid());
        directory.toFile().deleteOnExit(); // in reverse order: after what is in it
        directory
                .resolve("sqlite-" + SQLiteJDBCLoader.getVersion() + ".so")
                .toFile()
                .deleteOnExit();
        return directory;
    }
}
