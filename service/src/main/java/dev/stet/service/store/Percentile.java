package dev.stet.service.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.sqlite.Function;

/// `p50(x)`, `p90(x)`, `p99(x)` and `percentile(x, 0..100)`, of numbers and of the histograms that
/// `functions` has. SQLite's own percentile keeps all numbers until it has the last.
final class Percentile extends Function.Aggregate {
    private static final int INTEGER = 1;
    private static final int BLOB = 4;
    private static final int NULL = 5;

    private final double fixed;
    private Distribution numbers = new Distribution();
    private double percent;
    private boolean isWhole = true;

    /// @param fixed below 0: an argument says it
    private Percentile(double fixed) {
        this.fixed = fixed;
        percent = fixed;
    }

    static void register(Connection connection) throws SQLException {
        Function.create(connection, "p50", new Percentile(50), 1, 0);
        Function.create(connection, "p90", new Percentile(90), 1, 0);
        Function.create(connection, "p95", new Percentile(95), 1, 0);
        Function.create(connection, "p99", new Percentile(99), 1, 0);
        Function.create(connection, "percentile", new Percentile(-1), 2, 0);
    }

    @Override
    protected void xStep() throws SQLException {
        if (fixed < 0) {
            percent = value_double(1);
            if (!(percent >= 0 && percent <= 100)) {
                error("percentile(x, percent): percent is 0 to 100");
                return;
            }
        }
        switch (value_type(0)) {
            case NULL -> {
                // nothing to count
            }
            case BLOB -> histogram(value_blob(0));
            case INTEGER -> numbers.add((double) value_long(0), 1);
            // Real numbers, and what SQLite makes of texts.
            default -> {
                isWhole = false;
                numbers.add(value_double(0), 1);
            }
        }
    }

    private void histogram(byte[] bytes) throws SQLException {
        Optional<LatencyHistogram> known = LatencyHistogram.of(bytes);
        if (known.isEmpty()) {
            error("of blobs only functions.latencies has percentiles");
            return;
        }
        known.get().each((nanos, count) -> numbers.add((double) nanos, count));
    }

    @Override
    protected void xFinal() throws SQLException {
        if (numbers.count() == 0) {
            result();
        } else if (isWhole) {
            result(Math.round(numbers.percentile(percent)));
        } else {
            result(numbers.percentile(percent));
        }
    }

    /// One for each group of rows.
    @Override
    public Object clone() throws CloneNotSupportedException {
        Percentile clone = (Percentile) super.clone();
        clone.numbers = new Distribution();
        clone.isWhole = true;
        clone.percent = fixed;
        return clone;
    }
}
