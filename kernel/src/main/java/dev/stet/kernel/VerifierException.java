package dev.stet.kernel;

import java.io.IOException;
import java.util.List;

/// The kernel's verifier rejected a program. Always a mistake of Stet's, or a kernel that knows less than
/// Stet thinks.
public final class VerifierException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String log;

    VerifierException(String program, SyscallException cause, String log) {
        super("%s: the verifier says: %s".formatted(program, telling(log)), cause);
        this.log = log;
    }

    /// The whole log, as the kernel wrote it.
    public String log() {
        return log;
    }

    /// The last line of the log that says something: why it was rejected.
    public String telling() {
        return telling(log);
    }

    private static String telling(String log) {
        List<String> lines = log.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("processed ") && !line.startsWith("max_states"))
                .toList();
        return lines.isEmpty() ? "(nothing)" : "%s (%d more lines)".formatted(lines.getLast(), lines.size() - 1);
    }
}
