package dev.stet.probe;

/// A capture that is not one.
public final class CaptureSyntaxException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int at;

    CaptureSyntaxException(String text, int at, String expected) {
        super("'%s': at '%s' (character %d): %s"
                .formatted(text, at < text.length() ? text.substring(at) : "the end", at + 1, expected));
        this.at = at;
    }

    /// How many characters before the mistake.
    public int at() {
        return at;
    }
}
