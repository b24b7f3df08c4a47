package dev.stet.probe.resolve;

/// An expression means nothing in a function. The resolver adds the text and points at the place.
final class Mistake extends Exception {
    private static final long serialVersionUID = 1L;

    private final int at;

    Mistake(int at, String problem) {
        super(problem, null, false, false);
        this.at = at;
    }

    /// Where in the text, in characters from 0.
    int at() {
        return at;
    }
}
