package dev.stet.service.store;

/// Why there is no answer, or no more of it.
public final class QueryException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /// Whose matter it is.
    public enum Kind {
        /// The question is wrong.
        WRONG,
        /// It may not be asked: it would change something, or is more than one.
        REFUSED,
        /// It takes more time or memory than it may.
        TOO_MUCH,
        /// There is no store.
        NO_STORE,
        /// It may not be read.
        NOT_PERMITTED,
        /// It cannot be read: damaged, a newer Stet's, another program's.
        UNREADABLE
    }

    QueryException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    QueryException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
