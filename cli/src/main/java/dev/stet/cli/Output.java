package dev.stet.cli;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Where a command's lines go: standard output for what was asked for, standard error for what is about it.
/// Safe for several threads; a line is never torn.
final class Output {
    private static final int BUFFER_BYTES = 1 << 16;

    private final OutputStream out;
    private final StringBuilder buffer = new StringBuilder();
    private final boolean colour;
    private final Runnable whenClosed;
    private boolean closed;

    /// @param whenClosed called once if nobody reads standard output any more
    Output(Runnable whenClosed) {
        this(new FileOutputStream(FileDescriptor.out), isTerminal(), whenClosed);
    }

    /// @param terminal does a person read it?
    Output(OutputStream out, boolean terminal, Runnable whenClosed) {
        this.out = out;
        this.whenClosed = whenClosed;
        colour = terminal && System.getenv("NO_COLOR") == null;
    }

    /// Does a person read what comes out, and type? Asked of the JDK and not of `/proc`, which not every
    /// machine has that policies are tested on.
    static boolean isInteractive() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }

    /// Is standard output a terminal? /proc knows without a native call.
    static boolean isTerminal() {
        try {
            String target = java.nio.file.Files.readSymbolicLink(java.nio.file.Path.of("/proc/self/fd/1"))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    /// Writes a line later, with [#flush] or when much has come together.
    synchronized void line(CharSequence text) {
        buffer.append(text).append('\n');
        if (buffer.length() > BUFFER_BYTES) {
            flush();
        }
    }

    /// Writes a line now.
    synchronized void lineNow(CharSequence text) {
        line(text);
        flush();
    }

    /// Writes what was held back.
    synchronized void flush() {
        if (buffer.isEmpty() || closed) {
            buffer.setLength(0);
            return;
        }
        try {
            out.write(buffer.toString().getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            closed = true;
            whenClosed.run();
        }
        buffer.setLength(0);
    }

    /// Writes a line about the work to standard error: `stet: ...`.
    synchronized void say(String text) {
        flush();
        System.err.println("stet: " + text);
        System.err.flush();
    }

    void beginDim(StringBuilder line) {
        if (colour) {
            line.append("\033[2m");
        }
    }

    void beginBold(StringBuilder line) {
        if (colour) {
            line.append("\033[1m");
        }
    }

    void end(StringBuilder line) {
        if (colour) {
            line.append("\033[0m");
        }
    }

    String dim(String text) {
        return colour ? "\033[2m" + text + "\033[0m" : text;
    }

    String bold(String text) {
        return colour ? "\033[1m" + text + "\033[0m" : text;
    }

    String red(String text) {
        return colour ? "\033[31m" + text + "\033[0m" : text;
    }

    String green(String text) {
        return colour ? "\033[32m" + text + "\033[0m" : text;
    }

    String yellow(String text) {
        return colour ? "\033[33m" + text + "\033[0m" : text;
    }
}
