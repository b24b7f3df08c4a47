package dev.stet.probe;

import java.util.List;

/// One value to take from a call.
///
/// @param name what it is called in output; may contain dots
/// @param expression the value
/// @param source the expression's text, for messages
/// @param guessed nobody asked for it: where a binary cannot give it, it is left out, and else the probe is
///     refused
/// @param others what to take instead where the expression means nothing: the first of them counts that means
///     something in the function. They have the same name and no others of their own
public record Capture(String name, Expression expression, String source, boolean guessed, List<Capture> others) {
    public Capture {
        others = List.copyOf(others);
    }

    /// A capture without alternatives.
    public Capture(String name, Expression expression, String source, boolean guessed) {
        this(name, expression, source, guessed, List.of());
    }

    /// A capture that somebody asked for.
    public Capture(String name, Expression expression, String source) {
        this(name, expression, source, false);
    }

    /// The same, but nobody asked for it.
    public Capture asGuess() {
        return new Capture(name, expression, source, true, others);
    }

    /// The same, with something to take instead.
    public Capture orElse(List<Capture> instead) {
        return new Capture(name, expression, source, guessed, instead);
    }
}
