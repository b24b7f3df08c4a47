package dev.stet.policy;

import dev.stet.facts.Fact;
import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// A compiled `when`: an expression over all facts.
public interface Condition {
    /// The expression as it was written.
    String text();

    /// The facts that it asks for.
    Set<FactKey<?>> facts();

    /// Does it hold? Unknown if it turns on a fact that is not known, or fails; never throws.
    Answer test(ProcessFacts facts, Moment moment);

    /// Which facts that nobody has looked for yet would tell more? By itself: all it asks for.
    default Set<FactKey<?>> notRead(ProcessFacts facts, Moment moment) {
        return facts().stream()
                .filter(key -> facts.get(key) instanceof Fact.NotRead)
                .collect(Collectors.toUnmodifiableSet());
    }

    /// Why the answer is unknown though every fact is there, for a person: `division by zero`. Empty if it is not.
    default Optional<String> failure(ProcessFacts facts, Moment moment) {
        return Optional.empty();
    }

    /// Does the answer change as the process grows older? If it does, then at whole seconds of its age only.
    default boolean asksAge() {
        return false;
    }

    /// What compiles expressions; found as a service, for its engine is large and most policies need none.
    interface Compiler {
        /// @throws IllegalArgumentException if it is no expression of this language that gives true or false;
        ///     the message says where in the text and what
        Condition compile(String text);
    }
}
