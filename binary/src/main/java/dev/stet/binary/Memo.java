package dev.stet.binary;

import java.io.IOException;

/// An answer found once, when first asked for. A refusal of the bytes is an answer too and is given again; a
/// failure to read them is not, and the next call tries again.
final class Memo<T> {
    /// Finds the answer.
    @FunctionalInterface
    interface Finder<T> {
        T find() throws IOException;
    }

    private final Finder<T> finder;
    private T value;
    private IOException refusal;

    Memo(Finder<T> finder) {
        this.finder = finder;
    }

    synchronized T get() throws IOException {
        if (refusal != null) {
            throw refusal;
        }
        if (value == null) {
            try {
                value = finder.find();
            } catch (MalformedBinaryException | UnsupportedFormatException e) {
                refusal = e;
                throw e;
            }
        }
        return value;
    }
}
