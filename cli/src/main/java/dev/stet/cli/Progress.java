package dev.stet.cli;

/// Says on a terminal how far something is that takes longer than a second.
final class Progress {
    private static final long PATIENCE_NANOS = 1_000_000_000L;

    private final String what;
    private final boolean terminal = Output.isInteractive();
    private final long begin = System.nanoTime();
    private int shown = -1;

    Progress(String what) {
        this.what = what;
    }

    void percent(int done) {
        if (terminal && done != shown && System.nanoTime() - begin > PATIENCE_NANOS) {
            shown = done;
            System.err.print("\rstet: " + what + ": " + done + "%");
            System.err.flush();
        }
    }

    /// Takes the line away.
    void end() {
        if (shown >= 0) {
            System.err.print("\r\033[K");
            System.err.flush();
        }
    }
}
