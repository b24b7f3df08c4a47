package dev.stet.it;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A running program of `it/targets`, or any other that is to be traced or left alone.
final class TargetProcess extends Child {
    private TargetProcess(String name, ProcessBuilder builder) {
        super(name, builder);
    }

    /// Starts a program without waiting for anything.
    static TargetProcess start(Path program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        return new TargetProcess(program.getFileName().toString(), new ProcessBuilder(command));
    }

    /// Starts a program and waits until it has printed `ready`, as those of `it/targets` do.
    static TargetProcess startReady(Path program, String... arguments) {
        TargetProcess process = start(program, arguments);
        process.awaitReady();
        return process;
    }

    /// Waits for `ready`.
    void awaitReady() {
        var _ = awaitLine(line -> line.startsWith("ready "), Duration.ofSeconds(20));
    }

    /// Asks the program to end.
    ///
    /// @return its last line, `done ...`
    /// @throws AssertionError if it does not end well, with 0
    String stop() {
        signal("TERM");
        int exit = waitFor(patience());
        if (exit != 0 || stdout().isEmpty()) {
            throw new AssertionError("exit code " + exit + ", output " + stdout() + stderr());
        }
        return stdout().getLast();
    }

    @Override
    Duration patience() {
        return Duration.ofSeconds(10);
    }
}
