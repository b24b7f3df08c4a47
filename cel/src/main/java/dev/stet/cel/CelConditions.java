package dev.stet.cel;

import dev.stet.policy.Condition;

/// Compiles expressions of the Common Expression Language. Names no class of its engine itself: whoever only looks
/// for what compiles expressions loads this one class.
public final class CelConditions implements Condition.Compiler {
    /// For the service loader.
    public CelConditions() {}

    @Override
    public Condition compile(String text) {
        return CelEngine.INSTANCE.compile(text);
    }
}
