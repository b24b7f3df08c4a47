package dev.stet.binary.names;

/// The text is not a mangled name, or not one that can be shown within the limits. Never leaves the package.
final class Undecodable extends Exception {
    private static final long serialVersionUID = 1;

    /// Without a stack trace: most symbols of some programs end here, and nobody asks where.
    private Undecodable() {
        super("not a mangled name", null, false, false);
    }

    static Undecodable name() {
        return new Undecodable();
    }
}
