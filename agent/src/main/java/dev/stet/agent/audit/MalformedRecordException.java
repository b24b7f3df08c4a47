package dev.stet.agent.audit;

import java.io.IOException;

/// A line of an audit log is none that Stet wrote.
public final class MalformedRecordException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedRecordException(String message) {
        super(message);
    }
}
