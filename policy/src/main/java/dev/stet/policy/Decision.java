package dev.stet.policy;

import dev.stet.policy.yaml.Quoted;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What one rule said about one process, with everything that an answer to "why?" needs.
///
/// @param rule the exemption's name, or the guard's
/// @param file where the rule is written; empty for a guard
/// @param line 1-based; 0 if no file has it
/// @param aspects what the rule removes
/// @param evidence the clauses that decided, each with its fact; empty for a guard
/// @param removed the rule would match, but for the evidence, which is an entry of its `not`
/// @param reason the rule's, or why the guard stands
/// @param owner empty for a guard, which nobody owns and nobody can lift, and for a tier
/// @param ticket the rule's, if it has one
/// @param expires when the rule's effect ends; empty if never
public record Decision(
        String rule,
        String file,
        int line,
        Set<Aspect> aspects,
        List<Evidence> evidence,
        boolean removed,
        String reason,
        Optional<String> owner,
        Optional<String> ticket,
        Optional<Instant> expires) {
    public Decision {
        aspects = Set.copyOf(aspects);
        evidence = List.copyOf(evidence);
    }

    static Decision of(Exemption rule, Match.Outcome outcome) {
        return new Decision(
                rule.name(),
                rule.file(),
                rule.line(),
                rule.exempt(),
                outcome.evidence(),
                outcome.removed(),
                rule.reason(),
                Optional.of(rule.owner()),
                rule.ticket(),
                rule.expires());
    }

    static Decision of(Tier tier, Match.Outcome outcome) {
        return new Decision(
                "tier " + tier.name(),
                tier.file(),
                tier.line(),
                tier.mode().removes(),
                outcome.evidence(),
                outcome.removed(),
                tier.reason().isEmpty() ? "processes of tier " + tier.name() + " have " + tier.mode() : tier.reason(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    static Decision guard(String name, String why) {
        return new Decision(
                name,
                "",
                0,
                Set.of(Aspect.ALL),
                List.of(),
                false,
                why,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /// Is it a guard: part of Stet, lifted by no rule?
    public boolean isGuard() {
        return file.isEmpty();
    }

    /// `amqproxy-fibers (policy.d/a.yaml:3)`.
    public String ruleText() {
        if (isGuard()) {
            return "guard " + Quoted.bare(rule);
        }
        String where = line > 0 ? Quoted.bare(file) + ":" + line : Quoted.bare(file);
        return Quoted.bare(rule) + " (" + where + ")";
    }

    /// The evidence on one line: `exe '/bin/x' matches glob /bin/* and uid 0 is 0`.
    public String evidenceText() {
        String text = evidence.stream().map(Evidence::toString).collect(Collectors.joining(" and "));
        return removed ? "removed by not: " + text : text;
    }

    /// The rule, its evidence, reason, owner and end on one line.
    @Override
    public String toString() {
        if (isGuard()) {
            return ruleText() + ": " + Quoted.bare(reason);
        }
        StringBuilder text = new StringBuilder(ruleText())
                .append(": ")
                .append(evidenceText())
                .append("; reason: ")
                .append(Quoted.bare(reason))
                .append(owner.map(who -> "; owner " + Quoted.bare(who)).orElse(""));
        ticket.ifPresent(link -> text.append("; ticket ").append(Quoted.bare(link)));
        return owner.isPresent() ? text.append("; ").append(endText()).toString() : text.toString();
    }

    private String endText() {
        if (expires.isEmpty()) {
            return "never expires";
        }
        ZonedDateTime end = expires.get().atZone(ZoneOffset.UTC);
        return "expires " + (end.toLocalTime().equals(LocalTime.MIDNIGHT) ? end.toLocalDate() : end.toInstant());
    }
}
