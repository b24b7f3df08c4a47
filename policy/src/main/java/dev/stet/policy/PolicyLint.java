package dev.stet.policy;

import dev.stet.policy.yaml.Quoted;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// What is allowed in a policy and should be looked at. Says nothing of the rules that come with Stet, but that one
/// of them is lifted.
public final class PolicyLint {
    /// Longer than that nobody remembers a rule.
    private static final Duration LONG = Duration.ofDays(366);

    private static final Pattern PLACEHOLDER = Pattern.compile(
            "(?i)[\\s\\p{Punct}]*|.|(to ?do|tbd|fixme|xxx+|test(ing)?|n/?a|none|nobody|unknown|reason|owner|me|someone|"
                    + "somebody|foo|bar|asdf|temp(orary)?|because|\\?+|your-?team|team@example\\.(com|org))[.!]?");

    private PolicyLint() {}

    /// How bad it is.
    public enum Severity {
        /// The rule does nothing.
        ERROR,
        /// The rule does more or less than people think, or for longer.
        WARNING,
        /// Good to know.
        NOTE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What is found, in words that do not change between versions.
    public enum Code {
        /// No process can match.
        NEVER_MATCHES(Severity.ERROR),
        /// An entry of `any` that no process can match.
        DEAD_ENTRY(Severity.WARNING),
        /// Every program matches.
        MATCHES_EVERYTHING(Severity.WARNING),
        /// It is decided by what the target sets at will.
        TARGET_CHOOSES(Severity.WARNING),
        /// Stet matches, which is never probed anyhow: so does every program of that kind.
        MATCHES_STET(Severity.NOTE),
        /// Its end has come.
        EXPIRED(Severity.WARNING),
        /// Its end has come, and it stays in force.
        KEPT(Severity.WARNING),
        /// It has no end.
        NEVER_ENDS(Severity.WARNING),
        /// Its end is more than a year away.
        ENDS_LATE(Severity.NOTE),
        /// What should end it cannot, or ends it at once.
        UNTIL_WITHOUT_EFFECT(Severity.WARNING),
        /// Another rule says the same.
        DUPLICATE(Severity.WARNING),
        /// Another rule of the file says the same and more.
        SUBSUMED(Severity.WARNING),
        /// A reason or an owner that says nothing.
        PLACEHOLDER(Severity.WARNING),
        /// A tier that changes nothing, and that no rule asks for.
        UNUSED_TIER(Severity.WARNING),
        /// A tier whose processes are all of another tier.
        SHADOWED_TIER(Severity.ERROR),
        /// Two tiers of the same rank: the name decides.
        SAME_RANK(Severity.NOTE),
        /// A rule that comes with Stet is out of force.
        LIFTED(Severity.NOTE);

        private final Severity severity;

        Code(Severity severity) {
            this.severity = severity;
        }

        public Severity severity() {
            return severity;
        }

        /// As reports spell it: `never-matches`.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// One of them, and where.
    ///
    /// @param file of the rule
    /// @param line of the rule's name, 1-based
    /// @param rule the name of an exemption or tier
    /// @param message for a person; one line
    public record Finding(String file, int line, String rule, Code code, String message)
            implements Comparable<Finding> {
        private static final Comparator<Finding> ORDER = Comparator.comparing(Finding::file)
                .thenComparingInt(Finding::line)
                .thenComparing(Finding::rule)
                .thenComparing(Finding::code)
                .thenComparing(Finding::message);

        static Finding of(Exemption rule, Code code, String message) {
            return new Finding(rule.file(), rule.line(), rule.name(), code, message);
        }

        static Finding of(Tier tier, Code code, String message) {
            return new Finding(tier.file(), tier.line(), tier.name(), code, message);
        }

        public Severity severity() {
            return code.severity();
        }

        /// By place.
        @Override
        public int compareTo(Finding other) {
            return ORDER.compare(this, other);
        }

        /// `file:line: severity: rule: message [code]`.
        @Override
        public String toString() {
            return Quoted.bare(file) + ":" + line + ": " + severity() + ": " + rule + ": " + message + " [" + code + "]";
        }
    }

    /// All that is found, by place.
    public static List<Finding> of(Policy policy, Instant now) {
        List<Finding> findings = new ArrayList<>();
        for (Exemption rule : policy.written()) {
            words(rule, findings);
            end(rule, now, findings);
            MatchLint.check(rule, policy, findings);
        }
        RuleLint.check(policy.written(), findings);
        TierLint.check(policy, findings);
        for (Exemption rule : BuiltIn.exemptions()) {
            if (policy.isLifted(rule)) {
                findings.add(Finding.of(rule, Code.LIFTED, "it comes with Stet and is lifted: " + rule.reason()));
            }
        }
        return findings.stream().sorted().distinct().toList();
    }

    private static void words(Exemption rule, List<Finding> findings) {
        if (PLACEHOLDER.matcher(rule.reason().strip()).matches()) {
            findings.add(Finding.of(rule, Code.PLACEHOLDER, "the reason " + Quoted.of(rule.reason()) + " says nothing"));
        }
        if (PLACEHOLDER.matcher(rule.owner().strip()).matches()) {
            findings.add(Finding.of(rule, Code.PLACEHOLDER, "the owner " + Quoted.of(rule.owner()) + " is nobody"));
        }
    }

    private static void end(Exemption rule, Instant now, List<Finding> findings) {
        if (rule.expires().isEmpty()) {
            if (rule.until().isEmpty()) {
                findings.add(Finding.of(rule, Code.NEVER_ENDS, "it has no 'expires', 'for' or 'until'"));
            }
            return;
        }
        Instant end = rule.expires().get();
        String date = end.atZone(ZoneOffset.UTC).toLocalDate().toString();
        if (rule.isExpired(now)) {
            boolean kept = rule.onExpiry() == Exemption.OnExpiry.KEEP;
            findings.add(Finding.of(
                    rule,
                    kept ? Code.KEPT : Code.EXPIRED,
                    kept ? "it ended on " + date + " and is kept in force" : "it ended on " + date));
        } else if (end.isAfter(now.plus(LONG))) {
            findings.add(Finding.of(rule, Code.ENDS_LATE, "it ends on " + date + ", more than a year from now"));
        }
    }
}
