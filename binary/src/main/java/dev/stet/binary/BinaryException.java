package dev.stet.binary;

import java.io.IOException;

/// Why a question about a binary has no answer. The only exceptions that an analysis lets out are these
/// three kinds.
public abstract sealed class BinaryException extends IOException
        permits MalformedBinaryException, UnsupportedFormatException, UnreadableBinaryException {
    private static final long serialVersionUID = 1;

    BinaryException(String message) {
        super(message);
    }
}
