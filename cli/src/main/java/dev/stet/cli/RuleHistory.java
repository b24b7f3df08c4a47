package dev.stet.cli;

import dev.stet.agent.Census;
import dev.stet.agent.RuleBook;
import dev.stet.agent.RuleUse;
import dev.stet.agent.json.SafeText;
import dev.stet.facts.BuildId;
import dev.stet.policy.Exemption;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What an agent has written down about the use of rules, if there is one.
final class RuleHistory {
    private final Map<String, RuleUse> uses;

    RuleHistory(List<RuleUse> uses) {
        this.uses = uses.stream().collect(Collectors.toMap(RuleUse::name, Function.identity(), (a, _) -> a));
    }

    /// @param say told if it is there and cannot be read
    static RuleHistory read(Path file, Consumer<String> say) {
        try {
            return new RuleHistory(RuleBook.read(file));
        } catch (IOException e) {
            say.accept("what rules have matched so far is not known: " + file + ": " + e.getMessage());
            return new RuleHistory(List.of());
        }
    }

    /// Why nobody may need the rule any more; empty if it is in use.
    ///
    /// @param matches processes that it matches now
    List<String> stale(Exemption rule, List<Census.Matched> matches, Instant now) {
        List<String> why = new ArrayList<>();
        Optional<RuleUse> use = Optional.ofNullable(uses.get(rule.name()));
        if (rule.isExpired(now)) {
            why.add("expired " + RelativeTime.of(rule.expires().orElseThrow(), now));
        }
        if (matches.isEmpty()) {
            why.add(use.map(known -> unmatched(known, now)).orElse("matches nothing now"));
        }
        use.flatMap(known -> updated(known, matches)).ifPresent(why::add);
        return why;
    }

    private static String unmatched(RuleUse use, Instant now) {
        return use.lastMatched()
                .map(last -> "matches nothing now; did last " + RelativeTime.of(last, now))
                .orElse("never matched since it was first seen " + RelativeTime.of(use.firstSeen(), now));
    }

    /// A program that the rule matches has another build than when Stet last wrote it down.
    private static Optional<String> updated(RuleUse use, List<Census.Matched> matches) {
        for (Census.Matched match : matches) {
            String exe = match.facts().exe().known().orElse("");
            Optional<BuildId> build = match.facts().buildId().known();
            List<String> before = use.programs().stream()
                    .filter(program -> program.exe().equals(exe))
                    .flatMap(program -> program.buildId().stream())
                    .toList();
            if (build.isPresent()
                    && !before.isEmpty()
                    && !before.contains(build.get().hex())) {
                return Optional.of(SafeText.plain(exe) + " was updated since");
            }
        }
        return Optional.empty();
    }
}
