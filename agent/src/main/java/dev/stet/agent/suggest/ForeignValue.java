package dev.stet.agent.suggest;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A value of JSON that somebody else wrote.
sealed interface ForeignValue {
    /// A text; of a long one the beginning.
    record Text(String value) implements ForeignValue {}

    /// A number, as it was written.
    record Number(String digits) implements ForeignValue {}

    /// `true` or `false`.
    record Truth(boolean value) implements ForeignValue {}

    /// `null`.
    record Nothing() implements ForeignValue {}

    /// A list.
    record Items(List<ForeignValue> values) implements ForeignValue {
        public Items {
            values = List.copyOf(values);
        }
    }

    /// An object; of its fields those that were asked for.
    record Fields(Map<String, ForeignValue> values) implements ForeignValue {
        static final Fields NONE = new Fields(Map.of());

        public Fields {
            values = Map.copyOf(values);
        }

        /// A field that is a text.
        Optional<String> text(String name) {
            return Optional.ofNullable(values.get(name)).flatMap(ForeignValue::text);
        }

        /// A field that is a whole number, or a text of one.
        Optional<Long> number(String name) {
            String digits = switch (values.getOrDefault(name, new Nothing())) {
                case Number(var written) -> written;
                case Text(var written) -> written;
                case Truth _, Nothing _, Items _, Fields _ -> "";
            };
            return digits.matches("-?[0-9]{1,18}") ? Optional.of(Long.parseLong(digits)) : Optional.empty();
        }

        /// A field that is an object; one without fields if it is none.
        Fields fields(String name) {
            return values.get(name) instanceof Fields fields ? fields : NONE;
        }

        /// The objects of a field that is a list of them; other values are left out.
        List<Fields> objects(String name) {
            return values.get(name) instanceof Items(var items)
                    ? items.stream()
                            .filter(Fields.class::isInstance)
                            .map(Fields.class::cast)
                            .toList()
                    : List.of();
        }
    }

    /// As text: one that is a text, or the bytes of one, as the systemd journal writes what is not UTF-8; the first
    /// text of a list of several.
    default Optional<String> text() {
        return switch (this) {
            case Text(var value) -> Optional.of(value);
            case Items(var items)
            when !items.isEmpty() && items.getFirst() instanceof Text(var first) -> Optional.of(first);
            case Items(var items) -> bytes(items);
            case Number _, Truth _, Nothing _, Fields _ -> Optional.empty();
        };
    }

    private static Optional<String> bytes(List<ForeignValue> items) {
        byte[] bytes = new byte[items.size()];
        for (int i = 0; i < bytes.length; i++) {
            if (!(items.get(i) instanceof Number(var digits)) || !digits.matches("[0-9]{1,3}")) {
                return Optional.empty();
            }
            bytes[i] = (byte) Integer.parseInt(digits);
        }
        return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    }
}
