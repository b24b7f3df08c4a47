package dev.stet.policy.bind;

import dev.stet.policy.yaml.YamlNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Points in time and lengths of it.
final class Times {
    /// Longest duration: ten years, for what is meant to last longer has no end.
    static final Duration MAX = Duration.ofDays(3650);

    /// Days, hours, minutes, seconds, milliseconds.
    private static final Pattern DURATION = Pattern.compile(
            "(?:([0-9]{1,6})d)?(?:([0-9]{1,6})h)?(?:([0-9]{1,8})m)?(?:([0-9]{1,9})s)?(?:([0-9]{1,12})ms)?");

    private static final long[] MILLIS = {86_400_000, 3_600_000, 60_000, 1000, 1};

    private Times() {}

    static Optional<Instant> instant(YamlNode node) {
        return node.parsed("a date such as 2027-03-31, or a time such as 2027-03-31T12:00:00Z", Times::parseInstant);
    }

    /// A duration that is longer than nothing.
    static Optional<Duration> duration(YamlNode node) {
        return node.parsed("a duration such as 72h, 30m, 7d or 500ms", Times::parseDuration);
    }

    /// A date is the start of that day, UTC: an exemption that expires on 2027-03-31 has no effect on that
    /// day.
    private static Instant parseInstant(String text) {
        if (text.length() > 40) {
            throw new DateTimeException("too long");
        }
        Instant instant = text.length() == 10
                ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                : OffsetDateTime.parse(text).toInstant();
        int year = instant.atZone(ZoneOffset.UTC).getYear();
        if (year < 1970 || year > 9999) {
            throw new IllegalArgumentException("use a year from 1970 to 9999");
        }
        return instant;
    }

    private static Duration parseDuration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (text.isEmpty() || !matcher.matches()) {
            throw new IllegalArgumentException("use numbers with d, h, m, s or ms, the longest first");
        }
        Duration sum = Duration.ZERO;
        for (int unit = 0; unit < MILLIS.length; unit++) {
            if (matcher.group(unit + 1) != null) {
                sum = sum.plusMillis(Long.parseLong(matcher.group(unit + 1)) * MILLIS[unit]);
            }
        }
        if (sum.isZero()) {
            throw new IllegalArgumentException("it is no time at all");
        }
        if (sum.compareTo(MAX) > 0) {
            throw new IllegalArgumentException("the longest is " + MAX.toDays() + "d");
        }
        return sum;
    }
}
