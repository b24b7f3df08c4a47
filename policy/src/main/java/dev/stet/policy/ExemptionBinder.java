package dev.stet.policy;

import dev.stet.policy.yaml.Problems;
import dev.stet.policy.yaml.Quoted;
import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.YamlNode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Makes one exemption of one document. For one use.
final class ExemptionBinder {
    static final Shape DOCUMENT = Shape.of("apiVersion", "kind", "metadata", "spec");
    static final Shape METADATA = Shape.of("name").notYet("namespace", "labels", "annotations");
    static final Shape SPEC =
            Shape.of("reason", "owner", "ticket", "expires", "exempt", "match").notYet("for", "onExpiry");

    private static final String API_VERSION = "stet.dev/v1alpha1";
    private static final String KIND = "ProbeExemption";
    /// A DNS label, as Kubernetes wants of names.
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private static final Map<String, Aspect> ASPECTS =
            Map.of("all", Aspect.ALL, "returns", Aspect.RETURNS, "payload", Aspect.PAYLOAD);
    /// Words of the documentation that this version refuses.
    private static final Set<String> LATER_ASPECTS = Set.of("analysis");

    private final Problems warnings;
    private Optional<YamlNode> name = Optional.empty();

    ExemptionBinder(Problems warnings) {
        this.warnings = warnings;
    }

    /// Where the name stands, once it was bound and is a name.
    Optional<YamlNode> name() {
        return name;
    }

    /// The exemption; empty if it has a problem that leaves nothing to make it of. Problems are reported to
    /// the document's own collection.
    Optional<Exemption> bind(YamlNode document) {
        YamlNode top = document.fields(DOCUMENT);
        if (!isExemption(top)) {
            return Optional.empty();
        }
        YamlNode nameNode = top.required("metadata").fields(METADATA).required("name");
        Optional<String> boundName = nameNode.parsed("a name", ExemptionBinder::name);
        name = boundName.map(_ -> nameNode);

        YamlNode spec = top.required("spec").fields(SPEC);
        Optional<String> reason = words(spec.required("reason"));
        Optional<String> owner = words(spec.required("owner"));
        Optional<String> ticket = words(spec.optional("ticket"));
        Optional<Instant> expires = spec.optional("expires")
                .parsed("a date such as 2027-03-31, or a time such as 2027-03-31T12:00:00Z", ExemptionBinder::instant);
        Set<Aspect> exempt = aspects(spec.optional("exempt"));
        Optional<Match> match = MatchBinder.bind(spec.required("match"));
        if (boundName.isPresent()
                && match.isPresent()
                && !spec.optional("expires").isPresent()) {
            warnings.add(spec.problem("exemption " + Quoted.of(boundName.get()) + " never ends: it has no 'expires'"));
        }
        return boundName.flatMap(text -> match.map(matched -> new Exemption(
                text,
                nameNode.file(),
                nameNode.line(),
                reason.orElse(""),
                owner.orElse(""),
                ticket,
                expires,
                Exemption.OnExpiry.PROBE,
                Optional.empty(),
                Exemption.Unknown.WAIT,
                exempt,
                matched)));
    }

    /// Of another kind or version nothing more is said: its fields are not ours.
    private static boolean isExemption(YamlNode top) {
        boolean version = top.required("apiVersion")
                .choice(Map.of(API_VERSION, API_VERSION))
                .isPresent();
        boolean kind = top.required("kind").choice(Map.of(KIND, KIND)).isPresent();
        return version && kind;
    }

    private static String name(String text) {
        if (!NAME.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "use 1 to 63 lower-case letters, digits and '-', which neither begins nor ends it");
        }
        return text;
    }

    /// A text that says something.
    private static Optional<String> words(YamlNode node) {
        Optional<String> text = node.text();
        if (text.isPresent() && text.get().isBlank()) {
            node.report("is blank");
        }
        return text;
    }

    /// A date is the start of that day, UTC: an exemption that expires on 2027-03-31 has no effect on that
    /// day.
    private static Instant instant(String text) {
        return text.length() == 10
                ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                : OffsetDateTime.parse(text).toInstant();
    }

    private static Set<Aspect> aspects(YamlNode node) {
        Set<Aspect> aspects = new LinkedHashSet<>();
        for (YamlNode item : node.items("texts")) {
            Optional<String> later = item.text().filter(LATER_ASPECTS::contains);
            if (later.isPresent()) {
                item.report("'" + later.get() + "' is not supported by this version");
            } else {
                item.choice(ASPECTS).ifPresent(aspects::add);
            }
        }
        return aspects.isEmpty() ? Set.of(Aspect.ALL) : aspects;
    }
}
