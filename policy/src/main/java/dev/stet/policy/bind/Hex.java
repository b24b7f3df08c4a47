package dev.stet.policy.bind;

import dev.stet.facts.BuildId;
import dev.stet.policy.yaml.YamlNode;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

/// What is named by hex digits, one or a list of them.
final class Hex {
    private Hex() {}

    static Set<BuildId> buildIds(YamlNode node) {
        String what = "a build ID of 2 to " + 2 * BuildId.MAX_BYTES + " hex digits, an even number of them";
        return many(node, "build IDs", what, Hex::buildId);
    }

    static Set<String> sha256(YamlNode node) {
        return many(node, "digests", "a SHA-256 of 64 hex digits", text -> digits(text, 64, 64));
    }

    /// The first digits of a container's ID, or all 64.
    static Set<String> containerIds(YamlNode node) {
        return many(node, "container IDs", "a container's ID of 12 to 64 hex digits", text -> digits(text, 12, 64));
    }

    private static <T> Set<T> many(YamlNode node, String things, String what, Function<String, T> parser) {
        Set<T> values = new LinkedHashSet<>();
        node.oneOrMany(things).forEach(item -> item.parsed(what, parser).ifPresent(values::add));
        return values;
    }

    private static BuildId buildId(String text) {
        if (text.length() % 2 != 0) {
            throw new IllegalArgumentException();
        }
        return new BuildId(digits(text, 2, 2 * BuildId.MAX_BYTES));
    }

    private static String digits(String text, int min, int max) {
        boolean hex = text.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x7f);
        if (text.length() < min || text.length() > max || !hex) {
            throw new IllegalArgumentException();
        }
        return text.toLowerCase(Locale.ROOT);
    }
}
