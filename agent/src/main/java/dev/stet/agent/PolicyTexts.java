package dev.stet.agent;

import dev.stet.policy.PolicyReader;
import dev.stet.policy.ReadResult;
import dev.stet.policy.yaml.Problem;
import dev.stet.policy.yaml.SourceText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The texts of a policy's files as they were at one moment.
///
/// @param texts by the files' names
/// @param problems of those that could not be read
record PolicyTexts(List<SourceText> texts, List<Problem> problems) {
    PolicyTexts {
        texts = List.copyOf(texts);
        problems = List.copyOf(problems);
    }

    /// What they say.
    ///
    /// @param firstSeen when the rule of a name was first seen; empty if it is new
    /// @param now what is new counts from
    ReadResult parse(Function<String, Optional<Instant>> firstSeen, Instant now) {
        ReadResult result = PolicyReader.read(texts, firstSeen, now);
        if (problems.isEmpty()) {
            return result;
        }
        List<Problem> all = new ArrayList<>(problems);
        if (result instanceof ReadResult.Invalid(var more)) {
            all.addAll(more);
        }
        return new ReadResult.Invalid(all);
    }

    /// Does a file look as if somebody were still writing it? Editors and people end a file with the end of a line;
    /// one that is empty, or ends within a line, may just have been begun.
    boolean looksUnfinished() {
        return texts.stream()
                .anyMatch(text -> text.text().isBlank() || !text.text().endsWith("\n"));
    }
}
