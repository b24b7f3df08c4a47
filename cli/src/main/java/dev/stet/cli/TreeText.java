package dev.stet.cli;

import dev.stet.agent.json.Json;
import dev.stet.policy.Answer;
import dev.stet.policy.Clause;
import dev.stet.policy.Evidence;
import dev.stet.policy.Tree;
import java.util.List;
import java.util.Optional;

/// What a rule said of a process, part by part: as lines for people and as JSON.
final class TreeText {
    private final Paragraphs paragraphs;
    private final Output style;

    TreeText(Paragraphs paragraphs, Output style) {
        this.paragraphs = paragraphs;
        this.style = style;
    }

    /// A line for each part, those that are in it below it.
    void print(Tree tree, int indent) {
        String lead = " ".repeat(indent) + mark(tree.answer());
        switch (tree) {
            case Tree.Leaf(var evidence) -> line(lead, tree.answer(), fact(evidence));
            case Tree.Group(var kind, var answer, var parts) -> {
                line(lead, answer, words(kind));
                parts.forEach(part -> print(part, indent + 2));
            }
        }
    }

    private void line(String lead, Answer answer, String text) {
        paragraphs.line(
                lead,
                mark -> switch (answer) {
                    case YES -> style.green(mark);
                    case NO -> style.red(mark);
                    case UNKNOWN -> style.yellow(mark);
                },
                text,
                part -> part);
    }

    private static String mark(Answer answer) {
        return switch (answer) {
            case YES -> "yes  ";
            case NO -> "no   ";
            case UNKNOWN -> "?    ";
        };
    }

    private static String words(Tree.Kind kind) {
        return switch (kind) {
            case ALL -> "all of:";
            case ANY -> "one of:";
            case NOT -> "none of:";
            case UNTIL -> "has not ended, by until:";
        };
    }

    /// `exe '/usr/bin/x' matches glob /usr/**`.
    static String fact(Evidence evidence) {
        return evidence.clause() instanceof Clause.When
                ? "when " + evidence.clauseText()
                : evidence.factName() + " " + evidence.factText() + " " + evidence.clauseText();
    }

    /// What first kept a rule from matching: `no: uid 0 is 1000`.
    static String why(Tree tree) {
        return first(tree, Answer.NO).or(() -> first(tree, Answer.UNKNOWN)).orElse("it does not match");
    }

    private static Optional<String> first(Tree tree, Answer wanted) {
        if (tree.answer() != wanted) {
            return Optional.empty();
        }
        return switch (tree) {
            case Tree.Leaf(var evidence) ->
                Optional.of((wanted == Answer.NO ? "no: " : "not known: ") + fact(evidence));
            case Tree.Group(var kind, var _, var parts) ->
                switch (kind) {
                    case ALL, ANY -> firstOf(parts, wanted);
                    case NOT -> culprit("removed by not: ", parts, wanted);
                    case UNTIL -> culprit("ended by until: ", parts, wanted);
                };
        };
    }

    private static Optional<String> firstOf(List<Tree> parts, Answer wanted) {
        return parts.stream().flatMap(part -> first(part, wanted).stream()).findFirst();
    }

    /// Of parts of which one that holds is a no.
    private static Optional<String> culprit(String how, List<Tree> parts, Answer wanted) {
        return wanted == Answer.UNKNOWN
                ? firstOf(parts, wanted)
                : parts.stream()
                        .filter(part -> part.answer() == Answer.YES)
                        .findFirst()
                        .map(part -> how + holding(part));
    }

    private static String holding(Tree tree) {
        return switch (tree) {
            case Tree.Leaf(var evidence) -> fact(evidence);
            case Tree.Group(var _, var _, var parts) -> holding(parts.getFirst());
        };
    }

    static void json(Json json, Tree tree) {
        json.text("answer", Json.lower(tree.answer()));
        switch (tree) {
            case Tree.Leaf(var evidence) ->
                json.text("fact", evidence.factName())
                        .text("value", evidence.factText())
                        .text("clause", evidence.clauseText());
            case Tree.Group(var kind, var _, var parts) ->
                json.text("of", Json.lower(kind)).objects("parts", parts, TreeText::json);
        }
    }
}
