package dev.stet.service.config;

import dev.stet.policy.yaml.Problem;
import dev.stet.policy.yaml.Problems;
import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.SourceText;
import dev.stet.policy.yaml.YamlDocuments;
import dev.stet.policy.yaml.YamlNode;
import dev.stet.service.store.FileSettings;
import dev.stet.service.store.StoreSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The value of every setting, and where it comes from: an option comes before an environment variable,
/// that before the file, and that before what is usual.
public final class Configuration {
    /// Where the file is if nobody says.
    public static final Path FILE = Path.of("/etc/stet/stet.yaml");

    private final Map<String, Value> values;

    /// What a setting is.
    ///
    /// @param texts more than one only for a list; none if there is none
    /// @param origin for people: `usual`, `/etc/stet/stet.yaml:3`, `STET_BUDGET`, `--budget`
    public record Value(Setting setting, List<String> texts, String origin) {
        public Value {
            texts = List.copyOf(texts);
        }

        /// As it is shown: items with commas between.
        public String text() {
            return String.join(",", texts);
        }
    }

    /// What came of reading.
    public sealed interface Result {
        /// All of it is right.
        record Valid(Configuration configuration) implements Result {}

        /// @param problems all there are
        record Invalid(List<Problem> problems) implements Result {
            public Invalid {
                problems = List.copyOf(problems);
            }
        }
    }

    private Configuration(Map<String, Value> values) {
        this.values = Map.copyOf(values);
    }

    /// Reads it.
    ///
    /// @param file its text; empty if there is none
    /// @param variables of the environment
    /// @param options that were given, by setting's name
    public static Result read(
            Optional<SourceText> file, Map<String, String> variables, Map<String, List<String>> options) {
        Problems problems = new Problems();
        Map<String, Value> values = new LinkedHashMap<>();
        for (Setting setting : Settings.all()) {
            values.put(
                    setting.name(),
                    new Value(setting, setting.usual().isEmpty() ? List.of() : List.of(setting.usual()), "usual"));
        }
        file.ifPresent(text -> file(text, values, problems));
        for (Setting setting : Settings.all()) {
            Optional.ofNullable(variables.get(setting.variable()))
                    .ifPresent(text -> put(
                            setting,
                            setting.many() ? List.of(text.split(",", -1)) : List.of(text),
                            setting.variable(),
                            values,
                            problems));
            Optional.ofNullable(options.get(setting.name()))
                    .ifPresent(texts -> put(setting, texts, setting.option(), values, problems));
        }
        Configuration read = new Configuration(values);
        if (problems.isEmpty()) {
            read.together(problems);
        }
        return problems.isEmpty() ? new Result.Valid(read) : new Result.Invalid(problems.list());
    }

    private static void put(
            Setting setting, List<String> texts, String origin, Map<String, Value> values, Problems problems) {
        for (String text : texts) {
            try {
                var ignored = setting.form().value(text);
            } catch (IllegalArgumentException e) {
                problems.add(new Problem(origin, 1, 1, "", "expected " + e.getMessage()));
                return;
            }
        }
        values.put(setting.name(), new Value(setting, texts, origin));
    }

    private static void file(SourceText text, Map<String, Value> values, Problems problems) {
        List<YamlNode> documents = YamlDocuments.read(text, problems);
        if (documents.size() > 1) {
            documents.get(1).report("one document is enough");
        }
        documents.stream().limit(1).forEach(document -> {
            List<String> names = new ArrayList<>(Settings.inGroup(""));
            names.addAll(Settings.groups());
            YamlNode top = document.fields(new Shape(names, List.of()));
            Settings.inGroup("").forEach(name -> value(name, top.optional(name), values));
            for (String group : Settings.groups()) {
                List<String> inside = Settings.inGroup(group);
                YamlNode fields = top.optional(group).fields(new Shape(inside, List.of()));
                inside.forEach(name -> value(group + "." + name, fields.optional(name), values));
            }
        });
    }

    private static void value(String name, YamlNode node, Map<String, Value> values) {
        if (!node.isPresent()) {
            return;
        }
        Setting setting = Settings.find(name).orElseThrow();
        List<String> texts = new ArrayList<>();
        List<YamlNode> items = setting.many() ? node.oneOrMany("values") : List.of(node);
        for (YamlNode item : items) {
            item.parsed(setting.form().name(), text -> {
                        var ignored = setting.form().value(text);
                        if (setting.form().isPath() && !text.startsWith("/") && !text.equals("off")) {
                            throw new IllegalArgumentException("it begins with '/'");
                        }
                        return text;
                    })
                    .ifPresent(texts::add);
        }
        values.put(name, new Value(setting, texts, node.file() + ":" + node.line()));
    }

    /// What makes sense only together.
    private void together(Problems problems) {
        if (address("api.listen").isPresent()) {
            for (String needed : List.of("api.certificate", "api.key", "api.tokens")) {
                if (path(needed).isEmpty()) {
                    problems.add(new Problem(
                            values.get("api.listen").origin(), 1, 1, "api.listen", "takes " + needed + ", too"));
                }
            }
        }
        if (number("store.max-size") < StoreSettings.MIN_BYTES) {
            problems.add(wrong("store.max-size", "8MiB at least"));
        }
        if (number("file.max-size") < FileSettings.MIN_BYTES) {
            problems.add(wrong("file.max-size", "64KiB at least"));
        }
        if (time("store.max-age").toSeconds() < 60) {
            problems.add(wrong("store.max-age", "1m at least"));
        }
        boolean names = !list("redact-name").isEmpty() || !list("redact-except").isEmpty();
        if (text("redact").equals("off") && names) {
            problems.add(new Problem(
                    values.get("redact").origin(),
                    1,
                    1,
                    "redact",
                    "off leaves nothing for redact-name or redact-except"));
        }
    }

    private Problem wrong(String name, String what) {
        return new Problem(values.get(name).origin(), 1, 1, name, what);
    }

    /// All, in the order in which they are shown.
    public List<Value> values() {
        return Settings.all().stream().map(each -> values.get(each.name())).toList();
    }

    /// A text; empty if there is none.
    public String text(String name) {
        return of(name).text();
    }

    /// A list; empty if there is none.
    public List<String> list(String name) {
        return of(name).texts();
    }

    /// A path; empty if it is off.
    public Optional<Path> path(String name) {
        return on(name).map(Path::of);
    }

    /// Where to listen; empty if it is off.
    public Optional<String> address(String name) {
        return on(name);
    }

    private Optional<String> on(String name) {
        String text = text(name);
        return text.isEmpty() || text.equals("off") ? Optional.empty() : Optional.of(text);
    }

    /// A switch.
    public boolean isOn(String name) {
        return (Boolean) parsed(name);
    }

    /// A percentage.
    public double percent(String name) {
        return (Double) parsed(name);
    }

    /// A whole number, or bytes.
    public long number(String name) {
        return (Long) parsed(name);
    }

    /// A time.
    public Duration time(String name) {
        return (Duration) parsed(name);
    }

    private Object parsed(String name) {
        return of(name).setting().form().value(text(name));
    }

    private Value of(String name) {
        Value value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("there is no setting " + name);
        }
        return value;
    }

    /// Which settings another configuration has otherwise.
    public List<Value> changes(Configuration other) {
        return other.values().stream()
                .filter(each ->
                        !each.texts().equals(values.get(each.setting().name()).texts()))
                .toList();
    }
}
