package dev.stet.binary;

import java.io.IOException;

/// The [ByteSource] failed. It may not fail again, so this is no answer: the next question reads anew.
public final class UnreadableBinaryException extends BinaryException {
    private static final long serialVersionUID = 1;

    /// @param cause what the source threw
    public UnreadableBinaryException(IOException cause) {
        super(cause.getMessage() == null ? cause.toString() : cause.getMessage());
        initCause(cause);
    }
}
