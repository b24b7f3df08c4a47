package dev.stet.policy;

import dev.stet.policy.yaml.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// An exemption as a person would write it.
public final class ExemptionYaml {
    /// Fields that take a list, even of one.
    private static final Set<String> LISTS = Set.of("contains");
    /// Texts that mean themselves without quotes.
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_/][A-Za-z0-9_./@+-]*( [A-Za-z0-9_./@+(),-]+)*");
    /// What YAML would take for something else than text.
    private static final Pattern SPECIAL =
            Pattern.compile("(?i)true|false|yes|no|on|off|null|~|[-+]?[0-9.]+(e[-+]?[0-9]+)?");

    private final Map<String, Map<String, List<String>>> clauses = new LinkedHashMap<>();
    private final List<String> aspects = new ArrayList<>();
    private Optional<String> comment = Optional.empty();

    /// What stands above the rule's match.
    public record Header(String name, String reason, String owner, Optional<String> ticket, Optional<String> expires) {}

    /// @param name with a dot if it has parts: `exe.glob`; a value more is one of a list
    public void clause(String name, String value) {
        int dot = name.indexOf('.');
        String field = dot < 0 ? name : name.substring(0, dot);
        String part = dot < 0 ? "" : name.substring(dot + 1);
        clauses.computeIfAbsent(field, _ -> new LinkedHashMap<>())
                .computeIfAbsent(part, _ -> new ArrayList<>())
                .add(value);
    }

    /// @param text `returns`, or `pack:NAME`
    public void aspect(String text) {
        int colon = text.indexOf(':');
        aspects.add(
                colon < 0
                        ? scalar(text)
                        : "{" + scalar(text.substring(0, colon)) + ": " + flow(text.substring(colon + 1)) + "}");
    }

    /// Says for people what the match is about.
    public void comment(String text) {
        comment = Optional.of(text);
    }

    public boolean isEmpty() {
        return clauses.isEmpty();
    }

    public String text(Header header) {
        StringBuilder out = new StringBuilder("apiVersion: stet.dev/v1alpha1\nkind: ProbeExemption\nmetadata: {name: ")
                .append(header.name)
                .append("}\nspec:\n");
        field(out, "reason", header.reason);
        field(out, "owner", header.owner);
        header.ticket.ifPresent(link -> field(out, "ticket", link));
        header.expires.ifPresent(end -> out.append("  expires: ").append(end).append('\n'));
        if (!aspects.isEmpty()) {
            out.append("  exempt: [").append(String.join(", ", aspects)).append("]\n");
        }
        comment.ifPresent(text -> out.append("  # ").append(Quoted.bare(text)).append('\n'));
        out.append("  match:\n");
        clauses.forEach((name, parts) -> {
            out.append("    ").append(scalar(name)).append(": ");
            List<String> whole = parts.get("");
            out.append(whole != null ? values("", whole) : "{" + parts(parts) + "}")
                    .append('\n');
        });
        return out.toString();
    }

    private static String parts(Map<String, List<String>> parts) {
        List<String> texts = new ArrayList<>();
        parts.forEach((name, values) -> texts.add(scalar(name) + ": " + values(name, values)));
        return String.join(", ", texts);
    }

    private static String values(String part, List<String> values) {
        if (values.size() == 1 && !LISTS.contains(part)) {
            return flow(values.getFirst());
        }
        return "[" + String.join(", ", values.stream().map(ExemptionYaml::flow).toList()) + "]";
    }

    private static void field(StringBuilder out, String name, String value) {
        out.append("  ").append(name).append(": ").append(scalar(value)).append('\n');
    }

    /// Numbers are left as they are, for a uid is one.
    private static String flow(String value) {
        return value.matches("[0-9]{1,10}") ? value : scalar(value).contains(",") ? quoted(value) : scalar(value);
    }

    /// In quotes if it needs them.
    private static String scalar(String value) {
        boolean url = value.matches("https?://[A-Za-z0-9_./#?=&%~-]+");
        boolean plain = url
                || (PLAIN.matcher(value).matches() && !SPECIAL.matcher(value).matches());
        return plain ? value : quoted(value);
    }

    private static String quoted(String value) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (!Quoted.isPlain(c)) {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    /// A pattern that matches this text and no other.
    public static String escaped(String text) {
        return text.replaceAll("[\\\\*?\\[]", "\\\\$0");
    }
}
