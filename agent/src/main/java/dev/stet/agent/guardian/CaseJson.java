package dev.stet.agent.guardian;

import dev.stet.agent.audit.JsonReader;
import dev.stet.agent.audit.JsonText;
import dev.stet.agent.audit.JsonValue;
import dev.stet.agent.audit.MalformedRecordException;
import dev.stet.facts.BuildId;
import dev.stet.facts.ExitStatus;
import dev.stet.facts.ProcessIdentity;
import dev.stet.policy.Tier;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/// Cases, endings and decisions as JSON, each on a line of its own.
final class CaseJson {
    private CaseJson() {}

    static JsonText of(Case known) {
        return build(known.build())
                .text("seen", known.seen().toString())
                .object("unprobed", of(known.unprobed()))
                .object("probed", of(known.probed()))
                .object("circuit", of(known.circuit()));
    }

    /// @throws MalformedRecordException if it is not what [#of] writes
    static Case readCase(String line) throws MalformedRecordException {
        return parsed(() -> readCase(JsonReader.read(line)));
    }

    static Case readCase(JsonValue.Fields fields) {
        return new Case(
                readBuild(fields),
                readExposure(fields.fields("unprobed")),
                readExposure(fields.fields("probed")),
                readCircuit(fields.fields("circuit")),
                instant(fields, "seen"));
    }

    static JsonText of(Ending ending) {
        JsonText json = build(ending.build())
                .text("at", ending.at().toString())
                .number("pid", ending.process().pid())
                .number("startTicks", ending.process().startTicks());
        ending.status().ifPresent(status -> {
            switch (status) {
                case ExitStatus.Exited(int code) -> json.number("code", code);
                case ExitStatus.Killed(int signal, boolean core) ->
                    json.number("signal", signal).bool("core", core);
            }
        });
        return json.number("unprobedNanos", ending.unprobed().toNanos())
                .number("probedNanos", ending.probed().toNanos())
                .number("settledNanos", ending.settled().toNanos())
                .bool("returns", ending.returns())
                .texts("functions", ending.functions())
                .text("sensitivity", word(ending.sensitivity()));
    }

    static Ending readEnding(JsonValue.Fields fields) {
        Optional<ExitStatus> status = fields.number("code")
                .<ExitStatus>map(code -> new ExitStatus.Exited(Math.toIntExact(code)))
                .or(() -> fields.number("signal")
                        .map(signal -> new ExitStatus.Killed(Math.toIntExact(signal), truth(fields, "core"))));
        return new Ending(
                instant(fields, "at"),
                new ProcessIdentity(Math.toIntExact(number(fields, "pid")), number(fields, "startTicks")),
                readBuild(fields),
                status,
                Duration.ofNanos(number(fields, "unprobedNanos")),
                Duration.ofNanos(number(fields, "probedNanos")),
                Duration.ofNanos(number(fields, "settledNanos")),
                truth(fields, "returns"),
                texts(fields, "functions"),
                constant(Tier.Sensitivity.class, fields, "sensitivity"));
    }

    static JsonText of(Decision decision) {
        JsonText json = new JsonText().text("decision", decision.name());
        switch (decision) {
            case Decision.Quarantine(var _, var level, var functions, var until, int times, var _) ->
                json.text("level", word(level))
                        .texts("functions", functions)
                        .text("until", until.toString())
                        .number("times", times);
            case Decision.Retry retry -> json.text("until", retry.until().toString());
            case Decision.Acquit _, Decision.Trust _, Decision.Spare _ -> {}
        }
        return json.text("why", decision.why());
    }

    /// @throws MalformedRecordException if it is no line of the record
    static Noted readNoted(JsonValue.Fields fields) throws MalformedRecordException {
        return parsed(() -> {
            JsonValue.Fields decided = fields.fields("decided");
            return new Noted(
                    instant(fields, "at"),
                    readBuild(fields.fields("before")),
                    fields.fields("ending")
                            .number("pid")
                            .map(pid -> OptionalInt.of(Math.toIntExact(pid)))
                            .orElse(OptionalInt.empty()),
                    decided.text("level").map(_ -> constant(Level.class, decided, "level")),
                    texts(decided, "functions"));
        });
    }

    private static JsonText build(Build build) {
        return new JsonText()
                .text("exe", build.exe())
                .text("buildId", build.id().map(BuildId::hex));
    }

    private static Build readBuild(JsonValue.Fields fields) {
        return new Build(
                fields.text("buildId").map(BuildId::new), fields.text("exe").orElseThrow());
    }

    private static JsonText of(Exposure exposure) {
        JsonText ends = new JsonText();
        exposure.ends().forEach(ends::number);
        return new JsonText()
                .number("lives", exposure.lives())
                .number("millis", exposure.millis())
                .object("ends", ends);
    }

    private static Exposure readExposure(JsonValue.Fields fields) {
        SortedMap<String, Integer> ends = new TreeMap<>();
        JsonValue.Fields written = fields.fields("ends");
        written.values().keySet().forEach(end -> ends.put(end, Math.toIntExact(number(written, end))));
        return new Exposure(number(fields, "lives"), number(fields, "millis"), ends);
    }

    private static JsonText of(Circuit circuit) {
        return switch (circuit) {
            case Circuit.Closed(var since, int times) ->
                new JsonText()
                        .text("state", "closed")
                        .text("since", since.toString())
                        .number("times", times);
            case Circuit.Open(var level, var functions, var since, var until, int times) ->
                term("open", level, functions, since, until, times);
            case Circuit.HalfOpen(var level, var functions, var since, var until, int times) ->
                term("half-open", level, functions, since, until, times);
        };
    }

    private static JsonText term(
            String state, Level level, List<String> functions, Instant since, Instant until, int times) {
        return new JsonText()
                .text("state", state)
                .text("level", word(level))
                .texts("functions", functions)
                .text("since", since.toString())
                .text("until", until.toString())
                .number("times", times);
    }

    private static Circuit readCircuit(JsonValue.Fields fields) {
        int times = Math.toIntExact(number(fields, "times"));
        Instant since = instant(fields, "since");
        String state = fields.text("state").orElseThrow();
        if (state.equals("closed")) {
            return new Circuit.Closed(since, times);
        }
        Level level = constant(Level.class, fields, "level");
        List<String> functions = texts(fields, "functions");
        Instant until = instant(fields, "until");
        return switch (state) {
            case "open" -> new Circuit.Open(level, functions, since, until, times);
            case "half-open" -> new Circuit.HalfOpen(level, functions, since, until, times);
            default -> throw new IllegalArgumentException("no state");
        };
    }

    private static Instant instant(JsonValue.Fields fields, String name) {
        return Instant.parse(fields.text(name).orElseThrow());
    }

    static long number(JsonValue.Fields fields, String name) {
        return fields.number(name).orElseThrow();
    }

    private static boolean truth(JsonValue.Fields fields, String name) {
        return fields.values().get(name) instanceof JsonValue.Truth(boolean value) && value;
    }

    static List<String> texts(JsonValue.Fields fields, String name) {
        List<String> texts = new ArrayList<>();
        if (fields.values().get(name) instanceof JsonValue.Items(var items)) {
            for (JsonValue item : items) {
                if (item instanceof JsonValue.Text(var text)) {
                    texts.add(text);
                }
            }
        }
        return texts;
    }

    private static <E extends Enum<E>> E constant(Class<E> type, JsonValue.Fields fields, String name) {
        return Enum.valueOf(type, fields.text(name).orElseThrow().toUpperCase(Locale.ROOT));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    interface Reading<T> {
        T read() throws MalformedRecordException;
    }

    static <T> T parsed(Reading<T> reading) throws MalformedRecordException {
        try {
            return reading.read();
        } catch (NoSuchElementException | DateTimeException | ArithmeticException | IllegalArgumentException e) {
            throw new MalformedRecordException("a field is missing, or of the wrong kind");
        }
    }
}
