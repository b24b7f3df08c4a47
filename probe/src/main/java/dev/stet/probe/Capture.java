package dev.stet.probe;

/// One value to take from a call.
///
/// @param name what it is called in output
/// @param expression the value
/// @param source the expression's text, for messages
/// @param guessed nobody asked for it: where a binary cannot give it, it is left out, and else the probe is
///     refused
public record Capture(String name, Expression expression, String source, boolean guessed) {
    /// A capture that somebody asked for.
    public Capture(String name, Expression expression, String source) {
        this(name, expression, source, false);
    }

    /// The same, but nobody asked for it.
    public Capture asGuess() {
        return new Capture(name, expression, source, true);
    }
}
