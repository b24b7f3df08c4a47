package dev.stet.policy;

import dev.stet.facts.ProcessFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;

/// Finds the rules that could match a process, so that a decision costs by them and not by all there are. Each rule
/// is found by one thing that must be so for it to match, or by one for each of its `any`; rules without such a
/// thing are always among those found. A fact that is not known rules nothing out.
final class RuleIndex {
    private final List<Column> columns;
    private final List<Postings> postings;
    private final int[] always;

    private RuleIndex(Map<Column, Postings.Builder> built, int[] always) {
        this.columns = List.copyOf(built.keySet());
        this.postings = built.values().stream().map(Postings.Builder::build).toList();
        this.always = always;
    }

    /// @param matches of the rules; a rule's number is its place here
    /// @param wanted tells which of them shall be found at all
    static RuleIndex of(List<Match> matches, IntPredicate wanted) {
        Map<Column, Postings.Builder> built = new LinkedHashMap<>();
        Numbers always = new Numbers();
        for (int number = 0; number < matches.size(); number++) {
            if (!wanted.test(number)) {
                continue;
            }
            Optional<List<Demand>> demands = demands(matches.get(number));
            if (demands.isEmpty()) {
                always.add(number);
            } else {
                for (Demand demand : demands.get()) {
                    built.computeIfAbsent(demand.column(), _ -> new Postings.Builder())
                            .add(demand, number);
                }
            }
        }
        return new RuleIndex(built, always.sorted());
    }

    /// One that finds every rule for every process: to compare with.
    static RuleIndex ofAll(int[] numbers) {
        return new RuleIndex(Map.of(), numbers.clone());
    }

    private static Optional<List<Demand>> demands(Match match) {
        return Demand.best(ofClauses(match.all()), ofEntries(match.any()));
    }

    private static Optional<List<Demand>> ofClauses(List<Clause> clauses) {
        Optional<List<Demand>> best = Optional.empty();
        for (Clause clause : clauses) {
            best = Demand.best(best, Demand.of(clause));
        }
        return best;
    }

    private static Optional<List<Demand>> ofEntries(List<Match.Entry> entries) {
        List<Demand> demands = new ArrayList<>();
        for (Match.Entry entry : entries) {
            Optional<List<Demand>> of = ofClauses(entry.clauses());
            if (of.isEmpty()) {
                return Optional.empty();
            }
            demands.addAll(of.get());
        }
        return entries.isEmpty() ? Optional.empty() : Optional.of(demands);
    }

    Candidates candidates(ProcessFacts facts) {
        Candidates candidates = new Candidates(always);
        for (int i = 0; i < columns.size(); i++) {
            columns.get(i).find(facts, postings.get(i), candidates);
        }
        candidates.sort();
        return candidates;
    }
}
