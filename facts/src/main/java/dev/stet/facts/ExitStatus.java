package dev.stet.facts;

import java.util.List;
import java.util.Set;

/// How a process ended, as wait(2) tells its parent.
public sealed interface ExitStatus {
    /// It ended by itself.
    ///
    /// @param code 0 to 255
    record Exited(int code) implements ExitStatus {
        @Override
        public String toString() {
            return "exit " + code;
        }
    }

    /// A signal ended it.
    ///
    /// @param signal its number, 1 to 64
    /// @param core its memory was dumped
    record Killed(int signal, boolean core) implements ExitStatus {
        @Override
        public String toString() {
            return name(signal);
        }
    }

    /// As the kernel keeps it (`task_struct.exit_code`, wait(2)): the signal in bits 0 to 6, whether there was a
    /// core dump in bit 7, the code in bits 8 to 15.
    static ExitStatus of(int status) {
        int signal = status & 0x7f;
        return signal == 0 ? new Exited(status >> 8 & 0xff) : new Killed(signal, (status & 0x80) != 0);
    }

    /// Of a signal that says that something is wrong with what the program does: SIGILL, SIGTRAP, SIGABRT, SIGBUS,
    /// SIGFPE, SIGSEGV, SIGSYS.
    default boolean isCrash() {
        return this instanceof Killed(int signal, boolean _) && CRASHES.contains(signal);
    }

    /// Of a program that says itself that it failed.
    default boolean isFailure() {
        return this instanceof Exited(int code) && code != 0;
    }

    /// Of a program that did what it should, or that somebody stopped.
    default boolean isWell() {
        return !isCrash() && !isFailure();
    }

    Set<Integer> CRASHES = Set.of(4, 5, 6, 7, 8, 11, 31);

    /// From 1 on, as x86-64 and aarch64 number them (signal(7)).
    List<String> NAMES = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");

    private static String name(int signal) {
        return signal >= 1 && signal <= NAMES.size() ? "SIG" + NAMES.get(signal - 1) : "signal " + signal;
    }
}
