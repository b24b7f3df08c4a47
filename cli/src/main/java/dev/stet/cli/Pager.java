package dev.stet.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/// Shows long lists a page at a time if a person reads them: through `$PAGER`, or else `less`, which leaves
/// short ones as they are. Where standard output is no terminal, or there is no pager, they go straight out.
final class Pager implements AutoCloseable {
    private final Output output;
    private final Process process;

    private Pager(Output output, Process process) {
        this.output = output;
        this.process = process;
    }

    /// @param wanted is the output one that may be long?
    static Pager start(boolean wanted) {
        String chosen = System.getenv("PAGER");
        if (!wanted || !Output.isTerminal() || "cat".equals(chosen) || "".equals(chosen)) {
            return new Pager(new Output(() -> {}), null);
        }
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(chosen == null ? List.of("less") : List.of("/bin/sh", "-c", chosen));
            builder.environment().putIfAbsent("LESS", "FRX");
            Process process = builder.redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            OutputStream into = process.getOutputStream();
            return new Pager(new Output(into, true, () -> {}), process);
        } catch (IOException noPager) {
            return new Pager(new Output(() -> {}), null);
        }
    }

    Output output() {
        return output;
    }

    /// Waits until the person has read enough.
    @Override
    public void close() {
        output.flush();
        if (process == null) {
            return;
        }
        try {
            process.getOutputStream().close();
        } catch (IOException hasGone) {
            // They left before the end.
        }
        try {
            var ignored = process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
