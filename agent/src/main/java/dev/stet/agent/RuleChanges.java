package dev.stet.agent;

import dev.stet.agent.AgentEvent.RuleChange;
import dev.stet.policy.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What one policy has and another has not.
final class RuleChanges {
    private RuleChanges() {}

    private record Rule(String file, Object content) {}

    static List<RuleChange> between(Policy before, Policy after) {
        Map<String, Rule> old = rules(before);
        Map<String, Rule> now = rules(after);
        List<RuleChange> changes = new ArrayList<>();
        now.forEach((name, rule) -> {
            Rule was = old.get(name);
            if (was == null) {
                changes.add(new RuleChange(name, RuleChange.Kind.ADDED, rule.file, owner(rule.file)));
            } else if (!was.content.equals(rule.content)) {
                changes.add(new RuleChange(name, RuleChange.Kind.CHANGED, rule.file, owner(rule.file)));
            }
        });
        old.forEach((name, rule) -> {
            if (!now.containsKey(name)) {
                changes.add(new RuleChange(name, RuleChange.Kind.REMOVED, rule.file, owner(rule.file)));
            }
        });
        return changes;
    }

    private static Map<String, Rule> rules(Policy policy) {
        Map<String, Rule> rules = new TreeMap<>();
        policy.exemptions().stream()
                .filter(rule -> !rule.isBuiltIn())
                .forEach(rule -> rules.put(rule.name(), new Rule(rule.file(), rule)));
        policy.tiers().forEach(tier -> rules.put("tier " + tier.name(), new Rule(tier.file(), tier)));
        return rules;
    }

    private static Optional<String> owner(String file) {
        try {
            return Optional.of(Files.getOwner(Path.of(file)).getName());
        } catch (IOException | InvalidPathException | UnsupportedOperationException e) {
            return Optional.empty(); // it is gone, or no file
        }
    }
}
