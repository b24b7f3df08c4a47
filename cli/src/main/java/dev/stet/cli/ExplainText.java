package dev.stet.cli;

import dev.stet.agent.Explanation;
import dev.stet.agent.Explanation.AttachedFunction;
import dev.stet.agent.json.Json;
import dev.stet.agent.json.SafeText;
import dev.stet.agent.json.Times;
import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.policy.Exemption;
import dev.stet.policy.Tier;
import dev.stet.policy.Tree;
import dev.stet.policy.yaml.Quoted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/// An explanation for people: the verdict, then what every rule says.
final class ExplainText {
    /// Rules that miss are told of up to so many, then counted.
    private static final int MAX_MISSES = 10;
    /// Beside what begins at the first column.
    private static final int MARGIN = 11;

    private final Output output;
    private final Paragraphs paragraphs;
    private final TreeText trees;
    private final boolean all;
    private final Optional<String> onlyRule;

    /// @param width of the terminal
    /// @param all everything is unfolded
    /// @param onlyRule of the rules only this one
    ExplainText(Output output, OptionalInt width, boolean all, Optional<String> onlyRule) {
        this.output = output;
        this.all = all;
        this.onlyRule = onlyRule;
        paragraphs = new Paragraphs(output, width);
        trees = new TreeText(paragraphs, output);
    }

    void print(Explanation it) {
        row("verdict", VerdictText.sentence(it.verdict()), true);
        row("process", process(it), false);
        it.problems().forEach(problem -> row("policy", problem.toString(), false));
        it.verdict().ofTier().ifPresent(tier -> tier(tier, it.whole().tier()));
        rules(it);
        if (onlyRule.isEmpty()) {
            facts(it);
            attached(it.attached());
        }
        output.flush();
    }

    private static String process(Explanation it) {
        String exe = FactText.line(it.facts().exe(), true);
        return it.running()
                ? it.facts().identity() + "  " + exe
                : "none runs " + exe + ": this is what its file alone says of one that has run for long, undisturbed";
    }

    private void row(String name, String text, boolean bold) {
        paragraphs.line(lead(name), lead -> lead, text, part -> bold ? output.bold(part) : part);
    }

    private static String lead(String name) {
        StringBuilder lead = new StringBuilder();
        CallText.pad(lead, name, MARGIN, false);
        return lead.toString();
    }

    private void tier(Tier tier, Optional<Tree> tree) {
        String rollout = tier.rollout().first() == 0
                ? ""
                : ", %d first for %s"
                        .formatted(
                                tier.rollout().first(),
                                Times.duration(tier.rollout().watch()));
        String place = Quoted.bare(tier.file()) + ":" + tier.line();
        row(
                "tier",
                "%s (%s), rank %d: probes %s%s%s, guardian %s"
                        .formatted(
                                tier.name(),
                                place,
                                tier.rank(),
                                tier.mode(),
                                rollout,
                                budget(tier),
                                tier.sensitivity()),
                false);
        tree.ifPresent(it -> trees.print(it, MARGIN));
    }

    private static String budget(Tier tier) {
        List<String> most = new ArrayList<>();
        tier.budget()
                .cpuPercent()
                .ifPresent(percent -> most.add(String.format(Locale.ROOT, "%.3g%% of a CPU", percent)));
        tier.budget().hits().ifPresent(hits -> most.add(String.format(Locale.ROOT, "%,d hits a second", hits)));
        return most.isEmpty() ? "" : ", at most " + String.join(" and ", most);
    }

    private void rules(Explanation it) {
        List<Tree.Rule> rules = it.whole().rules().stream()
                .filter(rule -> onlyRule.isEmpty() || rule.rule().name().equals(onlyRule.get()))
                .toList();
        if (onlyRule.isEmpty()) {
            row("rules", rules.isEmpty() ? "none" : count(rules), false);
        }
        int misses = 0;
        for (Tree.Rule rule : rules) {
            if (rule.state() != Tree.State.MISSES || all || onlyRule.isPresent()) {
                rule(rule);
            } else if (misses++ < MAX_MISSES) {
                row("misses", name(rule.rule()) + " " + TreeText.why(rule.tree()), false);
            }
        }
        if (misses > MAX_MISSES) {
            row("misses", "%d more; --all tells of all".formatted(misses - MAX_MISSES), false);
        }
    }

    private static String count(List<Tree.Rule> rules) {
        Map<Tree.State, Long> counts = rules.stream()
                .collect(Collectors.groupingBy(
                        Tree.Rule::state, () -> new EnumMap<>(Tree.State.class), Collectors.counting()));
        return Arrays.stream(Tree.State.values())
                .filter(counts::containsKey)
                .map(state -> counts.get(state) + " " + Json.lower(state))
                .collect(Collectors.joining(", "));
    }

    private void rule(Tree.Rule rule) {
        Exemption it = rule.rule();
        paragraphs.line(
                lead(Json.lower(rule.state())),
                lead -> switch (rule.state()) {
                    case APPLIES -> output.green(lead);
                    case UNKNOWN -> output.yellow(lead);
                    case MISSES, EXPIRED, LIFTED -> lead;
                },
                name(it) + " exempts " + VerdictText.names(it.exempt()),
                part -> part);
        row("", "reason: " + Quoted.bare(it.reason()) + "; owner " + Quoted.bare(it.owner()) + end(it), false);
        trees.print(rule.tree(), MARGIN);
    }

    private static String end(Exemption it) {
        String ticket = it.ticket().map(link -> "; ticket " + Quoted.bare(link)).orElse("");
        Instant now = Instant.now();
        return ticket
                + it.expires()
                        .map(end -> (it.isExpired(now) ? "; expired " : "; expires ") + end)
                        .orElse("; never expires");
    }

    private static String name(Exemption it) {
        String place = it.line() > 0 ? Quoted.bare(it.file()) + ":" + it.line() : Quoted.bare(it.file());
        return Quoted.bare(it.name()) + " (" + place + ")";
    }

    private void facts(Explanation it) {
        ProcessFacts facts = it.facts();
        for (FactKey<?> key : FactKey.ALL) {
            if (!(facts.get(key) instanceof Fact.NotRead)) {
                fact(key.name(), FactText.line(facts.get(key), all));
            }
        }
        if (it.running()) {
            fact("parent pid", Integer.toString(facts.parentPid()));
        }
    }

    private void fact(String name, String text) {
        StringBuilder lead = new StringBuilder(lead("fact"));
        CallText.pad(lead, name, 14, false);
        paragraphs.line(lead.toString(), text);
    }

    private void attached(List<AttachedFunction> attached) {
        int sum = attached.stream().mapToInt(AttachedFunction::breakpoints).sum();
        row("probes", attached.isEmpty() ? "none" : sum + " breakpoints", false);
        for (AttachedFunction each : attached) {
            String whose = each.isStets()
                    ? each.program().substring("stet_".length())
                    : "by another tool: " + SafeText.plain(each.program());
            row(
                    "",
                    "%s: %s in %s: %d%s"
                            .formatted(
                                    SafeText.plain(whose),
                                    SafeText.plain(each.function()),
                                    SafeText.plain(each.path()),
                                    each.breakpoints(),
                                    each.everyProcess() ? " (in every process)" : ""),
                    false);
        }
    }
}
