package dev.stet.agent.suggest;

/// Bytes are not what their source should write.
public final class MalformedEvidenceException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedEvidenceException(String message) {
        super(message);
    }
}
