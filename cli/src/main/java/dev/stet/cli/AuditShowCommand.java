package dev.stet.cli;

import dev.stet.agent.StateDirectory;
import dev.stet.agent.audit.AuditFiles;
import dev.stet.agent.audit.AuditReader;
import dev.stet.agent.audit.AuditRecord;
import dev.stet.agent.audit.JsonValue;
import dev.stet.agent.json.Json;
import dev.stet.agent.json.SafeText;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `stet audit show`
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description =
                "Show what the audit log says, the oldest first. Whether it is what was written, says stet audit verify.",
        footer = {
            "",
            "Examples:",
            "  sudo ./stet audit show --since 2h",
            "  sudo ./stet audit show --rule shop --since 2026-11-01",
            "  sudo ./stet audit show --pid 4711 --json | jq .why"
        })
final class AuditShowCommand implements Runnable {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE|DIR",
            description = "The log's directory, or one of its files alone" + " (default: /var/lib/stet).")
    private Path path = StateDirectory.DEFAULT;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Only since then: 2h, 7d, 2026-11-01 (UTC), or a time.")
    private String since;

    @Option(names = "--rule", paramLabel = "NAME", description = "Only what is about this rule.")
    private String rule;

    @Option(names = "--pid", paramLabel = "PID", description = "Only what is about this process.")
    private Long pid;

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean json;

    @Override
    public void run() {
        Optional<Instant> from = Optional.ofNullable(since).map(text -> since(text, Instant.now()));
        Output output = new Output(() -> {});
        try {
            if (AuditFiles.of(path).isEmpty()) {
                throw new Failure(ExitCode.NO_INPUT, "there is no audit log in " + path);
            }
            long others = AuditReader.read(path, record -> {
                if (isWanted(record, from)) {
                    output.line(json ? json(record) : line(record, output));
                }
            });
            output.flush();
            if (others > 0) {
                output.say(others + (others == 1 ? " line is" : " lines are") + " no record; see: stet audit verify "
                        + path);
            }
        } catch (AccessDeniedException e) {
            throw new Failure(ExitCode.NOT_PERMITTED, "may not read " + e.getFile() + "; try: sudo ./stet ...");
        } catch (IOException e) {
            throw new Failure(ExitCode.UNAVAILABLE, "cannot read " + path + ": " + e.getMessage());
        }
    }

    private boolean isWanted(AuditRecord record, Optional<Instant> from) {
        return (from.isEmpty() || !record.time().isBefore(from.get()))
                && (rule == null || isAbout(record, rule))
                && (pid == null || record.details().number("pid").equals(Optional.of(pid)));
    }

    /// Of a verdict that several rules made, each.
    private static boolean isAbout(AuditRecord record, String rule) {
        return record.rule().equals(Optional.of(rule))
                || (record.details().values().get("rules") instanceof JsonValue.Items(var rules)
                        && rules.stream()
                                .anyMatch(each -> each instanceof JsonValue.Text(var text)
                                        && (text.equals(rule) || text.startsWith(rule + " ("))));
    }

    static Instant since(String text, Instant now) {
        try {
            if (text.matches("[0-9]{1,6}[smhd]")) {
                long count = Long.parseLong(text.substring(0, text.length() - 1));
                return now.minus(
                        switch (text.charAt(text.length() - 1)) {
                            case 's' -> Duration.ofSeconds(count);
                            case 'm' -> Duration.ofMinutes(count);
                            case 'h' -> Duration.ofHours(count);
                            default -> Duration.ofDays(count);
                        });
            }
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneId.of("UTC")).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new Failure(
                    ExitCode.USAGE,
                    "--since takes 30m, 2h, 7d, a date such as 2026-11-01 or a time such as" + " 2026-11-01T12:00:00Z");
        }
    }

    private static CharSequence line(AuditRecord record, Output output) {
        StringBuilder line = new StringBuilder();
        CallText.pad(line, Long.toString(record.seq()), 6, true);
        line.append("  ").append(TIME.format(record.time())).append("  ");
        CallText.pad(line, SafeText.plain(record.what()), 16, false);
        CallText.pad(line, SafeText.plain(subject(record)), 24, false);
        line.append(' ').append(SafeText.plain(record.why()));
        output.beginDim(line);
        line.append("  ").append(SafeText.plain(record.who().toString()));
        output.end(line);
        return line;
    }

    private static String subject(AuditRecord record) {
        String program = record.details()
                .number("pid")
                .map(id -> record.details().text("program").orElse("") + "[" + id + "]")
                .orElse("");
        return record.what().equals("verdict") || record.rule().isEmpty()
                ? program
                : record.rule().get();
    }

    private static CharSequence json(AuditRecord record) {
        StringBuilder out = new StringBuilder();
        Json json = Json.object(out)
                .number("seq", record.seq())
                .text("time", record.time().toString())
                .number("uid", record.who().uid())
                .text("user", record.who().user());
        record.who().sudoUser().ifPresent(user -> json.text("sudoUser", user));
        json.text("command", record.who().command()).text("what", record.what()).text("why", record.why());
        record.rule().ifPresent(name -> json.text("rule", name));
        value(json.value("details"), record.details());
        json.text("hash", record.hash()).end();
        return out;
    }

    private static void value(Json.Slot slot, JsonValue value) {
        switch (value) {
            case JsonValue.Text(var text) -> slot.text(text);
            case JsonValue.Whole(long number) -> slot.number(number);
            case JsonValue.Truth(boolean truth) -> slot.bool(truth);
            case JsonValue.Items(var items) -> slot.list(items, AuditShowCommand::value);
            case JsonValue.Fields(var fields) -> {
                Json object = slot.object();
                fields.forEach((name, each) -> value(object.value(name), each));
                object.end();
            }
        }
    }
}
