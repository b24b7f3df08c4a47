package dev.stet.probe;

/// An expression cannot be read, or means nothing in this function. The message shows the text and points at
/// the place:
///
/// ```
/// no parameter 'nme' (there are: name, count)
///     string(nme)
///            ^
/// ```
public final class ExpressionException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String problem;

    /// @param text the whole text it was read from
    /// @param at the place, in characters from 0
    /// @param problem what is wrong, for a person
    public ExpressionException(String text, int at, String problem) {
        super(problem + "\n    " + text + "\n    " + " ".repeat(Math.max(at, 0)) + "^");
        this.problem = problem;
    }

    /// What is wrong, without the place.
    public String problem() {
        return problem;
    }
}
