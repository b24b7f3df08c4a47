package dev.stet.probe.redact;

/// Text in quotes.
final class Quotes {
    private Quotes() {}

    /// Where the closing quote is, or the end of the text. A quote that is doubled, or has a backslash before it,
    /// does not close - unless the opening one has a backslash, too, as in JSON within JSON.
    ///
    /// @param from after the opening quote
    static int end(CharSequence text, int from, char quote) {
        boolean escaped = Scan.at(text, from - 2) == '\\';
        for (int at = from; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\\' && escaped && Scan.at(text, at + 1) == quote) {
                return at;
            }
            if (c == '\\') {
                at++;
            } else if (c == quote && quote == '\'' && Scan.at(text, at + 1) == quote) {
                at++;
            } else if (c == quote) {
                return at;
            }
        }
        return text.length();
    }
}
