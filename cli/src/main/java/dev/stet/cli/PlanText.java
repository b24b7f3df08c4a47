package dev.stet.cli;

import dev.stet.agent.PolicyPlan;
import dev.stet.agent.PolicyPlan.Change;
import dev.stet.agent.PolicyPlan.Effect;
import dev.stet.agent.PolicyPlan.Idle;
import dev.stet.agent.PolicyPlan.Program;
import dev.stet.policy.Decision;
import dev.stet.policy.Exemption;
import dev.stet.policy.Verdict;
import dev.stet.policy.yaml.Quoted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/// A plan for people: by program, the most affected first.
final class PlanText {
    private static final int MAX_PIDS = 10;
    private static final int MAX_RULES = 20;

    private final Output output;
    private final Paragraphs paragraphs;
    private final boolean all;

    PlanText(Output output, OptionalInt width, boolean all) {
        this.output = output;
        this.all = all;
        paragraphs = new Paragraphs(output, width);
    }

    void print(PolicyPlan plan) {
        paragraphs.line("", lead -> lead, summary(plan), output::bold);
        plan.programs().forEach(this::program);
        idle(plan.idle());
        output.flush();
    }

    private static String summary(PolicyPlan plan) {
        String effects = Arrays.stream(Effect.values())
                .sorted((a, b) -> b.compareTo(a))
                .map(effect -> plan.count(effect) + " " + word(effect))
                .collect(Collectors.joining(", "));
        String open = plan.undecided() == 0 ? "" : " (%d of them undecided)".formatted(plan.undecided());
        return (plan.isEmpty() ? "nothing would change: " : "would change: ") + effects + "; " + plan.unchanged()
                + " unchanged" + open;
    }

    static String word(Effect effect) {
        return switch (effect) {
            case LOST -> "lost";
            case UNDECIDED -> "undecided";
            case GAINED -> "gained";
            case PARTLY -> "partly";
            case RETIERED -> "of another tier";
        };
    }

    private void program(Program program) {
        output.line("");
        int count = program.changes().size();
        paragraphs.line(
                "", FactText.line(program.exe(), true) + "  " + count + (count == 1 ? " process" : " processes"));
        Map<String, List<Change>> alike = new LinkedHashMap<>();
        program.changes().stream()
                .sorted((a, b) -> b.effect().compareTo(a.effect()))
                .forEach(change -> alike.computeIfAbsent(change.effect() + reason(change), _ -> new ArrayList<>())
                        .add(change));
        alike.values().forEach(this::changes);
    }

    private void changes(List<Change> changes) {
        Change first = changes.getFirst();
        String lead = "  %-10s".formatted(word(first.effect()));
        paragraphs.line(
                lead + " ",
                text -> switch (first.effect()) {
                    case LOST -> output.red(text);
                    case GAINED -> output.green(text);
                    case UNDECIDED -> output.yellow(text);
                    case PARTLY, RETIERED -> text;
                },
                reason(first),
                part -> part);
        String pids = changes.stream()
                .limit(all ? Integer.MAX_VALUE : MAX_PIDS)
                .map(change -> change.facts().identity().toString())
                .collect(Collectors.joining(" "));
        String more = all || changes.size() <= MAX_PIDS ? "" : " ... %d more".formatted(changes.size() - MAX_PIDS);
        paragraphs.line(" ".repeat(lead.length() + 1), "pid " + pids + more);
    }

    /// Why, by the rule that brings it about; the same for processes that are alike.
    static String reason(Change change) {
        return switch (change.effect()) {
            case LOST, UNDECIDED -> by(change.after());
            case GAINED ->
                change.before() instanceof Verdict.Undecided
                        ? "was left alone: " + by(change.before())
                        : "no longer exempt by " + rules(change.before());
            case PARTLY -> {
                String less = change.less().isEmpty()
                        ? ""
                        : "no more " + VerdictText.removed(change.less()) + ": " + by(change.after());
                String more = change.more().isEmpty()
                        ? ""
                        : VerdictText.removed(change.more()) + " again, no longer exempt by " + rules(change.before());
                yield less + (less.isEmpty() || more.isEmpty() ? "" : "; ") + more;
            }
            case RETIERED -> "tier " + tier(change.before()) + " becomes " + tier(change.after());
        };
    }

    private static String by(Verdict verdict) {
        Decision first = verdict.decisions().getFirst();
        String more = verdict.decisions().size() == 1
                ? ""
                : " and %d more".formatted(verdict.decisions().size() - 1);
        String missing = verdict instanceof Verdict.Undecided undecided ? " needs " + undecided.missingFact() : "";
        return first.ruleText() + missing + more + "; reason: " + Quoted.bare(first.reason());
    }

    private static String rules(Verdict verdict) {
        return verdict.decisions().stream().limit(5).map(Decision::ruleText).collect(Collectors.joining(", "));
    }

    private static String tier(Verdict verdict) {
        return verdict.ofTier().map(it -> it.name() + " (" + it.mode() + ")").orElse("none");
    }

    private void idle(List<Idle> rules) {
        String lead = "matches no process here: ";
        if (!rules.isEmpty()) {
            output.line("");
        }
        int limit = all ? Integer.MAX_VALUE : MAX_RULES;
        rules.stream().limit(limit).forEach(idle -> paragraphs.line(lead, text(idle)));
        if (rules.size() > limit) {
            paragraphs.line(lead, "%d more rules; --all tells of all".formatted(rules.size() - limit));
        }
    }

    /// `no-redis (policy.d/r.yaml:3), but of pid 1 it is not known`.
    static String text(Idle idle) {
        Exemption rule = idle.rule();
        String name = Quoted.bare(rule.name()) + " (" + Quoted.bare(rule.file()) + ":" + rule.line() + ")";
        int open = idle.open().size();
        return switch (open) {
            case 0 -> name;
            case 1 -> name + ", but of pid " + idle.open().getFirst() + " it is not known";
            default ->
                name
                        + ", but of %d processes it is not known, such as pid %d"
                                .formatted(open, idle.open().getFirst());
        };
    }
}
