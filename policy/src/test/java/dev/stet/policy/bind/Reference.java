package dev.stet.policy.bind;

import dev.stet.policy.yaml.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Writes the reference of the policy language, of its schemas: one row a field.
final class Reference {
    private static final String HEAD = """
            # Reference of the policy language

            Generated from the JSON Schemas; `STET_RECORD=1` with the tests of module `policy` writes it anew. What it all means is in
            [policy.md](policy.md).
            """;
    /// Definitions that are mappings, which rows of their own describe.
    private static final Set<String> EXPANDED = Set.of("kin", "relative");

    private static final String DEFAULT = "Default: ";

    private final StringBuilder out = new StringBuilder(HEAD);
    private YamlNode schema;

    /// @param schemas of exemption, tier, settings and test, in this order
    static String of(List<YamlNode> schemas) {
        Reference reference = new Reference();
        reference.schema = schemas.getFirst();
        reference.section("Every document", "");
        schemas.getFirst().entries().get("properties").entries().forEach((name, node) -> {
            if (name.equals("kind")) {
                String kinds = schemas.stream()
                        .map(schema -> "`" + text(schema, "title") + "`")
                        .collect(Collectors.joining(", "));
                reference.out.append("| `kind` | " + kinds + " | *needed* | " + text(node, "description") + " |\n");
            } else if (!name.equals("spec")) {
                reference.field(name, node, true);
            }
        });
        for (YamlNode schema : schemas) {
            reference.document(schema);
        }
        reference.schema = schemas.getFirst();
        reference.match();
        reference.values(schemas);
        return reference.out.toString();
    }

    private void document(YamlNode document) {
        schema = document;
        section(text(document, "title"), text(document, "description"));
        YamlNode spec = document.entries().get("properties").entries().get("spec");
        fields("spec", spec);
    }

    private void match() {
        YamlNode match = def("match");
        section("Match", text(match, "description"));
        fields("match", match);
    }

    private void values(List<YamlNode> schemas) {
        out.append("\n## Values\n");
        Set<String> seen = new TreeSet<>();
        for (YamlNode each : schemas) {
            each.entries().get("$defs").entries().forEach((name, node) -> {
                if (isScalar(name, node) && seen.add(name)) {
                    String words = text(node, "description");
                    String choices = node.names().contains("enum") ? " One of " + choices(node) + "." : "";
                    out.append("\n### ")
                            .append(name)
                            .append("\n\n")
                            .append(escape(words + choices))
                            .append("\n");
                }
            });
        }
    }

    private static boolean isScalar(String name, YamlNode node) {
        return !name.startsWith("clause.")
                && !EXPANDED.contains(name)
                && !name.equals("match")
                && !name.equals("entry")
                && !node.names().contains("properties");
    }

    private void section(String title, String words) {
        out.append("\n## ").append(title).append("\n\n");
        if (!words.isEmpty()) {
            out.append(words).append("\n\n");
        }
        out.append("| Field | Value | Default | Means |\n| --- | --- | --- | --- |\n");
    }

    private void fields(String path, YamlNode node) {
        List<String> required = node.names().contains("required")
                ? node.entries().get("required").texts()
                : List.of();
        node.entries()
                .get("properties")
                .entries()
                .forEach((name, field) -> field(path + "." + name, field, required.contains(name)));
    }

    /// One row, and those of what is in it.
    private void field(String path, YamlNode field, boolean required) {
        YamlNode own = resolved(field);
        String words = field.names().contains("description") ? text(field, "description") : text(own, "description");
        int at = words.indexOf(DEFAULT);
        String standard = at < 0 ? "" : words.substring(at + DEFAULT.length()).replaceAll("\\.$", "");
        for (YamlNode node : List.of(own, field)) {
            if (node.names().contains("default")) {
                standard = "`" + plain(node.entries().get("default")) + "`";
            }
        }
        out.append("| `")
                .append(path)
                .append("` | ")
                .append(escape(type(field)))
                .append(" | ");
        out.append(required ? "*needed*" : escape(standard)).append(" | ");
        out.append(escape((at < 0 ? words : words.substring(0, at)).strip())).append(" |\n");
        if (own.names().contains("properties") && !isMatch(field)) {
            fields(path, own);
        } else if (own.names().contains("items")) {
            YamlNode items = resolved(own.entries().get("items"));
            if (items.names().contains("properties") && !isMatch(own.entries().get("items"))) {
                fields(path + "[]", items);
            }
        }
    }

    private static boolean isMatch(YamlNode field) {
        String ref = text(field, "$ref");
        return ref.endsWith("/match") || ref.endsWith("/entry");
    }

    private YamlNode resolved(YamlNode node) {
        return node.names().contains("$ref") ? resolved(def(name(node))) : node;
    }

    private YamlNode def(String name) {
        return schema.entries().get("$defs").entries().get(name);
    }

    private static String name(YamlNode node) {
        String ref = text(node, "$ref");
        return ref.substring(ref.lastIndexOf('/') + 1);
    }

    /// What may stand there, for a person.
    private String type(YamlNode node) {
        Map<String, YamlNode> keys = node.entries();
        if (keys.containsKey("$ref")) {
            String name = name(node);
            return isScalar(name, def(name))
                    ? "[" + name + "](#" + anchor(name) + ")"
                    : isMatch(node) ? "[match](#match)" : type(def(name));
        }
        if (keys.containsKey("const")) {
            return "`" + text(node, "const") + "`";
        }
        if (keys.containsKey("enum")) {
            return choices(node);
        }
        if (keys.containsKey("anyOf") && !keys.containsKey("properties")) {
            return type(keys.get("anyOf").items("types").getFirst()) + ", or a list";
        }
        if (keys.containsKey("items")) {
            return "list of " + type(keys.get("items"));
        }
        if (keys.containsKey("properties")) {
            return "mapping";
        }
        if (keys.containsKey("additionalProperties")) {
            return "mapping of names to texts";
        }
        if (keys.containsKey("minimum")) {
            return "number from " + text(node, "minimum") + " to " + text(node, "maximum");
        }
        return text(node, "type").equals("boolean") ? "`true` or `false`" : "text";
    }

    private static String choices(YamlNode node) {
        return node.entries().get("enum").texts().stream()
                .map(word -> "`" + word + "`")
                .collect(Collectors.joining(", "));
    }

    private static String plain(YamlNode node) {
        return node.isList()
                ? "[" + String.join(", ", node.texts()) + "]"
                : node.text().orElse("");
    }

    private static String text(YamlNode node, String field) {
        if (!node.names().contains(field)) {
            return "";
        }
        YamlNode value = node.entries().get(field);
        return value.isList()
                ? String.join(", ", new ArrayList<>(value.texts()))
                : value.text().orElse("");
    }

    private static String anchor(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static String escape(String text) {
        return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;");
    }
}
