package dev.stet.policy.bind;

import dev.stet.policy.Clause;
import dev.stet.policy.Match;
import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Makes a match of `spec.match`.
final class MatchBinder {
    static final Shape MATCH = ClauseBinder.CLAUSES.and(Shape.of("any", "not"));

    private final ClauseBinder clauses;

    MatchBinder(Scope scope) {
        clauses = new ClauseBinder(scope);
    }

    /// Empty if nothing is left that could match; that is then reported.
    Optional<Match> bind(YamlNode node) {
        YamlNode match = node.fields(MATCH);
        List<Clause> all = clauses.bind(match);
        List<Match.Entry> any = entries(match.optional("any").items("entries"));
        List<Match.Entry> not = entries(match.optional("not").oneOrMany("entries"));
        // Other fields, known or not, had their say: only a match that asks for nothing has to be told so.
        if (match.isPresent() && Set.of("not").containsAll(match.names())) {
            match.report("matches every process: say which by a clause such as exe, or by any;"
                    + " exe: {glob: \"/**\"} is every program");
        }
        return all.isEmpty() && any.isEmpty() ? Optional.empty() : Optional.of(new Match(all, any, not));
    }

    private List<Match.Entry> entries(List<YamlNode> items) {
        List<Match.Entry> entries = new ArrayList<>();
        for (YamlNode item : items) {
            YamlNode entry = item.fields(ClauseBinder.CLAUSES);
            List<Clause> bound = clauses.bind(entry);
            if (!bound.isEmpty()) {
                entries.add(new Match.Entry(bound));
            } else if (entry.isPresent() && entry.names().isEmpty()) {
                entry.report("an entry needs a clause, such as exe");
            }
        }
        return entries;
    }
}
