package dev.stet.policy.pixie;

import dev.stet.facts.Glob;
import dev.stet.policy.pixie.Imported.Kind;
import dev.stet.policy.yaml.Quoted;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Writes an exemption as a person would.
final class ExemptionText {
    /// What needs no quotes, whoever reads it.
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9._/-]*");

    /// Texts: any that has none of YAML's signs, nor begins with one.
    private static final Pattern PLAIN_WORDS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 .,;'()/@_+-]*");

    private static final Set<String> NOT_TEXT = Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

    private ExemptionText() {}

    static String of(String name, String entry, Kind kind, String where, Origin origin) {
        StringBuilder out = new StringBuilder(400);
        out.append("# Was ")
                .append(Quoted.of(entry))
                .append(" in --" + OptOutList.FLAG + " of Pixie, ")
                .append(Quoted.bare(where))
                .append('\n');
        out.append("apiVersion: stet.dev/v1alpha1\nkind: ProbeExemption\n");
        out.append("metadata: {name: ").append(scalar(name)).append("}\nspec:\n");
        out.append("  reason: ").append(words(origin.reason())).append('\n');
        out.append("  owner: ").append(words(origin.owner())).append('\n');
        origin.ticket()
                .ifPresent(
                        ticket -> out.append("  ticket: ").append(words(ticket)).append('\n'));
        origin.expires()
                .ifPresent(end -> out.append("  expires: ").append(words(end)).append('\n'));
        out.append("  exempt: [all]\n  match:\n");
        switch (kind) {
            case PROGRAM ->
                out.append("    exe: {name: ").append(scalar(escaped(entry))).append("}\n");
            case PATH ->
                out.append("    exe: {glob: ").append(scalar(path(entry))).append("}\n");
            case SCRIPT -> script(entry, out);
        }
        return out.toString();
    }

    /// Pixie takes an executable of either name for Node.
    private static void script(String entry, StringBuilder out) {
        out.append("    any:\n");
        for (String node : List.of("node", "nodejs")) {
            out.append("      - exe: {name: ").append(node).append("}\n");
            out.append("        script: {name: ").append(scalar(escaped(entry))).append("}\n");
        }
    }

    private static String path(String entry) {
        return entry.startsWith("/") ? escaped(entry) : "**/" + escaped(entry);
    }

    /// As a pattern that matches the text alone.
    private static String escaped(String text) {
        return Glob.isPattern(text) ? text.replaceAll("[*?\\[\\\\]", "\\\\$0") : text;
    }

    private static String scalar(String text) {
        return PLAIN.matcher(text).matches() && !NOT_TEXT.contains(text.toLowerCase(java.util.Locale.ROOT))
                ? text
                : quoted(text);
    }

    private static String words(String text) {
        boolean plain = PLAIN_WORDS.matcher(text).matches()
                && !text.endsWith(" ")
                && !NOT_TEXT.contains(text.toLowerCase(java.util.Locale.ROOT));
        return plain ? text : quoted(text);
    }

    /// In double quotes, with what does not print as numbers.
    private static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 8).append('"');
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                out.append('\\').appendCodePoint(c);
            } else if ((c >= ' ' && c < 0x7f) || Character.isLetterOrDigit(c)) {
                out.appendCodePoint(c);
            } else {
                out.append(c > 0xffff ? "\\U%08x".formatted(c) : "\\u%04x".formatted(c));
            }
        });
        return out.append('"').toString();
    }
}
