package dev.stet.agent;

import dev.stet.policy.Exemption;
import dev.stet.policy.Policy;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What time does to exemptions: which have ended, and what is to be warned of. Knows no clock: whoever asks says
/// what time it is, and may say that it is earlier than before.
final class Expiries {
    /// Before the end, the longest first.
    private static final List<Duration> STAGES = List.of(Duration.ofDays(7), Duration.ofDays(1), Duration.ofHours(1));
    /// Wall clocks are set, and machines sleep: whatever is due, it is looked for as often as this.
    static final Duration LOOK = Duration.ofSeconds(30);

    private final Set<String> told = new TreeSet<>();

    /// @param told what [#told] gave before
    Expiries(Set<String> told) {
        this.told.addAll(told);
    }

    /// Warnings that are due and were not given, each for the last time before an exemption's end only. Of what is
    /// over and kept, one a day.
    List<AgentEvent> due(Policy policy, Instant now) {
        List<AgentEvent> events = new ArrayList<>();
        for (Exemption rule : policy.exemptions()) {
            if (rule.expires().isEmpty()) {
                continue;
            }
            Duration left = Duration.between(now, rule.expires().get());
            if (left.isPositive()) {
                if (pass(rule, left)) {
                    events.add(new AgentEvent.ExpiryWarning(rule, Optional.of(left)));
                }
            } else if (rule.onExpiry() == Exemption.OnExpiry.KEEP && told.add(kept(rule, now))) {
                events.add(new AgentEvent.ExpiryWarning(rule, Optional.empty()));
            }
        }
        forget(policy, now);
        return events;
    }

    /// What is kept in force is told of at every start.
    void started(Policy policy, Instant now) {
        policy.exemptions().stream()
                .filter(rule -> rule.expires().isPresent())
                .forEach(rule -> told.remove(kept(rule, now)));
    }

    /// An exemption that somebody has just written needs no warning of what they wrote: of its end, those that would
    /// be due at once are left out.
    void written(Exemption rule, Instant now) {
        if (rule.expires().isPresent()) {
            var ignored = pass(rule, Duration.between(now, rule.expires().get()));
        }
    }

    /// Marks every stage that is reached.
    ///
    /// @return true if one of them was not before
    private boolean pass(Exemption rule, Duration left) {
        boolean isNew = false;
        for (Duration stage : STAGES) {
            if (left.compareTo(stage) <= 0) {
                isNew |= told.add(key(rule) + stage);
            }
        }
        return isNew;
    }

    private static String key(Exemption rule) {
        return rule.name() + " " + rule.expires().orElseThrow() + " ";
    }

    private static String kept(Exemption rule, Instant now) {
        return key(rule) + "kept " + LocalDate.ofInstant(now, ZoneOffset.UTC);
    }

    /// Drops what is about no rule any more, or about another day.
    private void forget(Policy policy, Instant now) {
        Set<String> keys = policy.exemptions().stream()
                .filter(rule -> rule.expires().isPresent())
                .map(Expiries::key)
                .collect(Collectors.toSet());
        String today = "kept " + LocalDate.ofInstant(now, ZoneOffset.UTC);
        told.removeIf(line -> !keys.contains(line.substring(0, secondSpace(line) + 1))
                || (line.contains(" kept ") && !line.endsWith(today)));
    }

    /// Behind the name, which has none, and the time.
    private static int secondSpace(String line) {
        return line.indexOf(' ', line.indexOf(' ') + 1);
    }

    /// What was told, to be remembered: a line each.
    Set<String> told() {
        return Set.copyOf(told);
    }

    /// Exemptions that have an effect at this moment, of those that time could end.
    static Set<Exemption> inForce(Policy policy, Instant now) {
        return policy.exemptions().stream()
                .filter(rule -> rule.expires().isPresent() && rule.isInForce(now))
                .collect(Collectors.toSet());
    }

    /// For how long nothing happens by itself, and never longer than [#LOOK].
    static Duration pause(Policy policy, Instant now) {
        return policy.exemptions().stream()
                .flatMap(rule -> rule.expires().stream())
                .flatMap(end -> moments(end).stream())
                .filter(now::isBefore)
                .map(moment -> Duration.between(now, moment))
                .filter(wait -> wait.compareTo(LOOK) < 0)
                .min(Duration::compareTo)
                .orElse(LOOK);
    }

    private static List<Instant> moments(Instant end) {
        List<Instant> moments = new ArrayList<>(List.of(end));
        STAGES.forEach(stage -> moments.add(end.minus(stage)));
        return moments;
    }
}
