package dev.stet.policy.bind;

import dev.stet.policy.yaml.Quoted;
import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.YamlNode;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/// What every document has above its `spec`.
///
/// @param name empty if it has a problem
/// @param nameNode where the name stands
/// @param created `metadata.creationTimestamp`
record Header(Optional<String> name, YamlNode nameNode, Optional<Instant> created) {
    static final Shape METADATA =
            Shape.of("name", "creationTimestamp", "labels", "annotations").notYet("namespace");

    /// Names that begin so are those of Stet's own rules.
    static final String RESERVED = "stet-";
    /// A DNS label, as Kubernetes wants of names.
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    /// @param reserved may the name be one of Stet's own?
    static Header of(YamlNode top, boolean reserved) {
        YamlNode metadata = top.required("metadata").fields(METADATA);
        YamlNode node = metadata.required("name");
        Optional<String> name = node.parsed("a name", Header::name);
        if (!reserved && name.filter(text -> text.startsWith(RESERVED)).isPresent()) {
            node.report("names that begin with '" + RESERVED + "' are kept for what comes with Stet, found "
                    + Quoted.of(name.get()));
            name = Optional.empty();
        }
        // Stet makes nothing of them; tools and people do.
        texts(metadata.optional("labels"));
        texts(metadata.optional("annotations"));
        return new Header(name, node, Times.instant(metadata.optional("creationTimestamp")));
    }

    private static void texts(YamlNode node) {
        node.entries().forEach((_, value) -> {
            var ignored = value.text();
        });
    }

    private static String name(String text) {
        if (!NAME.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "use 1 to 63 lower-case letters, digits and '-', which neither begins nor ends it");
        }
        return text;
    }

    /// A text that says something.
    static Optional<String> words(YamlNode node) {
        Optional<String> text = node.text();
        if (text.isPresent() && text.get().isBlank()) {
            node.report("is blank");
        }
        return text;
    }
}
