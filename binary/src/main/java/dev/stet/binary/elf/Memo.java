package dev.stet.binary.elf;

import dev.stet.binary.BinaryException;
import dev.stet.binary.MalformedBinaryException;
import dev.stet.binary.UnsupportedFormatException;

/// An answer found once, when first asked for. A refusal of the bytes is an answer too and is given again; a
/// failure to read them is not, and the next call tries again.
public final class Memo<T> {
    /// Finds the answer.
    @FunctionalInterface
    public interface Finder<T> {
        T find() throws BinaryException;
    }

    private final Finder<T> finder;
    private T value;
    private BinaryException refusal;

    public Memo(Finder<T> finder) {
        this.finder = finder;
    }

    public synchronized T get() throws BinaryException {
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
