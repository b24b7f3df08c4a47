package dev.stet.policy.bind;

import dev.stet.facts.FactKey;
import dev.stet.policy.Clause;
import dev.stet.policy.Test;
import dev.stet.policy.yaml.Shape;
import dev.stet.policy.yaml.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Makes clauses of a mapping that has them side by side: the whole match, or an entry of `any` or `not`.
final class ClauseBinder {
    static final Shape CLAUSES =
            FileClauses.SHAPE.and(ProcessClauses.SHAPE).and(PlaceClauses.SHAPE).and(Shape.of("tier", "when"));

    private final Scope scope;

    ClauseBinder(Scope scope) {
        this.scope = scope;
    }

    /// @param entry with the fields of [#CLAUSES], and maybe others
    List<Clause> bind(YamlNode entry) {
        List<Clause> clauses = new ArrayList<>();
        FileClauses.bind(entry, clauses);
        ProcessClauses.bind(entry, clauses);
        PlaceClauses.bind(entry, clauses);
        tier(entry.optional("tier"), clauses);
        when(entry.optional("when"), clauses);
        return clauses;
    }

    private void tier(YamlNode node, List<Clause> clauses) {
        if (scope.ofTier() && node.isPresent()) {
            node.reportKey("which tier a process is of cannot depend on its tier");
            return;
        }
        List<YamlNode> items = node.oneOrMany("names");
        items.stream().filter(item -> item.text().isPresent()).forEach(scope.tierNames());
        Set<String> names = items.stream().flatMap(item -> item.text().stream()).collect(Collectors.toSet());
        add(FactKey.TIER, names, clauses);
    }

    private void when(YamlNode node, List<Clause> clauses) {
        scope.expressions().bind(node).ifPresent(clause -> {
            if (scope.ofTier() && clause.facts().contains(FactKey.TIER)) {
                node.report("which tier a process is of cannot depend on its tier");
            } else {
                clauses.add(clause);
            }
        });
    }

    /// The fact is one of these, if there are any.
    static <T> void add(FactKey<T> key, Set<T> values, List<Clause> clauses) {
        if (!values.isEmpty()) {
            clauses.add(new Clause.On<>(key, new Test.OneOf<>(values)));
        }
    }
}
