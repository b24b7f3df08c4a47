package dev.stet.policy.bind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.policy.Answer;
import dev.stet.policy.Clause;
import dev.stet.policy.Condition;
import dev.stet.policy.Moment;
import dev.stet.policy.yaml.Problems;
import dev.stet.policy.yaml.SourceText;
import dev.stet.policy.yaml.YamlDocuments;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ExpressionsTest {
    private final Problems problems = new Problems();
    private final List<String> loaded = new ArrayList<>();

    /// As it was compiled by an engine that knows two words.
    private record Asked(String text, Set<FactKey<?>> facts) implements Condition {
        @Override
        public Answer test(ProcessFacts process, Moment moment) {
            return Answer.YES;
        }
    }

    private Condition compile(String text) {
        return switch (text) {
            case "tier" -> new Asked(text, Set.of(FactKey.TIER));
            case "exe" -> new Asked(text, Set.of(FactKey.EXE));
            default -> throw new IllegalArgumentException("column 1: unknown");
        };
    }

    private List<Clause> bind(String text, boolean ofTier) {
        Expressions expressions = new Expressions(() -> {
            loaded.add("engine");
            return Optional.of(this::compile);
        });
        ClauseBinder binder = new ClauseBinder(new Scope(ofTier, _ -> {}, new Regexes(), expressions));
        return binder.bind(YamlDocuments.read(new SourceText("f", text), problems)
                .getFirst()
                .fields(ClauseBinder.CLAUSES));
    }

    private List<String> found() {
        return problems.list().stream().map(Object::toString).toList();
    }

    @Test
    void anExpressionIsAClause() {
        assertThat(bind("{when: exe}", false)).extracting(Clause::factName).containsExactly("when");
        assertThat(found()).isEmpty();
    }

    @Test
    void theEngineIsNotLookedForWithoutOne() {
        assertThat(bind("{comm: a}", false)).hasSize(1);
        assertThat(loaded).isEmpty();
    }

    @Test
    void whatIsWrongIsToldWhereItStands() {
        assertThat(bind("{when: nonsense}", false)).isEmpty();
        assertThat(found()).containsExactly("f:1:8: when: expected an expression, found 'nonsense': column 1: unknown");
    }

    /// However it is asked.
    @Test
    void aTierDoesNotTurnOnTheTier() {
        assertThat(bind("{when: tier}", true)).isEmpty();
        assertThat(found()).containsExactly("f:1:8: when: which tier a process is of cannot depend on its tier");
        assertThat(bind("{when: tier}", false)).hasSize(1);
    }

    @Test
    void tooLongAndBlankOnesAreRefused() {
        assertThat(bind("{when: \" \"}", false)).isEmpty();
        assertThat(bind("{when: " + "x".repeat(5000) + "}", false)).isEmpty();
        assertThat(found())
                .hasSize(2)
                .anyMatch(text -> text.contains("blank"))
                .anyMatch(text -> text.contains("longer"));
    }
}
