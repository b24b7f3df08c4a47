package dev.stet.agent;

import dev.stet.facts.FactKey;
import dev.stet.policy.Tree;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the rules of an explained policy ask for.
final class TreeClauses {
    private TreeClauses() {}

    static Set<FactKey<?>> facts(Tree.Whole whole) {
        return Stream.concat(whole.tier().stream(), whole.rules().stream().map(Tree.Rule::tree))
                .flatMap(TreeClauses::facts)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Stream<FactKey<?>> facts(Tree tree) {
        return switch (tree) {
            case Tree.Leaf(var evidence) -> evidence.clause().facts().stream();
            case Tree.Group(var _, var _, var parts) -> parts.stream().flatMap(TreeClauses::facts);
        };
    }
}
