package dev.stet.agent.audit;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a record's JSON says.
public sealed interface JsonValue {
    /// A text.
    record Text(String value) implements JsonValue {}

    /// A whole number; the log has no others.
    record Whole(long value) implements JsonValue {}

    /// `true` or `false`.
    record Truth(boolean value) implements JsonValue {}

    /// A list.
    record Items(List<JsonValue> values) implements JsonValue {
        public Items {
            values = List.copyOf(values);
        }
    }

    /// An object, its fields as they were written.
    record Fields(Map<String, JsonValue> values) implements JsonValue {
        public Fields {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }

        /// A field that is a text.
        public Optional<String> text(String name) {
            return values.get(name) instanceof Text(var value) ? Optional.of(value) : Optional.empty();
        }

        /// A field that is a number.
        public Optional<Long> number(String name) {
            return values.get(name) instanceof Whole(long value) ? Optional.of(value) : Optional.empty();
        }

        /// A field that is an object; one without fields if there is none.
        public Fields fields(String name) {
            return values.get(name) instanceof Fields fields ? fields : new Fields(Map.of());
        }
    }
}
