package dev.stet.policy;

/// Does it match? With a third answer for when a fact could not be read: `UNKNOWN and NO` is no, `UNKNOWN or
/// YES` is yes, and every other mixture with it stays unknown.
public enum Answer {
    YES,
    NO,
    UNKNOWN;

    static Answer of(boolean matches) {
        return matches ? YES : NO;
    }

    Answer and(Answer other) {
        return this == NO || other == NO ? NO : this == UNKNOWN || other == UNKNOWN ? UNKNOWN : YES;
    }

    Answer or(Answer other) {
        return negated().and(other.negated()).negated();
    }

    Answer negated() {
        return switch (this) {
            case YES -> NO;
            case NO -> YES;
            case UNKNOWN -> UNKNOWN;
        };
    }
}
