package dev.stet.cli;

import java.io.PrintStream;
import java.util.function.LongSupplier;

/// How far some work is, for a person who waits: on one line of standard error that is written over, and not before
/// the work has taken a second.
final class ProgressLine {
    private static final long PATIENCE_NANOS = 1_000_000_000;
    private static final long PAUSE_NANOS = 100_000_000;

    private final String what;
    private final PrintStream out;
    private final LongSupplier nanos;
    private final boolean wanted;
    private long next;
    private boolean shown;

    ProgressLine(String what, PrintStream out, LongSupplier nanos, boolean wanted) {
        this.what = what;
        this.out = out;
        this.nanos = nanos;
        this.wanted = wanted;
        next = nanos.getAsLong() + PATIENCE_NANOS;
    }

    /// Shown if a person reads both outputs.
    static ProgressLine onTerminal(String what) {
        return new ProgressLine(what, System.err, System::nanoTime, Output.isTerminal());
    }

    void at(int done, int of) {
        if (wanted && nanos.getAsLong() - next >= 0) {
            next = nanos.getAsLong() + PAUSE_NANOS;
            shown = true;
            out.print("\rstet: %s: %d of %d\033[K".formatted(what, done, of));
            out.flush();
        }
    }

    /// Takes the line away.
    void end() {
        if (shown) {
            out.print("\r\033[K");
            out.flush();
            shown = false;
        }
    }
}
