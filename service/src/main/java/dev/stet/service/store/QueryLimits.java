package dev.stet.service.store;

import java.time.Duration;

/// What a question may take.
///
/// @param rows of the answer; 0: all
/// @param bytes of the answer's values, roughly
/// @param time from its begin to the last row, the receiver's slowness included: as long as it lasts,
///     the store's log cannot be begun anew
/// @param memory by which the process may grow, in bytes
public record QueryLimits(long rows, long bytes, Duration time, long memory) {
    /// For a process of its own.
    public static final QueryLimits ALONE = new QueryLimits(0, 1L << 40, Duration.ofSeconds(30), 256L << 20);

    public QueryLimits {
        if (rows < 0 || bytes <= 0 || memory <= 0 || time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("limits are above 0");
        }
    }

    public QueryLimits withRows(long most) {
        return new QueryLimits(most, bytes, time, memory);
    }

    public QueryLimits withMemory(long most) {
        return new QueryLimits(rows, bytes, time, most);
    }

    public QueryLimits withTime(Duration most) {
        return new QueryLimits(rows, bytes, most, memory);
    }
}
