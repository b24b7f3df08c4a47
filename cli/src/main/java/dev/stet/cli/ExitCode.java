package dev.stet.cli;

/// What Stet exits with, after sysexits.h where that has a number. 130 and 143 are the shell's words for
/// Ctrl-C and SIGTERM, after which Stet has detached all the same.
final class ExitCode {
    /// It was done.
    static final int DONE = 0;
    /// Nothing could be traced: the process is exempt, or the function is not there or cannot be probed.
    static final int NOTHING = 1;
    /// The command line is wrong.
    static final int USAGE = 64;
    /// A policy file is wrong.
    static final int BAD_DATA = 65;
    /// There is no such process, file or directory.
    static final int NO_INPUT = 66;
    /// This machine has not what it takes.
    static final int UNAVAILABLE = 69;
    /// A mistake of Stet's.
    static final int BUG = 70;
    /// A file is there already, or cannot be written.
    static final int CANNOT_CREATE = 73;
    /// Not permitted: Stet needs root.
    static final int NOT_PERMITTED = 77;

    private ExitCode() {}
}
