package dev.stet.probe;

/// Takes away from values what is private.
public final class Redaction {
    public static final Redaction NONE = new Redaction();
    public static final Redaction DEFAULT = new Redaction();

    interface Rule {
        Value apply(Value value);
    }

    Rule rule(String name) {
        return value -> value;
    }
}
