package dev.stet.policy.yaml;

import java.util.List;
import java.util.Map;

/// What stands at one place of a document.
sealed interface Content {
    /// @param text as written: quotes and escapes resolved, nothing else
    /// @param plain not in quotes, so it may be a number or nothing
    record Scalar(String text, boolean plain) implements Content {
        boolean isNothing() {
            return plain && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
        }

        boolean isBoolean() {
            return plain && (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false"));
        }

        boolean isNumber() {
            return plain && text.length() <= 40 && text.matches("[-+]?[0-9]+(\\.[0-9]*)?([eE][-+]?[0-9]+)?");
        }
    }

    record Sequence(List<YamlNode> items) implements Content {}

    record Mapping(Map<String, YamlNode> entries) implements Content {}

    /// Nothing was written there, or what was written has been reported.
    record Missing() implements Content {}

    /// For messages: `expected a list, found a number`.
    default String kind() {
        return switch (this) {
            case Scalar scalar when scalar.isNothing() -> "nothing";
            case Scalar scalar when scalar.isBoolean() -> "true or false";
            case Scalar scalar when scalar.isNumber() -> "a number";
            case Scalar _ -> "a text";
            case Sequence _ -> "a list";
            case Mapping _ -> "a mapping";
            case Missing _ -> "nothing";
        };
    }
}
