package dev.stet.policy.yaml;

import dev.stet.policy.yaml.Content.Mapping;
import dev.stet.policy.yaml.Content.Missing;
import dev.stet.policy.yaml.Content.Scalar;
import dev.stet.policy.yaml.Content.Sequence;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// A value of a document, or the place where one could be. Asked for a kind that it is not, it reports
/// `expected a list, found a number` where it stands and answers with nothing; a missing one answers with
/// nothing and reports nothing.
///
/// The package's description shows how a binder uses it.
public final class YamlNode {
    private final Place place;
    private final Place key;
    private final Content content;
    private final Shape shape;
    private final Problems problems;

    private YamlNode(Place place, Place key, Content content, Shape shape, Problems problems) {
        this.place = place;
        this.key = key;
        this.content = content;
        this.shape = shape;
        this.problems = problems;
    }

    static YamlNode of(Place place, Place key, Content content, Problems problems) {
        return new YamlNode(place, key, content, Shape.of(), problems);
    }

    /// Is there a value at all?
    public boolean isPresent() {
        return !(content instanceof Missing);
    }

    /// Is it a list? For fields that take one value or several.
    public boolean isList() {
        return content instanceof Sequence;
    }

    public boolean isMapping() {
        return content instanceof Mapping;
    }

    public String file() {
        return place.file();
    }

    /// 1-based line of the value's first character.
    public int line() {
        return place.line();
    }

    /// 1-based column of the value's first character.
    public int column() {
        return place.column();
    }

    /// `spec.match.any[0].exe`; empty for a document.
    public String path() {
        return place.path();
    }

    // --- mappings

    /// The mapping with these fields: reports others, each with the field probably meant. On what is not a
    /// mapping it reports that, and the answer is a missing node.
    public YamlNode fields(Shape fields) {
        return switch (content) {
            case Missing _ -> this;
            case Mapping(var entries) -> {
                entries.forEach((name, value) -> {
                    if (!fields.names().contains(name)) {
                        value.reportKey(unknown(name, fields));
                    }
                });
                yield new YamlNode(place, key, content, fields, problems);
            }
            case Scalar _, Sequence _ -> expected("a mapping with " + String.join(", ", fields.names()));
        };
    }

    private static String unknown(String name, Shape fields) {
        if (fields.notYet().contains(name)) {
            return "field '" + name + "' is not supported by this version";
        }
        List<String> known = new ArrayList<>(fields.names());
        known.addAll(fields.notYet());
        String message = "unknown field " + Quoted.of(name);
        return Suggestion.of(name, known)
                .map(meant -> message + "; did you mean '" + meant + "'?")
                .orElse(message + "; known are " + String.join(", ", fields.names()));
    }

    /// A field that must be there: reported if it is not.
    ///
    /// @param name one of the shape given to [#fields]
    public YamlNode required(String name) {
        if (content instanceof Mapping(var entries) && !entries.containsKey(name)) {
            report("required field '" + name + "' is missing");
        }
        return optional(name);
    }

    /// A field that may be there.
    ///
    /// @param name one of the shape given to [#fields]
    /// @throws IllegalArgumentException if the shape does not have it
    public YamlNode optional(String name) {
        return switch (content) {
            case Mapping(var entries) -> {
                if (!shape.names().contains(name)) {
                    throw new IllegalArgumentException("field " + name + " is not in the shape " + shape.names());
                }
                YamlNode value = entries.get(name);
                yield value == null ? missing() : value;
            }
            case Missing _, Scalar _, Sequence _ -> missing();
        };
    }

    /// The names of a mapping's fields as written, known or not; empty if it is missing or no mapping.
    public Set<String> names() {
        return content instanceof Mapping(var entries) ? Collections.unmodifiableSet(entries.keySet()) : Set.of();
    }

    /// All entries of a mapping whose keys are the author's own, in the order written; empty if it is
    /// missing. An empty mapping is reported: it says nothing.
    public Map<String, YamlNode> entries() {
        return switch (content) {
            case Missing _ -> Map.of();
            case Mapping(var entries)
            when entries.isEmpty() -> {
                report("an empty mapping says nothing: leave the field out");
                yield Map.of();
            }
            case Mapping(var entries) -> Collections.unmodifiableMap(entries);
            case Scalar _, Sequence _ -> {
                expected("a mapping");
                yield Map.of();
            }
        };
    }

    // --- lists

    /// The items of a list; empty if it is missing. An empty list is reported: it says nothing.
    ///
    /// @param of what it is a list of, for the message: `texts`
    public List<YamlNode> items(String of) {
        return switch (content) {
            case Missing _ -> List.of();
            case Sequence(var items)
            when items.isEmpty() -> {
                report("an empty list says nothing: leave the field out");
                yield List.of();
            }
            case Sequence(var items) -> Collections.unmodifiableList(items);
            case Scalar _, Mapping _ -> {
                expected("a list of " + of);
                yield List.of();
            }
        };
    }

    /// The items of a list, or the value itself if it is not a list: `uid: 0` and `uid: [0, 1]`.
    ///
    /// @param of what it is a list of, for the message: `texts`
    public List<YamlNode> oneOrMany(String of) {
        return isPresent() && !isList() ? List.of(this) : items(of);
    }

    /// A list of texts; those that are not texts are reported and left out.
    public List<String> texts() {
        return items("texts").stream().flatMap(item -> item.text().stream()).toList();
    }

    // --- scalars

    /// A text as it is written: `1e10`, `0123` and `yes` are those characters, whatever YAML would make of
    /// them. Nothing (`name:` with no value) is not a text.
    public Optional<String> text() {
        return scalar("a text");
    }

    private Optional<String> scalar(String what) {
        return switch (content) {
            case Missing _ -> Optional.empty();
            case Scalar scalar when !scalar.isNothing() -> Optional.of(scalar.text());
            case Scalar _, Sequence _, Mapping _ -> {
                expected(what);
                yield Optional.empty();
            }
        };
    }

    /// A text that is parsed further.
    ///
    /// @param what what is expected, for the message: `a date`
    /// @param parser throws [IllegalArgumentException] or [DateTimeException] on a text that is wrong; the
    ///     former's message, if it has one, becomes part of ours
    public <T> Optional<T> parsed(String what, Function<String, T> parser) {
        Optional<String> text = scalar(what);
        try {
            return text.map(parser);
        } catch (DateTimeException _) {
            report("expected " + what + ", found " + Quoted.of(text.orElseThrow()));
        } catch (IllegalArgumentException wrong) {
            String why = wrong.getMessage() == null ? "" : ": " + Quoted.bare(wrong.getMessage());
            report("expected " + what + ", found " + Quoted.of(text.orElseThrow()) + why);
        }
        return Optional.empty();
    }

    /// One of some words.
    public <T> Optional<T> choice(Map<String, T> choices) {
        List<String> words = choices.keySet().stream().sorted().toList();
        String what = (words.size() == 1 ? "" : "one of ") + String.join(", ", words);
        return scalar(what).flatMap(text -> {
            T chosen = choices.get(text);
            if (chosen == null) {
                String meant = Suggestion.of(text, words)
                        .map(word -> "; did you mean '" + word + "'?")
                        .orElse("");
                report("expected " + what + ", found " + Quoted.of(text) + meant);
            }
            return Optional.ofNullable(chosen);
        });
    }

    /// A whole number from `min` to `max`, in decimal digits and without quotes.
    public Optional<Long> number(long min, long max) {
        String what = "a number from " + min + " to " + max;
        return switch (content) {
            case Missing _ -> Optional.empty();
            case Scalar scalar
            when scalar.isNumber() -> {
                Optional<Long> number = whole(scalar.text()).filter(value -> min <= value && value <= max);
                if (number.isEmpty()) {
                    report("expected " + what + ", found " + Quoted.bare(scalar.text()));
                }
                yield number;
            }
            case Scalar _, Sequence _, Mapping _ -> {
                expected(what);
                yield Optional.empty();
            }
        };
    }

    private static Optional<Long> whole(String text) {
        try {
            return Optional.of(Long.valueOf(text));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    /// `true` or `false`, without quotes.
    public Optional<Boolean> bool() {
        return switch (content) {
            case Missing _ -> Optional.empty();
            case Scalar scalar when scalar.isBoolean() -> Optional.of(Boolean.valueOf(scalar.text()));
            case Scalar _, Sequence _, Mapping _ -> {
                expected("true or false");
                yield Optional.empty();
            }
        };
    }

    // --- reports

    /// Adds a problem about this value to those of the whole reading.
    public void report(String message) {
        problems.add(problem(message));
    }

    /// Adds a problem that stands where the value's key does: about the field's name, or about its being
    /// there.
    public void reportKey(String message) {
        problems.add(key.problem(message));
    }

    /// A problem about this value that is not added: for warnings.
    public Problem problem(String message) {
        return place.problem(message);
    }

    private YamlNode expected(String what) {
        report("expected " + what + ", found " + content.kind());
        return missing();
    }

    private YamlNode missing() {
        return new YamlNode(place, key, new Missing(), shape, problems);
    }

    /// Its place and kind, for the debugger.
    @Override
    public String toString() {
        return place.file() + ":" + place.line() + ": " + place.path() + ": " + content.kind();
    }
}
