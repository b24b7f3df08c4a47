package dev.stet.policy;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// What a policy means, written as plainly as can be: every rule is tried, and every part of it.
record Naive(String kind, Set<Aspect> aspects, Set<String> rules) {
    static Naive decide(Policy policy, ProcessFacts read, Moment moment) {
        Set<Aspect> certain = new HashSet<>();
        Set<String> by = new HashSet<>();
        List<Exemption> unknown = new ArrayList<>();
        Set<String> waiting = new HashSet<>();
        Fact<String> tierName = Fact.absent();
        List<Tier> tiers = policy.tiers().stream()
                .sorted(Comparator.comparing(Tier::rank).reversed())
                .toList();
        for (Tier tier : tiers) {
            Answer answer = match(tier.match(), read, moment);
            if (answer == Answer.UNKNOWN) {
                tierName = Fact.unreadable("x");
                waiting.add("tier " + tier.name());
                break;
            }
            if (answer == Answer.YES) {
                tierName = Fact.of(tier.name());
                certain.addAll(tier.mode().removes());
                if (tier.mode() != Tier.Mode.FULL) {
                    by.add("tier " + tier.name());
                }
                break;
            }
        }
        ProcessFacts facts = read.with(FactKey.TIER, tierName);
        for (Exemption rule : policy.exemptions()) {
            boolean over = rule.isExpired(moment.now()) && rule.onExpiry() == Exemption.OnExpiry.PROBE;
            if (over || policy.isLifted(rule)) {
                continue;
            }
            Answer answer = answer(rule, facts, moment);
            if (answer == Answer.UNKNOWN && rule.unknown().isOver(moment)) {
                answer = Answer.of(rule.unknown().then());
            }
            if (answer == Answer.YES) {
                certain.addAll(rule.exempt());
                by.add(rule.name());
            } else if (answer == Answer.UNKNOWN) {
                unknown.add(rule);
            }
        }
        if (certain.contains(Aspect.ALL)) {
            return new Naive("Exempt", Set.of(Aspect.ALL), by);
        }
        for (Exemption rule : unknown) {
            if (!certain.containsAll(rule.exempt())) {
                waiting.add(rule.name());
            }
        }
        if (!waiting.isEmpty()) {
            return new Naive("Undecided", Set.of(), waiting);
        }
        return new Naive(certain.isEmpty() ? "Trace" : "Exempt", certain, by);
    }

    static Naive of(Verdict verdict) {
        Set<String> rules = new HashSet<>();
        verdict.decisions().forEach(decision -> rules.add(decision.rule()));
        return switch (verdict) {
            case Verdict.Trace _ -> new Naive("Trace", Set.of(), rules);
            case Verdict.Exempt(var aspects, var _, var _) -> new Naive("Exempt", aspects, rules);
            case Verdict.Undecided _ -> new Naive("Undecided", Set.of(), rules);
        };
    }

    static Answer answer(Exemption rule, ProcessFacts facts, Moment moment) {
        Answer matches = match(rule.match(), facts, moment);
        Answer over = rule.until().map(clause -> clause.test(facts, moment)).orElse(Answer.NO);
        return and(matches, not(over));
    }

    private static Answer match(Match match, ProcessFacts facts, Moment moment) {
        Function<Clause, Answer> ask = clause -> clause.test(facts, moment);
        Function<Match.Entry, Answer> entry = each -> all(each.clauses(), ask);
        Answer any = match.any().isEmpty() ? Answer.YES : not(all(match.any(), each -> not(entry.apply(each))));
        return and(and(all(match.all(), ask), any), all(match.not(), each -> not(entry.apply(each))));
    }

    private static <T> Answer all(List<T> parts, Function<T, Answer> answer) {
        Answer all = Answer.YES;
        for (T part : parts) {
            all = and(all, answer.apply(part));
        }
        return all;
    }

    private static Answer and(Answer a, Answer b) {
        if (a == Answer.NO || b == Answer.NO) {
            return Answer.NO;
        }
        return a == Answer.YES && b == Answer.YES ? Answer.YES : Answer.UNKNOWN;
    }

    private static Answer not(Answer a) {
        return a == Answer.YES ? Answer.NO : a == Answer.NO ? Answer.YES : Answer.UNKNOWN;
    }
}
