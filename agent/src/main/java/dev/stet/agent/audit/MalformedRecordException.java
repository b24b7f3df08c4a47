package dev.stet.agent.audit;

import java.io.IOException;

/// A line of a log, or of another file of records, is none that Stet wrote.
public final class MalformedRecordException extends IOException {
    private static final long serialVersionUID = 1L;

    /// @param message which rule the line breaks
    public MalformedRecordException(String message) {
        super(message);
    }
}
