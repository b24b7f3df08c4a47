package dev.stet.probe.resolve;

/// A value is asked for that the target has nowhere, so that nothing can be computed of it.
final class NowhereException extends Exception {
    private static final long serialVersionUID = 1L;

    /// @param why for a person: `optimised out`
    NowhereException(String why) {
        super(why, null, false, false);
    }
}
