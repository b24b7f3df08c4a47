package dev.stet.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/// `--for` and `--expires`, for the commands that say when an exemption ends.
final class EndOptions {
    private static final Pattern LENGTH = Pattern.compile("(?:([0-9]{1,5})d)?(?:([0-9]{1,6})h)?(?:([0-9]{1,7})m)?");

    @Option(names = "--for", paramLabel = "DURATION", description = "It ends so long from now: 30m, 72h, 7d.")
    private String length;

    @Option(
            names = {"--expires", "--until-date"},
            paramLabel = "DATE",
            description = "It ends at the beginning of this day (UTC), or at this time: 2027-03-31,"
                    + " 2027-03-31T12:00:00Z.")
    private String date;

    /// As it is to be written: `2027-03-31` or `2027-03-31T12:00:00Z`; empty if neither was given.
    ///
    /// @throws Failure if it makes no sense, or is over already
    Optional<String> expires(Instant now) {
        if (length != null && date != null) {
            throw new Failure(ExitCode.USAGE, "--for and --expires both say when it ends: give one of them");
        }
        if (length != null) {
            Instant end =
                    now.plus(duration(length)).truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES);
            return Optional.of(end.toString());
        }
        return Optional.ofNullable(date).map(text -> checked(text, now));
    }

    private static Duration duration(String text) {
        Matcher matcher = LENGTH.matcher(text);
        Duration sum = Duration.ZERO;
        if (matcher.matches()) {
            sum = Duration.ofDays(part(matcher, 1)).plusHours(part(matcher, 2)).plusMinutes(part(matcher, 3));
        }
        if (sum.isZero() || sum.toDays() > 3650) {
            throw new Failure(
                    ExitCode.USAGE, "--for takes a duration such as 30m, 72h, 7d or 1d12h, of ten years at most");
        }
        return sum;
    }

    private static long part(Matcher matcher, int group) {
        return matcher.group(group) == null ? 0 : Long.parseLong(matcher.group(group));
    }

    private static String checked(String text, Instant now) {
        Instant end;
        try {
            end = text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--expires takes a date such as 2027-03-31, or a time such as 2027-03-31T12:00:00Z");
        }
        if (!end.isAfter(now)) {
            throw new Failure(ExitCode.USAGE, "--expires " + text + " is over already");
        }
        return text;
    }
}
