package dev.stet.cel;

import dev.cel.runtime.CelAttributePattern;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelUnknownSet;
import dev.cel.runtime.PartialVars;
import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import dev.stet.policy.Answer;
import dev.stet.policy.Condition;
import dev.stet.policy.Moment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// One expression. What is not known is told to the engine as such: a part that is false without it settles the
/// matter.
final class CelCondition implements Condition {
    private final String text;
    private final Set<Variable> variables;
    private final Set<FactKey<?>> facts;
    private final CelRuntime.Program program;

    CelCondition(String text, Set<Variable> variables, CelRuntime.Program program) {
        this.text = text;
        this.variables = Set.copyOf(variables);
        this.facts =
                variables.stream().flatMap(variable -> variable.key().stream()).collect(Collectors.toUnmodifiableSet());
        this.program = program;
    }

    /// What came of an evaluation.
    private sealed interface Result {
        record Known(boolean holds) implements Result {}

        /// @param variables that it turned on
        record Unknown(Set<Variable> variables) implements Result {}

        record Failed(String why) implements Result {}
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public Set<FactKey<?>> facts() {
        return facts;
    }

    @Override
    public boolean asksAge() {
        return variables.contains(Variable.AGE_SECONDS);
    }

    @Override
    public Answer test(ProcessFacts facts, Moment moment) {
        return switch (evaluate(facts, moment)) {
            case Result.Known(var holds) -> holds ? Answer.YES : Answer.NO;
            case Result.Unknown _, Result.Failed _ -> Answer.UNKNOWN;
        };
    }

    @Override
    public Set<FactKey<?>> notRead(ProcessFacts facts, Moment moment) {
        return evaluate(facts, moment) instanceof Result.Unknown(var unknown)
                ? unknown.stream()
                        .flatMap(variable -> variable.key().stream())
                        .filter(key -> facts.get(key) instanceof Fact.NotRead)
                        .collect(Collectors.toUnmodifiableSet())
                : Set.of();
    }

    @Override
    public Optional<String> failure(ProcessFacts facts, Moment moment) {
        return evaluate(facts, moment) instanceof Result.Failed(var why) ? Optional.of(why) : Optional.empty();
    }

    /// Of the same text it is the same condition: policies that were read twice are compared.
    @Override
    public boolean equals(Object other) {
        return other instanceof CelCondition that && that.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    private Result evaluate(ProcessFacts facts, Moment moment) {
        Map<String, Object> values = new HashMap<>();
        List<CelAttributePattern> unknown = new ArrayList<>();
        Set<Variable> missing = new HashSet<>();
        for (Variable variable : variables) {
            Optional<Object> value = variable.value(facts, moment);
            if (value.isPresent()) {
                values.put(variable.spelling(), value.get());
            } else {
                missing.add(variable);
                unknown.add(CelAttributePattern.create(variable.spelling()));
            }
        }
        try {
            Object result = program.eval(PartialVars.of(name -> Optional.ofNullable(values.get(name)), unknown));
            return switch (result) {
                case Boolean holds -> new Result.Known(holds);
                case CelUnknownSet set -> new Result.Unknown(turnedOn(set, missing));
                default ->
                    new Result.Failed("gives no truth but " + result.getClass().getSimpleName());
            };
        } catch (CelEvaluationException | RuntimeException failed) {
            return new Result.Failed(String.valueOf(failed.getMessage()));
        } catch (StackOverflowError deep) {
            return new Result.Failed("nested too deeply");
        }
    }

    /// Those that the engine names; if it names none that is missing, all of them.
    private static Set<Variable> turnedOn(CelUnknownSet set, Set<Variable> missing) {
        Set<String> names = set.attributes().stream()
                .map(attribute -> attribute.qualifiers().getFirst().asString())
                .collect(Collectors.toSet());
        Set<Variable> named = missing.stream()
                .filter(variable -> names.contains(variable.spelling()))
                .collect(Collectors.toSet());
        return named.isEmpty() ? missing : named;
    }
}
