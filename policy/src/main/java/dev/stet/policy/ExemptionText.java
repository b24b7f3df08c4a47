package dev.stet.policy;

import dev.stet.policy.yaml.SourceText;
import dev.stet.policy.yaml.YamlSpans;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Edits the text of a policy file as a person would: what is not meant stays as it is, to the character. An edit that
/// would mean more or less than was asked for is refused.
public final class ExemptionText {
    private final String text;
    private final List<YamlSpans.Document> documents;
    private final int index;

    /// What came of an edit.
    public sealed interface Result {
        /// @param text of the whole file; empty if nothing is left in it, so that it should be removed
        record Edited(String text) implements Result {}

        /// @param line 1-based; where to do it by hand
        /// @param why it cannot be done here
        record Refused(int line, String why) implements Result {}
    }

    private ExemptionText(String text, List<YamlSpans.Document> documents, int index) {
        this.text = text;
        this.documents = documents;
        this.index = index;
    }

    /// Gives an exemption another end: `expires` takes the place of what said it until now, or is added.
    ///
    /// @param text of the file
    /// @param name of the exemption
    /// @param expires as it is to be written: `2027-03-31`
    public static Result expire(String text, String name, String expires) {
        return edit(text, name, true, found -> found.expire(expires));
    }

    /// Takes an exemption out.
    public static Result remove(String text, String name) {
        return edit(text, name, false, ExemptionText::remove);
    }

    @FunctionalInterface
    private interface Edit {
        Result of(ExemptionText found);
    }

    private static Result edit(String text, String name, boolean stays, Edit edit) {
        Instant now = Instant.EPOCH;
        if (!(read(text, now) instanceof ReadResult.Valid(var before, var _))) {
            return new Result.Refused(1, "the file is not a right policy file as it is; see: stet policy check");
        }
        List<YamlSpans.Document> documents = YamlSpans.of(text);
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            if (isExemption(documents.get(i), name)) {
                found.add(i);
            }
        }
        if (found.size() != 1) {
            return new Result.Refused(1, "there is no exemption " + name + " in it");
        }
        Result result = edit.of(new ExemptionText(text, documents, found.getFirst()));
        if (!(result instanceof Result.Edited(var edited))) {
            return result;
        }
        boolean right = read(edited, now) instanceof ReadResult.Valid(var after, var _)
                && isAsMeant(before, after, name, stays);
        return right
                ? result
                : new Result.Refused(1, "it is written in a way in which the edit would change more than it should");
    }

    private static ReadResult read(String text, Instant now) {
        return PolicyReader.read(List.of(new SourceText("file", text)), now);
    }

    /// Nothing but the one rule may be another.
    private static boolean isAsMeant(Policy before, Policy after, String name, boolean stays) {
        Set<Object> olds = parts(before, name);
        Set<Object> news = parts(after, name);
        Optional<Exemption> old = rule(before, name);
        Optional<Exemption> now = rule(after, name);
        boolean rest = olds.equals(news) && before.settings().equals(after.settings());
        return rest
                && (stays
                        ? now.isPresent() && withoutEnd(now.get()).equals(withoutEnd(old.orElseThrow()))
                        : now.isEmpty());
    }

    private static Optional<Exemption> rule(Policy policy, String name) {
        return policy.exemptions().stream()
                .filter(rule -> !rule.isBuiltIn() && rule.name().equals(name))
                .findFirst();
    }

    /// The other rules and the tiers; their lines may be others.
    private static Set<Object> parts(Policy policy, String name) {
        Set<Object> parts = new HashSet<>();
        for (Exemption rule : policy.exemptions()) {
            if (rule.isBuiltIn() || !rule.name().equals(name)) {
                parts.add(List.of(withoutEnd(rule), rule.expires()));
            }
        }
        policy.tiers().forEach(tier -> parts.add(List.of(tier.name(), tier.match(), tier.mode(), tier.rank())));
        return parts;
    }

    private static Exemption withoutEnd(Exemption rule) {
        return new Exemption(
                rule.name(),
                rule.file(),
                0,
                rule.reason(),
                rule.owner(),
                rule.ticket(),
                Optional.empty(),
                rule.onExpiry(),
                rule.until(),
                rule.unknown(),
                rule.exempt(),
                rule.match());
    }

    private static boolean isExemption(YamlSpans.Document document, String name) {
        return Objects.equals(field(document, "kind"), Optional.of("ProbeExemption"))
                && mapping(document, "metadata")
                        .flatMap(metadata -> metadata.entry("name"))
                        .filter(entry -> entry.value() instanceof YamlSpans.Scalar scalar
                                && scalar.value().equals(name))
                        .isPresent();
    }

    private static Optional<String> field(YamlSpans.Document document, String name) {
        return document.root()
                .flatMap(root -> root instanceof YamlSpans.Mapping top ? top.entry(name) : Optional.empty())
                .flatMap(entry -> entry.value() instanceof YamlSpans.Scalar scalar
                        ? Optional.of(scalar.value())
                        : Optional.empty());
    }

    private static Optional<YamlSpans.Mapping> mapping(YamlSpans.Document document, String name) {
        return document.root()
                .flatMap(root -> root instanceof YamlSpans.Mapping top ? top.entry(name) : Optional.empty())
                .flatMap(entry ->
                        entry.value() instanceof YamlSpans.Mapping mapping ? Optional.of(mapping) : Optional.empty());
    }

    // --- another end

    private Result expire(String expires) {
        YamlSpans.Mapping spec = mapping(documents.get(index), "spec").orElseThrow();
        Optional<YamlSpans.Entry> old = spec.entry("expires").or(() -> spec.entry("for"));
        if (old.isPresent()) {
            return replace(old.get(), expires);
        }
        for (String name : List.of("ticket", "owner", "reason")) {
            Optional<YamlSpans.Entry> before = spec.entry(name).filter(this::isOnOneLine);
            if (before.isPresent()) {
                return insert(spec, before.get(), expires);
            }
        }
        int line = line(spec.entries().getFirst().key().start());
        return new Result.Refused(line, "no field near it is written on one line; add by hand: expires: " + expires);
    }

    private Result replace(YamlSpans.Entry entry, String expires) {
        if (!isOnOneLine(entry) || hasTab(entry.key())) {
            return new Result.Refused(
                    line(entry.key().start()),
                    "it is written over several lines, or with tabs; write by hand: expires: " + expires);
        }
        YamlSpans.Scalar value = (YamlSpans.Scalar) entry.value();
        YamlSpans.Scalar key = entry.key();
        String name = key.quote() + "expires" + key.quote();
        String between = text.substring(key.end(), value.start());
        String edited = name + between + value.quote() + expires + value.quote();
        return new Result.Edited(text.substring(0, key.start()) + edited + text.substring(value.end()));
    }

    private Result insert(YamlSpans.Mapping spec, YamlSpans.Entry before, String expires) {
        YamlSpans.Scalar key = before.key();
        int end = ((YamlSpans.Scalar) before.value()).end();
        String field = key.quote() + "expires" + key.quote() + ": " + key.quote() + expires + key.quote();
        if (spec.flow()) {
            return new Result.Edited(text.substring(0, end) + ", " + field + text.substring(end));
        }
        String indent = text.substring(lineStart(key.start()), key.start());
        if (!indent.isBlank() || indent.contains("\t")) {
            return new Result.Refused(
                    line(key.start()), "it is indented in an unusual way; add by hand: expires: " + expires);
        }
        int at = text.indexOf('\n', end);
        int lineEnd = at < 0 ? text.length() : at > 0 && text.charAt(at - 1) == '\r' ? at - 1 : at;
        String newline = text.contains("\r\n") ? "\r\n" : "\n";
        return new Result.Edited(text.substring(0, lineEnd) + newline + indent + field + text.substring(lineEnd));
    }

    private boolean isOnOneLine(YamlSpans.Entry entry) {
        return entry.value() instanceof YamlSpans.Scalar scalar
                && scalar.isInline()
                && scalar.end() > scalar.start()
                && text.substring(entry.key().start(), scalar.end()).indexOf('\n') < 0;
    }

    private boolean hasTab(YamlSpans.Scalar key) {
        return text.substring(lineStart(key.start()), key.start()).contains("\t");
    }

    // --- out with it

    private Result remove() {
        Optional<YamlSpans.Document> odd =
                documents.stream().filter(document -> !document.plain()).findFirst();
        if (odd.isPresent()) {
            return new Result.Refused(
                    line(documents.get(index).start()),
                    "the file has directives ('%YAML') or ends of documents ('...'); take the document out by hand");
        }
        if (documents.stream().filter(document -> document.root().isPresent()).count() == 1) {
            return new Result.Edited("");
        }
        int from = index == 0 ? beginOfFirst() : begin(index);
        int to = index + 1 < documents.size() ? begin(index + 1) : text.length();
        String left = text.substring(0, from) + text.substring(to);
        return new Result.Edited(left.isBlank() ? "" : left);
    }

    /// Where a document begins that is not the first: at its `---`, or at the comment lines right above that.
    private int begin(int document) {
        int at = lineStart(documents.get(document).start());
        while (at > 0) {
            int above = lineStart(at - 1);
            String line = text.substring(above, at).strip();
            if (!line.startsWith("#")) {
                break;
            }
            at = above;
        }
        boolean alone = at == 0 || text.substring(lineStart(at - 1), at).isBlank();
        return alone ? at : lineStart(documents.get(document).start());
    }

    /// A comment that an empty line parts from the first document is about the file, and stays.
    private int beginOfFirst() {
        int start = lineStart(documents.getFirst().start());
        String before = text.substring(0, start);
        int blank = Math.max(before.lastIndexOf("\n\n"), before.lastIndexOf("\n\r\n"));
        return blank < 0 ? 0 : before.indexOf('\n', blank + 1) + 1;
    }

    private int lineStart(int at) {
        return text.lastIndexOf('\n', at - 1) + 1;
    }

    private int line(int at) {
        return (int) text.substring(0, at).chars().filter(c -> c == '\n').count() + 1;
    }
}
