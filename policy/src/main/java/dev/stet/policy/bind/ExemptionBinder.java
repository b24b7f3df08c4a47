package dev.stet.policy.bind;

import dev.stet.facts.BuildId;
import dev.stet.facts.FactKey;
import dev.stet.facts.Glob;
import dev.stet.policy.Aspect;
import dev.stet.policy.Clause;
import dev.stet.policy.Exemption;
import dev.stet.policy.Match;
import dev.stet.policy.Test;
import dev.stet.policy.VersionRange;
import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.YamlNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes an exemption of a document of kind `ProbeExemption`.
final class ExemptionBinder {
    static final Shape SPEC = Shape.of(
            "reason", "owner", "ticket", "expires", "for", "onExpiry", "until", "undecided", "exempt", "match");
    static final Shape UNTIL = Shape.of("module", "version", "buildIdOtherThan");
    static final Shape UNDECIDED = Shape.of("after", "then");

    private static final Map<String, Exemption.OnExpiry> ON_EXPIRY =
            Map.of("probe", Exemption.OnExpiry.PROBE, "keep", Exemption.OnExpiry.KEEP);
    /// Does the rule count as one that matches?
    private static final Map<String, Boolean> THEN = Map.of("probe", false, "exempt", true);

    private final Births births;
    private final MatchBinder matches;

    ExemptionBinder(Births births, Scope scope) {
        this.births = births;
        matches = new MatchBinder(scope);
    }

    /// The exemption; empty if it has a problem that leaves nothing to make it of.
    ///
    /// @param fields the document's `spec`
    Optional<Exemption> bind(Header header, YamlNode fields) {
        YamlNode spec = fields.fields(SPEC);
        Optional<String> reason = Header.words(spec.required("reason"));
        Optional<String> owner = Header.words(spec.required("owner"));
        Optional<String> ticket = Header.words(spec.optional("ticket"));
        Optional<Instant> end = end(header, spec);
        Optional<Exemption.OnExpiry> onExpiry = onExpiry(spec);
        Optional<Clause> until = until(spec.optional("until"));
        Exemption.Unknown unknown = unknown(spec.optional("undecided"));
        Set<Aspect> exempt = AspectBinder.bind(spec.optional("exempt"));
        Optional<Match> match = matches.bind(spec.required("match"));
        return header.name()
                .flatMap(name -> match.map(matched -> new Exemption(
                        name,
                        header.nameNode().file(),
                        header.nameNode().line(),
                        reason.orElse(""),
                        owner.orElse(""),
                        ticket,
                        end,
                        onExpiry.orElse(Exemption.OnExpiry.PROBE),
                        until,
                        unknown,
                        exempt.isEmpty() ? Set.of(Aspect.ALL) : exempt,
                        matched)));
    }

    private Optional<Instant> end(Header header, YamlNode spec) {
        YamlNode length = spec.optional("for");
        Optional<Instant> expires = Times.instant(spec.optional("expires"));
        Optional<Duration> duration = Times.duration(length);
        if (length.isPresent() && spec.optional("expires").isPresent()) {
            length.reportKey("'for' and 'expires' both say when it ends: leave one of them out");
        } else if (duration.isPresent()) {
            return births.of(header, length).map(birth -> birth.plus(duration.get()));
        }
        return expires;
    }

    private static Optional<Exemption.OnExpiry> onExpiry(YamlNode spec) {
        YamlNode node = spec.optional("onExpiry");
        Optional<Exemption.OnExpiry> onExpiry = node.choice(ON_EXPIRY);
        if (node.isPresent()
                && !spec.optional("expires").isPresent()
                && !spec.optional("for").isPresent()) {
            node.reportKey("it never ends: 'onExpiry' needs 'expires' or 'for'");
        }
        return onExpiry;
    }

    private static Optional<Clause> until(YamlNode node) {
        YamlNode until = node.fields(UNTIL);
        YamlNode other = until.optional("buildIdOtherThan");
        boolean ofModule = until.optional("module").isPresent()
                || until.optional("version").isPresent();
        if (ofModule == other.isPresent()) {
            if (until.isPresent()) {
                until.report("needs either module and version, or buildIdOtherThan");
            }
            return Optional.empty();
        }
        if (ofModule) {
            Optional<Glob> path = FileClauses.modulePath(until.required("module"));
            Optional<VersionRange> versions = FileClauses.versions(until.required("version"));
            return path.map(glob -> new Clause.On<>(FactKey.MODULES, new Test.HasModule(glob, versions)));
        }
        Set<BuildId> ids = Hex.buildIds(other);
        return ids.isEmpty()
                ? Optional.empty()
                : Optional.of(new Clause.On<>(FactKey.BUILD_ID, new Test.NoneOf<>(ids)));
    }

    private static Exemption.Unknown unknown(YamlNode node) {
        YamlNode undecided = node.fields(UNDECIDED);
        Optional<Duration> after = Times.duration(undecided.required("after"));
        Optional<Boolean> then = undecided.required("then").choice(THEN);
        return after.isPresent() && then.isPresent()
                ? new Exemption.Unknown(after, then.get())
                : Exemption.Unknown.WAIT;
    }
}
