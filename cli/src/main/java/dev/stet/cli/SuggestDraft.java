package dev.stet.cli;

import dev.stet.agent.Census;
import dev.stet.agent.suggest.Proposer;
import dev.stet.agent.suggest.Suggestion.Propose;
import dev.stet.policy.Exemption;
import dev.stet.policy.ExemptionYaml;
import dev.stet.policy.Policy;
import dev.stet.policy.PolicyReader;
import dev.stet.policy.ReadResult;
import dev.stet.policy.yaml.SourceText;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A proposal as the file that it would be.
///
/// @param pids of the processes that run now and that it would match
record SuggestDraft(
        Propose proposal, String name, String expires, String text, Optional<Exemption> rule, List<Integer> pids) {
    /// Longest reason that is written: the whole evidence is in the answer.
    private static final int MAX_REASON = 600;

    SuggestDraft {
        pids = List.copyOf(pids);
    }

    /// Writes all of them, and finds out what they would match.
    ///
    /// @param policy in force, of which no name is taken
    /// @param expires empty: as long as each proposal says
    static List<SuggestDraft> all(
            List<Propose> proposals, Policy policy, String owner, Optional<String> expires, Instant now) {
        Set<String> taken = new HashSet<>();
        policy.exemptions().forEach(rule -> taken.add(rule.name()));
        List<SuggestDraft> drafts = new ArrayList<>();
        for (Propose each : proposals) {
            String name = free(taken, each.label());
            taken.add(name);
            drafts.add(of(each, name, owner, expires, now));
        }
        return counted(drafts, policy);
    }

    private static String free(Set<String> taken, String label) {
        String free = label;
        for (int i = 2; taken.contains(free); i++) {
            free = label + "-" + i;
        }
        return free;
    }

    private static SuggestDraft of(Propose each, String name, String owner, Optional<String> given, Instant now) {
        String expires = given.orElseGet(
                () -> now.plus(each.term()).truncatedTo(ChronoUnit.DAYS).toString());
        Set<String> sources = new LinkedHashSet<>();
        each.findings().forEach(finding -> sources.add(finding.source().toString()));
        String reason = each.why() + " (" + String.join(", ", sources) + ")";
        String cut = reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON);
        String text =
                each.yaml().text(new ExemptionYaml.Header(name, cut, owner, Optional.empty(), Optional.of(expires)));
        Optional<Exemption> rule = PolicyReader.read(List.of(new SourceText(name + ".yaml", text)), now)
                        instanceof ReadResult.Valid(var policy, var _)
                ? policy.written().stream().findFirst()
                : Optional.empty();
        return new SuggestDraft(each, name, expires, text, rule, List.of());
    }

    private static List<SuggestDraft> counted(List<SuggestDraft> drafts, Policy policy) {
        List<Exemption> rules = drafts.stream()
                .map(SuggestDraft::rule)
                .flatMap(Optional::stream)
                .toList();
        if (rules.isEmpty()) {
            return drafts;
        }
        try {
            Map<String, List<Census.Matched>> matches = new Census().matches(policy, rules, _ -> {});
            return drafts.stream()
                    .map(draft -> draft.matching(matches.getOrDefault(draft.name(), List.of())))
                    .toList();
        } catch (IOException e) {
            throw new Failure(ExitCode.UNAVAILABLE, "cannot list the processes of this machine: " + e.getMessage());
        }
    }

    private SuggestDraft matching(List<Census.Matched> matched) {
        List<Integer> found = matched.stream()
                .map(each -> each.facts().identity().pid())
                .sorted()
                .toList();
        return new SuggestDraft(proposal, name, expires, text, rule, found);
    }

    /// What it would leave unprobed: `returns of 2 processes: pid 812 4711`.
    String unprobed() {
        String aspects = Proposer.words(proposal.aspects());
        if (pids.isEmpty()) {
            return aspects + "; no process that runs now";
        }
        StringBuilder text = new StringBuilder(aspects)
                .append(pids.size() == 1 ? " of 1 process: pid" : " of " + pids.size() + " processes: pid");
        pids.stream().limit(20).forEach(pid -> text.append(' ').append(pid));
        return pids.size() > 20 ? text + " ..." : text.toString();
    }
}
