package dev.stet.probe.compile;

/// What is wanted of a call does not fit into the 512 bytes of stack that BPF gives a program.
public final class TooComplexException extends Exception {
    private static final long serialVersionUID = 1L;

    TooComplexException() {
        super("too much to compute for one probe; take fewer values, or simpler ones");
    }
}
