package dev.stet.probe;

/// One value to take from a call, and how to show it.
///
/// @param name what it is called in output
/// @param expression the value, or where the text is
/// @param guessed nobody asked for it: where a binary cannot give it, it is left out, and else the probe is
///     refused
public record Capture(String name, Expression expression, Format format, boolean guessed) {
    /// How the captured word is read.
    public enum Format {
        /// Nobody said: a small number as such, a large one in hexadecimal.
        WORD,
        /// `int(...)`: 32 bits with a sign.
        INT,
        /// `long(...)`: 64 bits with a sign.
        LONG,
        /// `hex(...)`: hexadecimal.
        HEX,
        /// `bool(...)`: the lowest byte is not 0.
        BOOL,
        /// `str(...)`: the text that ends with NUL at this address; in Go the string whose two words begin
        /// here.
        TEXT,
        /// `gostr(...)`: the Go string whose header, pointer and length, is in memory at this address.
        GO_TEXT
    }

    /// A capture that somebody asked for.
    public Capture(String name, Expression expression, Format format) {
        this(name, expression, format, false);
    }

    /// The same, but nobody asked for it.
    public Capture asGuess() {
        return new Capture(name, expression, format, true);
    }

    /// Is it text, and so of some length?
    public boolean isText() {
        return format == Format.TEXT || format == Format.GO_TEXT;
    }
}
