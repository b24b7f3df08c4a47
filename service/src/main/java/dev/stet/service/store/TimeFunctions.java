package dev.stet.service.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.sqlite.Function;

/// `ago('15m')`: a time that `time` can be compared with. `iso(time)`: a time as people read it.
final class TimeFunctions {
    private static final Pattern LENGTH = Pattern.compile("([0-9]{1,6})(s|m|h|d)");
    private static final int NULL = 5;

    private TimeFunctions() {}

    static void register(Connection connection, Clock clock) throws SQLException {
        Instant now = clock.instant();
        Function.create(connection, "ago", new Ago(now), 1, Function.FLAG_DETERMINISTIC);
        Function.create(connection, "iso", new Iso(), 1, Function.FLAG_DETERMINISTIC);
    }

    private static final class Ago extends Function {
        private final Instant now;

        Ago(Instant now) {
            this.now = now;
        }

        @Override
        protected void xFunc() throws SQLException {
            Optional<Duration> length = length(value_text(0));
            if (length.isEmpty()) {
                error("ago() takes 90s, 15m, 2h or 7d, in quotes: ago('15m')");
            } else {
                result(EventRows.nanos(now.minus(length.get())));
            }
        }
    }

    static Optional<Duration> length(String text) {
        var parts = LENGTH.matcher(text == null ? "" : text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        long count = Long.parseLong(parts.group(1));
        return Optional.of(
                switch (parts.group(2)) {
                    case "s" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofMinutes(count);
                    case "h" -> Duration.ofHours(count);
                    default -> Duration.ofDays(count);
                });
    }

    private static final class Iso extends Function {
        @Override
        protected void xFunc() throws SQLException {
            if (value_type(0) == NULL) {
                result();
            } else {
                result(Instant.ofEpochSecond(0, value_long(0)).toString());
            }
        }
    }
}
