package dev.stet.policy;

import dev.stet.facts.FactKey;
import dev.stet.facts.ProcessFacts;
import java.util.Set;

/// A compiled `when`: an expression over all facts.
public interface Condition {
    /// The expression as it was written.
    String text();

    /// The facts that it asks for.
    Set<FactKey<?>> facts();

    /// Does it hold? Unknown if it turns on a fact that is not known, or fails; never throws.
    Answer test(ProcessFacts facts, Moment moment);

    /// What compiles expressions; found as a service, for its engine is large and most policies need none.
    interface Compiler {
        /// @throws IllegalArgumentException if it is no expression of this language that gives true or false;
        ///     the message says where in the text and what
        Condition compile(String text);
    }
}
