package dev.stet.probe.redact;

import dev.stet.probe.NamedValue;
import dev.stet.probe.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/// Values without what is private. Each method gives what is to be shown in place of a value, and empty if that is
/// the value itself, which is nearly always so and then costs no copy.
public final class SafeValues {
    /// A value that is deeper than this is withheld: it would not be looked at.
    private static final int MAX_DEPTH = 64;

    private static final String REDACTED = "redacted: ";
    private static final Set<String> KEYS = ignoringCase("name", "key");
    private static final Set<String> VALUES = ignoringCase("value", "values", "val");

    private final Names names;
    private final TextSecrets secrets;

    /// @param names which are private
    public SafeValues(Names names) {
        this.names = names;
        secrets = new TextSecrets(names);
    }

    private static Set<String> ignoringCase(String... names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(List.of(names));
        return set;
    }

    /// What captures took.
    public Optional<List<NamedValue>> values(List<NamedValue> values) {
        Optional<String> told = Optional.empty();
        for (int i = 0; i < values.size() && told.isEmpty(); i++) {
            told = told(values.get(i).name(), values.get(i).value());
        }
        Optional<String> beside = told;
        return each(
                values,
                each -> named(each.name(), each.value(), beside, 0).map(safe -> new NamedValue(each.name(), safe)));
    }

    private static <T> Optional<List<T>> each(List<T> list, Function<T, Optional<T>> look) {
        List<T> changed = null;
        for (int i = 0; i < list.size(); i++) {
            Optional<T> safe = look.apply(list.get(i));
            if (safe.isPresent()) {
                changed = changed == null ? new ArrayList<>(list) : changed;
                changed.set(i, safe.get());
            }
        }
        return Optional.ofNullable(changed);
    }

    /// What a name tells of the value beside it: `{name="Authorization", value="..."}`.
    private Optional<String> told(String name, Value value) {
        return value instanceof Value.Text text && KEYS.contains(name) ? names.ofName(text.text()) : Optional.empty();
    }

    private Optional<Value> named(String name, Value value, Optional<String> told, int depth) {
        Optional<String> what = names.ofName(name);
        if (what.isEmpty() && told.isPresent() && VALUES.contains(name)) {
            what = told;
        }
        return what.isPresent() && couldHold(value) ? withheld(what.get()) : value(value, depth);
    }

    private static Optional<Value> withheld(String what) {
        return Optional.of(new Value.Withheld(REDACTED + what));
    }

    /// An address is not what is there, and that there is nothing is no secret.
    private static boolean couldHold(Value value) {
        return switch (value) {
            case Value.Nil _, Value.Unreadable _, Value.Missing _, Value.Withheld _ -> false;
            case Value.Address _, Value.Frames _ -> false;
            case Value.Signed _, Value.Unsigned _, Value.Word _, Value.Hex _, Value.Truth _, Value.Real _ -> true;
            case Value.Character _, Value.Duration _, Value.Named _, Value.Text _, Value.Bytes _ -> true;
            case Value.Fields _, Value.Items _, Value.Variant _, Value.Dynamic _ -> true;
        };
    }

    private Optional<Value> value(Value value, int depth) {
        if (depth > MAX_DEPTH) {
            return withheld("too deep to be looked at");
        }
        return switch (value) {
            case Value.Text text -> text(text);
            case Value.Bytes bytes -> bytes(bytes);
            case Value.Fields fields -> fields(fields, depth);
            case Value.Items items ->
                each(items.items(), item -> value(item, depth + 1))
                        .map(safe -> new Value.Items(safe, items.fullCount()));
            case Value.Variant(var name, var content) ->
                content.flatMap(inner -> value(inner, depth + 1))
                        .map(safe -> new Value.Variant(name, Optional.of(safe)));
            case Value.Dynamic(var type, var held) ->
                held.flatMap(inner -> typed(type, inner, depth + 1))
                        .map(safe -> new Value.Dynamic(type, Optional.of(safe)));
            case Value.Signed _, Value.Unsigned _, Value.Word _, Value.Hex _, Value.Address _ -> Optional.empty();
            case Value.Truth _, Value.Real _, Value.Character _, Value.Duration _ -> Optional.empty();
            case Value.Named _, Value.Frames _ -> Optional.empty();
            case Value.Nil _, Value.Unreadable _, Value.Missing _, Value.Withheld _ -> Optional.empty();
        };
    }

    private Optional<Value> typed(String type, Value value, int depth) {
        Optional<String> what = names.ofType(type);
        return what.isPresent() && couldHold(value) ? withheld(what.get()) : value(value, depth);
    }

    private Optional<Value> fields(Value.Fields fields, int depth) {
        Optional<String> what = names.ofType(fields.type());
        if (what.isPresent()) {
            return withheld(what.get());
        }
        Optional<String> told = Optional.empty();
        for (int i = 0; i < fields.fields().size() && told.isEmpty(); i++) {
            told = told(fields.fields().get(i).name(), fields.fields().get(i).value());
        }
        Optional<String> beside = told;
        return each(
                        fields.fields(),
                        field -> named(field.name(), field.value(), beside, depth + 1)
                                .map(safe -> new Value.Field(field.name(), safe)))
                .map(safe -> new Value.Fields(fields.type(), safe));
    }

    private Optional<Value> text(Value.Text text) {
        List<Secret> found = secrets.in(text.text());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        StringBuilder safe = new StringBuilder(text.text().length() + 32);
        int from = 0;
        for (Secret secret : found) {
            safe.append(text.text(), from, secret.from()).append(mark(secret));
            from = secret.to();
        }
        safe.append(text.text(), from, text.text().length());
        return Optional.of(new Value.Text(safe.toString(), text.takenBytes(), text.fullBytes()));
    }

    /// Bytes keep their number: what is behind stays where it was.
    private Optional<Value> bytes(Value.Bytes bytes) {
        List<Secret> found = secrets.in(bytes.latin1());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        StringBuilder safe = new StringBuilder(bytes.latin1());
        for (Secret secret : found) {
            int length = secret.to() - secret.from();
            String mark = length < mark(secret).length() ? "" : mark(secret);
            safe.replace(secret.from(), secret.to(), mark + "*".repeat(length - mark.length()));
        }
        return Optional.of(new Value.Bytes(safe.toString(), bytes.fullBytes()));
    }

    private static String mark(Secret secret) {
        return "<" + REDACTED + secret.what() + ">";
    }
}
